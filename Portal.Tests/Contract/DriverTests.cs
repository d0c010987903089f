using Portal.Storage.Drivers;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Drivers.InMemory;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Contract;

public sealed class FileSystemDriverTests : StorageDriverContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FileSystemDriver _driver;

    public FileSystemDriverTests()
    {
        _driver = new FileSystemDriver(_folder.Path, maxThreads: 25);
    }

    protected override IStorageDriver Driver => _driver;

    public void Dispose()
    {
        _driver.Dispose();
        _folder.Dispose();
    }
}

public sealed class InMemoryDriverTests : StorageDriverContract
{
    protected override IStorageDriver Driver { get; } = new InMemoryDriver(TimeProvider.System);
}
