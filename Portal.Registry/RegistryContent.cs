using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Registry.Deletion;
using Portal.Registry.Observability;
using Portal.Registry.Redis;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Measuring;
using Portal.Storage.Oci;
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
    private readonly bool _isTraced;
    private readonly TimeProvider _time;

    /// <param name="driver">The storage, when it lives longer than this; null for the one that the configuration names.</param>
    /// <param name="isTraced">Whether the process sends spans and figures to somebody, so that the storage is measured in any case.</param>
    public RegistryContent(
        RegistryConfiguration configuration, TimeProvider time, IStorageDriver? driver = null, bool isTraced = false)
    {
        _isTraced = isTraced;
        _time = time;
        _storage = configuration.Storage;
        _redis = RedisOf(configuration);
        Driver = driver ?? CreateDriver(_storage.Driver, time);
        if (IsMeasured(configuration))
        {
            Actions = new StorageActions(NameOf(_storage.Driver), RequestTelemetry.SourceName);
            Driver = new MeasuredDriver(Driver, Actions);
        }

        _sizes = _storage.BlobDescriptorCache switch
        {
            BlobDescriptorCache.InMemory => new MemoryBlobSizes(_storage.BlobDescriptorCacheSize),
            BlobDescriptorCache.Redis => RedisMemory.OfSizes(_redis!, time, _redisLog),
            _ => null,
        };
        Deletions = new DeletionMemory(time);
        Registry = new LocalRegistry(Driver, time, _sizes, _storage.TagConcurrencyLimit);
    }

    public IStorageDriver Driver { get; }

    public LocalRegistry Registry { get; }

    /// <summary>How long the storage takes; null when nobody asked for figures.</summary>
    public StorageActions? Actions { get; }

    /// <summary>How often sizes of blobs could not be asked for where they are remembered.</summary>
    public long CacheFailures => _sizes?.Failures ?? 0;

    public RepositoryLocks Locks { get; } = new();

    /// <summary>What was deleted from it lately.</summary>
    public DeletionMemory Deletions { get; }

    /// <summary>Whose turn it is to write the index.</summary>
    public WorkTurn IndexTurn { get; } = new();

    /// <summary>Whether a configuration asks for just this.</summary>
    public bool Is(RegistryConfiguration configuration) =>
        configuration.Storage is var storage
        && IsMeasured(configuration) == Actions is not null
        && (storage.Driver, storage.BlobDescriptorCache, storage.BlobDescriptorCacheSize, storage.TagConcurrencyLimit)
        == (_storage.Driver, _storage.BlobDescriptorCache, _storage.BlobDescriptorCacheSize, _storage.TagConcurrencyLimit)
        && (_redis is null || _redis.IsSameAs(configuration.Redis!));

    /// <summary>Whose log tells of it from now on.</summary>
    public void TellTo(ILoggerFactory log) => _redisLog.Use(log);

    /// <summary>Waits until sizes of blobs can be asked for where they are remembered, so that nothing is forgotten to be forgotten there.</summary>
    /// <returns>False when that takes longer than <paramref name="patience"/>.</returns>
    public async Task<bool> IsCacheThereAsync(TimeSpan patience, TimeSpan pace, CancellationToken cancellationToken)
    {
        for (var start = _time.GetTimestamp(); _sizes is not null; await Task.Delay(pace, _time, cancellationToken))
        {
            var failures = _sizes.Failures;
            await _sizes.GetAsync(RepositoryName.Parse("a"), Digest.Of([]), cancellationToken);
            if (_sizes.Failures == failures)
            {
                break;
            }

            if (_time.GetElapsedTime(start) > patience)
            {
                return false;
            }
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_sizes is IAsyncDisposable sizes)
        {
            await sizes.DisposeAsync();
        }

        Actions?.Dispose();
        Registry.Dispose();
        Locks.Dispose();
        IndexTurn.Dispose();
    }

    /// <returns>Null when nothing is kept at Redis, whatever the section says.</returns>
    private static RedisConfiguration? RedisOf(RegistryConfiguration configuration) =>
        configuration.Storage.BlobDescriptorCache is BlobDescriptorCache.Redis ? configuration.Redis : null;

    private bool IsMeasured(RegistryConfiguration configuration) => _isTraced || configuration.Http.Debug?.MetricsPath is not null;

    /// <summary>As the configuration calls it.</summary>
    private static string NameOf(DriverConfiguration driver) =>
        driver.GetType().Name.Replace(nameof(DriverConfiguration), string.Empty, StringComparison.Ordinal).ToLowerInvariant();

    private static IStorageDriver CreateDriver(DriverConfiguration driver, TimeProvider time) => driver switch
    {
        FileSystemDriverConfiguration files => new FileSystemDriver(files.RootDirectory, files.MaxThreads),
        InMemoryDriverConfiguration => new InMemoryDriver(time),
        _ => throw new InvalidOperationException($"no driver for {driver.GetType().Name}"),
    };
}
