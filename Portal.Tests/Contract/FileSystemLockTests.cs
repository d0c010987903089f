using System.Runtime.Versioning;
using Portal.Storage.Drivers;
using Portal.Storage.Drivers.FileSystem;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Contract;

/// <summary>Root's command locks a file in a folder into which somebody with fewer rights may write.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileSystemLockTests : IDisposable
{
    private const UnixFileMode OfOne = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfAGroup = OfOne | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode OfAll = OfAGroup | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly StoragePath Lock = StoragePath.Root / "some/lock";

    private readonly TempFolder _folder = new();
    private readonly FileSystemDriver _driver;

    public FileSystemLockTests()
    {
        _driver = new FileSystemDriver(_folder.Path, maxThreads: 25);
        Directory.CreateDirectory(_folder.Combine("some"));
    }

    private string File => _folder.Combine("some/lock");

    public void Dispose()
    {
        _driver.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TryLock_LinkInItsPlace_IsRefused_AndNothingIsDoneToWhatItLeadsTo(bool isThere)
    {
        var secret = _folder.Combine("secret");
        if (isThere)
        {
            await System.IO.File.WriteAllTextAsync(secret, "of root");
            System.IO.File.SetUnixFileMode(secret, OfOne);
        }

        System.IO.File.CreateSymbolicLink(File, secret);

        var refusal = await Assert.ThrowsAsync<IOException>(async () => await _driver.TryLockAsync(Lock, default));

        Assert.Contains(File, refusal.Message);
        Assert.Contains("symbolic link", refusal.Message);
        Assert.Equal(isThere, System.IO.File.Exists(secret));
        Assert.True(!isThere || System.IO.File.GetUnixFileMode(secret) == OfOne);
    }

    [Fact]
    public async Task TryLock_FileThatWasThere_KeepsItsMode()
    {
        await System.IO.File.WriteAllTextAsync(File, "");
        System.IO.File.SetUnixFileMode(File, OfOne);

        using var held = await _driver.TryLockAsync(Lock, default);

        Assert.NotNull(held);
        Assert.Equal(OfOne, System.IO.File.GetUnixFileMode(File));
    }

    [Theory]
    [InlineData(UnixFileMode.None, OfOne)]
    [InlineData(UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute, OfOne)]
    [InlineData(UnixFileMode.GroupWrite, OfAGroup)]
    [InlineData(UnixFileMode.GroupWrite | UnixFileMode.OtherWrite, OfAll)]
    public async Task TryLock_NewFile_IsForThoseWhoMayWriteTheFolder(UnixFileMode folder, UnixFileMode expected)
    {
        System.IO.File.SetUnixFileMode(_folder.Combine("some"), OfOne | UnixFileMode.UserExecute | folder);

        using var held = await _driver.TryLockAsync(Lock, default);

        Assert.Equal(expected, System.IO.File.GetUnixFileMode(File));
    }
}
