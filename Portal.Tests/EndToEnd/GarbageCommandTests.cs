using System.Text;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;
using Portal.Web.Commands;

namespace Portal.Tests.EndToEnd;

/// <summary>When <c>garbage-collect</c> does not begin, or removes no blob, and what it says then.</summary>
public sealed class GarbageCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Repositories => _folder.Combine("store") + RegistryPaths.Repositories;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-d")]
    [InlineData("-m")]
    [InlineData("-dm")]
    [InlineData("-q")]
    public async Task Command_WhereAFolderCannotBeRead_RemovesNoBlob_AndSaysWhich(string option)
    {
        var lone = await FillAsync();
        File.CreateSymbolicLink($"{Repositories}/unmounted", _folder.Combine("nowhere"));

        var (status, output, error) = await CollectAsync([option]);

        Assert.Equal(ExitStatus.Failed, status);
        Assert.Contains("unmounted: left as it is: /docker/registry/v2/repositories/unmounted cannot be read: it is a symbolic link", error);
        Assert.Contains("no blob is removed", error);
        Assert.Contains("Mount or mend it", error);
        Assert.DoesNotContain("blob eligible", output);
        Assert.True(File.Exists(DataOf(lone)));

        File.Delete($"{Repositories}/unmounted");
        await AssertDoneAsync();
        Assert.False(File.Exists(DataOf(lone)));
    }

    /// <summary>The other one is killed, as by a power cut: nobody has to clean up after it.</summary>
    [Fact]
    public async Task Command_WhileAnotherProcessCollects_SaysSo_AndNotAfterItsDeath()
    {
        var lone = await FillAsync();
        var file = _folder.Combine("store") + RegistryPaths.CollectionLock;
        await using var other = ChildProcess.Start("flock", "--no-fork", "--exclusive", file, "sleep", "1000");
        using var driver = new FileSystemDriver(_folder.Combine("store"), 100);
        await Patience.UntilAsync(() => File.Exists(file) && IsLocked(driver) ? file : null, "the other's lock");

        var refused = await CollectAsync([]);

        Assert.Equal(ExitStatus.Failed, refused.Status);
        Assert.Contains("another process collects garbage in this storage", refused.Error);
        Assert.True(File.Exists(DataOf(lone)));
        Assert.Equal(ExitStatus.Done, (await CollectAsync(["-d"])).Status);

        await other.KillAsync();

        await AssertDoneAsync();
        Assert.False(File.Exists(DataOf(lone)));
    }

    /// <summary>The driver asks the disk on the caller's thread, so that the task is done at once.</summary>
    private static bool IsLocked(FileSystemDriver driver)
    {
        using var taken = driver.TryLockAsync(RegistryPaths.CollectionLock, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return taken is null;
    }

    private async Task AssertDoneAsync()
    {
        var (status, _, error) = await CollectAsync([]);
        Assert.Equal((ExitStatus.Done, ""), (status, error));
    }

    private async Task<Digest> FillAsync()
    {
        using var driver = new FileSystemDriver(_folder.Combine("store"), 100);
        using var registry = new LocalRegistry(driver, TimeProvider.System);
        var content = Encoding.UTF8.GetBytes("nobody refers to it");
        await registry.Blobs.PutAsync(RepositoryName.Parse("team/app"), Digest.Of(content), content, CancellationToken.None);
        return Digest.Of(content);
    }

    private string DataOf(Digest digest) => _folder.Combine("store") + RegistryPaths.BlobData(digest);

    private async Task<(int Status, string Output, string Error)> CollectAsync(string[] options)
    {
        var path = _folder.Combine("config.yml");
        await File.WriteAllTextAsync(path, $$"""
            version: 0.1
            storage: { filesystem: { rootdirectory: "{{_folder.Combine("store")}}" } }
            http: { addr: "127.0.0.1:0" }
            """);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parsed = Assert.IsType<GarbageCollectArguments>(CommandLine.Parse(["garbage-collect", .. options, path], "registry"));
        var status = await GarbageCollectCommand.RunAsync(
            parsed, parsed.ConfigurationPath, new Dictionary<string, string>(), output, error, CancellationToken.None);
        return (status, output.ToString(), error.ToString());
    }
}
