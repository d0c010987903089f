using Microsoft.Extensions.Logging;
using Portal.Registry.Catalog;
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
    private readonly RelayedLogs _logs = new();
    private readonly IBlobSizes? _sizes;

    /// <param name="driver">The storage, when it lives longer than this; null for the one that the configuration names.</param>
    public RegistryContent(RegistryConfiguration configuration, TimeProvider time, IStorageDriver? driver = null)
    {
        Driver = driver ?? CreateDriver(configuration.Storage.Driver, time);
        _sizes = CreateSizes(configuration, time);
        Registry = new LocalRegistry(Driver, time, _sizes, configuration.Storage.TagConcurrencyLimit);
    }

    public IStorageDriver Driver { get; }

    public LocalRegistry Registry { get; }

    public RepositoryLocks Locks { get; } = new();

    public IndexTurn IndexTurn { get; } = new();

    /// <summary>Whether a change of the configuration leaves it as it is.</summary>
    public static bool Survives(ConfigurationChanges changes) => !changes.Restart.Any(path =>
        path.StartsWith("redis", StringComparison.Ordinal)
        || (path.StartsWith("storage", StringComparison.Ordinal) && !path.StartsWith("storage.maintenance.", StringComparison.Ordinal)));

    /// <summary>Names the log of the application that serves; each writes to its own.</summary>
    public void LogTo(ILoggerFactory logs) => _logs.To(logs);

    public async ValueTask DisposeAsync()
    {
        Registry.Dispose();
        Locks.Dispose();
        IndexTurn.Dispose();
        _logs.Dispose();
        if (_sizes is IAsyncDisposable remote)
        {
            await remote.DisposeAsync();
        }
    }

    private IBlobSizes? CreateSizes(RegistryConfiguration configuration, TimeProvider time) => configuration.Storage.BlobDescriptorCache switch
    {
        BlobDescriptorCache.InMemory => new MemoryBlobSizes(configuration.Storage.BlobDescriptorCacheSize),
        BlobDescriptorCache.Redis => RedisSizes.Create(configuration.Redis!, time, _logs),
        _ => null,
    };

    private static IStorageDriver CreateDriver(DriverConfiguration driver, TimeProvider time) => driver switch
    {
        FileSystemDriverConfiguration files => new FileSystemDriver(files.RootDirectory, files.MaxThreads),
        InMemoryDriverConfiguration => new InMemoryDriver(time),
        _ => throw new InvalidOperationException($"no driver for {driver.GetType().Name}"),
    };
}
