using Portal.Registry.Catalog;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Storage.Drivers;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Repositories;

namespace Portal.Registry;

/// <summary>
/// One storage with all that has to be there once for everyone who writes to it: caches, the turns of uploads, the locks
/// of repositories. Two applications of a process may use it at the same time.
/// </summary>
public sealed class RegistryContent : IDisposable
{
    private readonly StorageConfiguration _storage;

    /// <param name="driver">The storage, when it lives longer than this; null for the one that the configuration names.</param>
    public RegistryContent(StorageConfiguration storage, TimeProvider time, IStorageDriver? driver = null)
    {
        _storage = storage;
        Driver = driver ?? CreateDriver(storage.Driver, time);
        Registry = new LocalRegistry(
            Driver,
            time,
            storage.BlobDescriptorCache == BlobDescriptorCache.InMemory ? storage.BlobDescriptorCacheSize : 0,
            storage.TagConcurrencyLimit);
    }

    public IStorageDriver Driver { get; }

    public LocalRegistry Registry { get; }

    public RepositoryLocks Locks { get; } = new();

    public IndexTurn IndexTurn { get; } = new();

    /// <summary>Whether a configuration asks for just this.</summary>
    public bool Is(StorageConfiguration storage) =>
        (storage.Driver, storage.BlobDescriptorCache, storage.BlobDescriptorCacheSize, storage.TagConcurrencyLimit)
        == (_storage.Driver, _storage.BlobDescriptorCache, _storage.BlobDescriptorCacheSize, _storage.TagConcurrencyLimit);

    public void Dispose()
    {
        Registry.Dispose();
        Locks.Dispose();
        IndexTurn.Dispose();
    }

    private static IStorageDriver CreateDriver(DriverConfiguration driver, TimeProvider time) => driver switch
    {
        FileSystemDriverConfiguration files => new FileSystemDriver(files.RootDirectory, files.MaxThreads),
        InMemoryDriverConfiguration => new InMemoryDriver(time),
        _ => throw new InvalidOperationException($"no driver for {driver.GetType().Name}"),
    };
}
