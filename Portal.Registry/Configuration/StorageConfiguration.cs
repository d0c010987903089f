using Portal.Registry.Configuration.Drivers;

namespace Portal.Registry.Configuration;

/// <summary>Where the sizes of blobs are remembered.</summary>
public enum BlobDescriptorCache
{
    /// <summary>Nowhere: each is asked of the driver.</summary>
    None,

    /// <summary>In the process's memory.</summary>
    InMemory,

    /// <summary>At the servers of the <c>redis</c> section.</summary>
    Redis,
}

/// <summary>The <c>storage</c> section: one driver, and what holds for every driver.</summary>
public sealed record StorageConfiguration
{
    private static readonly Dictionary<string, BlobDescriptorCache> Caches = new(StringComparer.Ordinal)
    {
        ["inmemory"] = BlobDescriptorCache.InMemory,
        ["redis"] = BlobDescriptorCache.Redis,
    };

    /// <summary>Where bytes are kept.</summary>
    public DriverConfiguration Driver { get; init; } = new FileSystemDriverConfiguration();

    /// <summary>Whether images may be deleted; off unless set, as upstream has it.</summary>
    public bool DeleteEnabled { get; init; }

    /// <summary>Whether every push and delete is refused; off unless set.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Send every byte through the registry, even where a driver could send clients to itself.</summary>
    public bool RedirectDisabled { get; init; }

    /// <summary>The cache of blob descriptors; none unless set.</summary>
    public BlobDescriptorCache BlobDescriptorCache { get; init; }

    /// <summary>How many blobs the memory's cache remembers; 10,000 unless set.</summary>
    public int BlobDescriptorCacheSize { get; init; } = 10_000;

    /// <summary>Tags looked at side by side when a manifest is deleted; null: one after the other.</summary>
    public int? TagConcurrencyLimit { get; init; }

    /// <summary>The removal of uploads that were given up; null unless the section is written.</summary>
    public UploadPurgingConfiguration? UploadPurging { get; init; }

    internal static StorageConfiguration Read(SectionReader storage)
    {
        var defaults = new StorageConfiguration();
        var cache = storage.Section("cache");
        var maintenance = storage.Section("maintenance");
        var concurrency = storage.Section("tag").Integer("concurrencylimit", fallback: 0, least: 1);
        return new StorageConfiguration
        {
            Driver = DriverConfiguration.Read(storage),
            DeleteEnabled = storage.Section("delete").Flag("enabled"),
            ReadOnly = maintenance.Section("readonly").Flag("enabled"),
            RedirectDisabled = storage.Section("redirect").Flag("disable"),
            BlobDescriptorCache = ReadCache(cache),
            BlobDescriptorCacheSize = cache.Integer("blobdescriptorsize", defaults.BlobDescriptorCacheSize, least: 1),
            TagConcurrencyLimit = concurrency == 0 ? null : concurrency,
            UploadPurging = maintenance.FilledSection("uploadpurging") is { } purging ? UploadPurgingConfiguration.Read(purging) : null,
        };
    }

    private static BlobDescriptorCache ReadCache(SectionReader cache)
    {
        var oldName = cache.Choice("layerinfo", BlobDescriptorCache.None, Caches);
        var kind = cache.Choice("blobdescriptor", oldName, Caches);
        if (kind is BlobDescriptorCache.Redis)
        {
            var key = cache.Has("blobdescriptor") ? "blobdescriptor" : "layerinfo";
            cache.Error(key, "this version does not support redis yet; write inmemory");
        }

        return kind;
    }
}

/// <summary>The <c>storage.maintenance.uploadpurging</c> section.</summary>
public sealed record UploadPurgingConfiguration
{
    public bool Enabled { get; init; } = true;

    /// <summary>How old an upload has to be.</summary>
    public TimeSpan Age { get; init; } = TimeSpan.FromHours(168);

    /// <summary>The time between two runs.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Log what would be removed, and keep it.</summary>
    public bool DryRun { get; init; }

    internal static UploadPurgingConfiguration Read(SectionReader purging)
    {
        var defaults = new UploadPurgingConfiguration();
        return new UploadPurgingConfiguration
        {
            Enabled = purging.Flag("enabled", defaults.Enabled),
            Age = purging.Duration("age", defaults.Age),
            Interval = purging.Duration("interval", defaults.Interval),
            DryRun = purging.Flag("dryrun"),
        };
    }
}
