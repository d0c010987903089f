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

    /// <summary>Tags looked at side by side when a manifest is deleted; one for each processor unless set.</summary>
    public int TagConcurrencyLimit { get; init; } = Environment.ProcessorCount;

    /// <summary>The removal of uploads that were given up.</summary>
    public UploadPurgingConfiguration UploadPurging { get; init; } = new();

    internal static StorageConfiguration Read(SectionReader storage)
    {
        var defaults = new StorageConfiguration();
        var cache = storage.Section("cache");
        var maintenance = storage.Section("maintenance");
        return new StorageConfiguration
        {
            Driver = DriverConfiguration.Read(storage),
            DeleteEnabled = storage.Section("delete").Flag("enabled"),
            ReadOnly = maintenance.Section("readonly").Flag("enabled"),
            RedirectDisabled = storage.Section("redirect").Flag("disable"),
            BlobDescriptorCache = ReadCache(cache),
            BlobDescriptorCacheSize = cache.Integer("blobdescriptorsize", defaults.BlobDescriptorCacheSize, least: 1),
            TagConcurrencyLimit = storage.Section("tag").Integer("concurrencylimit", defaults.TagConcurrencyLimit, least: 1),
            UploadPurging = UploadPurgingConfiguration.Read(maintenance.Section("uploadpurging")),
        };
    }

    private static BlobDescriptorCache ReadCache(SectionReader cache)
    {
        var oldName = cache.Choice("layerinfo", BlobDescriptorCache.None, Caches);
        var kind = cache.Choice("blobdescriptor", oldName, Caches);
        if (kind is BlobDescriptorCache.Redis && cache.Has("blobdescriptorsize"))
        {
            cache.Warning("blobdescriptorsize", SettingProblem.CacheSizeOfRedis, $"has no effect with redis, whose own maxmemory bounds it; remove it");
        }

        return kind;
    }
}

/// <summary>The <c>storage.maintenance.uploadpurging</c> section.</summary>
public sealed record UploadPurgingConfiguration
{
    // Shorter, it would take uploads away that clients are only a little slow with.
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(3650);

    public bool Enabled { get; init; } = true;

    /// <summary>How long ago the last byte of an upload came.</summary>
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
            Age = purging.Duration("age", defaults.Age, Least, Most),
            Interval = purging.Duration("interval", defaults.Interval, Least, Most),
            DryRun = purging.Flag("dryrun"),
        };
    }
}
