namespace Portal.Registry.Configuration;

/// <summary>Where the sizes of blobs are remembered.</summary>
public enum BlobDescriptorCache
{
    /// <summary>Nowhere: each is asked of the driver.</summary>
    None,

    /// <summary>In the process's memory.</summary>
    InMemory,
}

/// <summary>The <c>storage</c> section: one driver, and what holds for every driver.</summary>
public sealed record StorageConfiguration
{
    /// <summary>Where bytes are kept.</summary>
    public DriverConfiguration Driver { get; init; } = new FileSystemDriverConfiguration();

    /// <summary>Whether images may be deleted; off unless set, as upstream has it.</summary>
    public bool DeleteEnabled { get; init; }

    /// <summary>The cache of blob descriptors; none unless set.</summary>
    public BlobDescriptorCache BlobDescriptorCache { get; init; }

    internal static StorageConfiguration Read(SectionReader storage)
    {
        // Both drivers send bytes through the registry, so that either value of "disable" has its effect.
        _ = storage.Section("redirect").Flag("disable");
        return new StorageConfiguration
        {
            Driver = DriverConfiguration.Read(storage),
            DeleteEnabled = storage.Section("delete").Flag("enabled"),
            BlobDescriptorCache = ReadCache(storage.Section("cache")),
        };
    }

    private static BlobDescriptorCache ReadCache(SectionReader cache)
    {
        switch (cache.Text("blobdescriptor"))
        {
            case null:
                return BlobDescriptorCache.None;
            case "inmemory":
                return BlobDescriptorCache.InMemory;
            case "redis":
                cache.Error("blobdescriptor", "this version does not support redis yet; write inmemory");
                return BlobDescriptorCache.None;
            case var other:
                cache.Error("blobdescriptor", $"{ConfigurationProblems.Quote(other)} is not one of inmemory, redis");
                return BlobDescriptorCache.None;
        }
    }
}
