using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Registry.Observability;
using Portal.Registry.Redis;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Repositories;

namespace Portal.Registry;

/// <summary>
/// One storage with all that has to be there once for everyone who writes to it: caches, the turns of uploads, the locks
/// of repositories. Two applications of a process may use it at the same time.
/// </summary>
public sealed class RegistryContent : IAsyncDisposable
{
    private readonly StorageConfiguration _storage;
    private readonly RedisConfiguration? _redis;

    // By name: the type would bring the client's library along.
    private readonly CurrentLogger _redisLog = new("Portal.Registry.Redis.RedisBlobSizes");
    private readonly IBlobSizes? _sizes;

    /// <param name="driver">The storage, when it lives longer than this; null for the one that the configuration names.</param>
    public RegistryContent(RegistryConfiguration configuration, TimeProvider time, IStorageDriver? driver = null)
    {
        _storage = configuration.Storage;
        _redis = RedisOf(configuration);
        Driver = driver ?? CreateDriver(_storage.Driver, time);
        _sizes = _storage.BlobDescriptorCache switch
        {
            BlobDescriptorCache.InMemory => new MemoryBlobSizes(_storage.BlobDescriptorCacheSize),
            BlobDescriptorCache.Redis => RedisMemory.OfSizes(_redis!, time, _redisLog),
            _ => null,
        };
        Registry = new LocalRegistry(Driver, time, _sizes, _storage.TagConcurrencyLimit);
    }

    public IStorageDriver Driver { get; }

    public LocalRegistry Registry { get; }

    public RepositoryLocks Locks { get; } = new();

    /// <summary>Whose turn it is to write the index.</summary>
    public WorkTurn IndexTurn { get; } = new();

    /// <summary>Whether a configuration asks for just this.</summary>
    public bool Is(RegistryConfiguration configuration) =>
        configuration.Storage is var storage
        && (storage.Driver, storage.BlobDescriptorCache, storage.BlobDescriptorCacheSize, storage.TagConcurrencyLimit)
        == (_storage.Driver, _storage.BlobDescriptorCache, _storage.BlobDescriptorCacheSize, _storage.TagConcurrencyLimit)
        && (_redis is null || _redis.IsSameAs(configuration.Redis!));

    /// <summary>Whose log tells of it from now on.</summary>
    public void TellTo(ILoggerFactory log) => _redisLog.Use(log);

    public async ValueTask DisposeAsync()
    {
        if (_sizes is IAsyncDisposable sizes)
        {
            await sizes.DisposeAsync();
        }

        Registry.Dispose();
        Locks.Dispose();
        IndexTurn.Dispose();
    }

    /// <returns>Null when nothing is kept at Redis, whatever the section says.</returns>
    private static RedisConfiguration? RedisOf(RegistryConfiguration configuration) =>
        configuration.Storage.BlobDescriptorCache is BlobDescriptorCache.Redis ? configuration.Redis : null;

    private static IStorageDriver CreateDriver(DriverConfiguration driver, TimeProvider time) => driver switch
    {
        FileSystemDriverConfiguration files => new FileSystemDriver(files.RootDirectory, files.MaxThreads),
        InMemoryDriverConfiguration => new InMemoryDriver(time),
        _ => throw new InvalidOperationException($"no driver for {driver.GetType().Name}"),
    };
}
