using System.Net;
using System.Net.Sockets;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Registry.Health;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Health;

/// <summary>Each kind of check, against real files and servers.</summary>
public sealed class HealthProbeTests : IDisposable
{
    private static readonly HealthCheckPace Often = new(TimeSpan.FromSeconds(10), 1);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Storage_WhoseRootIsGone_FailsUntilItIsBack()
    {
        var root = _folder.Combine("images");
        Directory.CreateDirectory(root);
        using var probe = new StorageProbe(new FileSystemDriver(root, 25), new FileSystemDriverConfiguration(), Often);

        Assert.Equal("storagedriver_filesystem", probe.Name);
        Assert.Null(await LookAsync(probe));
        Directory.Delete(root);
        Assert.Equal("the storage's root is gone", await LookAsync(probe));
        Directory.CreateDirectory(root);
        Assert.Null(await LookAsync(probe));
    }

    [Fact]
    public async Task Storage_ThatNobodyPushedToYet_IsWell()
    {
        using var probe = new StorageProbe(new FileSystemDriver(_folder.Combine("none yet"), 25), new FileSystemDriverConfiguration(), Often);

        Assert.Null(await LookAsync(probe));
    }

    [Fact]
    public async Task Storage_InMemoryAndEmpty_IsWell()
    {
        using var probe = new StorageProbe(new InMemoryDriver(TimeProvider.System), new InMemoryDriverConfiguration(), Often);

        Assert.Equal("storagedriver_inmemory", probe.Name);
        Assert.Null(await LookAsync(probe));
    }

    [Fact]
    public async Task Look_ThatHangs_IsGivenUp_AndNotBegunAgainUntilItEnds()
    {
        var held = new TaskCompletionSource<Reason?>();
        var looks = 0;
        using var probe = new HangingProbe(() =>
        {
            looks++;
            return held.Task;
        });

        Assert.Equal("no answer within 0.1 s", await LookAsync(probe));
        Assert.Equal("no answer within 0.1 s", await LookAsync(probe));
        Assert.Equal(1, looks);

        held.SetResult(null);
        Assert.Null(await LookAsync(probe));
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task File_FailsWhileItIsThere()
    {
        var path = _folder.Combine("closed");
        using var probe = new FileProbe(new FileCheckConfiguration(path, Often));

        Assert.Equal(path, probe.Name);
        Assert.Null(await LookAsync(probe));
        await File.WriteAllTextAsync(path, "");
        Assert.Equal("file exists", await LookAsync(probe));
        File.Delete(path);
        Assert.Null(await LookAsync(probe));
    }

    [Fact]
    public async Task File_InAFolderThatIsNotThere_IsWell()
    {
        using var probe = new FileProbe(new FileCheckConfiguration(_folder.Combine("none/closed"), Often));

        Assert.Null(await LookAsync(probe));
    }

    [Fact]
    public async Task Http_AsksByHeadWithTheHeaders_AndWantsTheStatus()
    {
        await using var server = await RecordingServer.StartAsync();
        var headers = new Dictionary<string, IReadOnlyList<string>> { ["Authorization"] = ["Basic c2VjcmV0"], ["X-Two"] = ["a", "b"] };
        using var probe = new HttpProbe(new HttpCheckConfiguration(new Uri(server.Address, "/ready"), headers, 204, Patience.Deadline, Often));

        server.Status = 204;
        Assert.Null(await LookAsync(probe));
        server.Status = 200;
        Assert.Equal("status 200 instead of 204", await LookAsync(probe));

        var asked = server.Requests.First();
        Assert.Equal(("HEAD", "/ready", "Basic c2VjcmV0", "a, b"), (asked.Method, asked.Path, asked.Headers["Authorization"], asked.Headers["X-Two"].Replace(",b", ", b", StringComparison.Ordinal)));
        Assert.DoesNotContain("c2VjcmV0", probe.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http_ThatLeadsElsewhere_IsFollowed()
    {
        await using var server = await RecordingServer.StartAsync();
        server.Location = "/there";
        using var probe = new HttpProbe(new HttpCheckConfiguration(server.Address, new Dictionary<string, IReadOnlyList<string>>(), 200, Patience.Deadline, Often));

        Assert.Null(await LookAsync(probe));
        Assert.Equal(["/", "/there"], server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task Http_ThatAnswersNothing_FailsAfterItsTimeout_AndHeals()
    {
        await using var server = await RecordingServer.StartAsync();
        server.IsSilent = true;
        using var probe = new HttpProbe(new HttpCheckConfiguration(server.Address, new Dictionary<string, IReadOnlyList<string>>(), 200, Soon, Often));

        Assert.Equal("no answer within 0.1 s", await LookAsync(probe));
        server.IsSilent = false;
        Assert.Null(await UntilWellAsync(probe));
    }

    [Fact]
    public async Task Http_ThatNobodyServes_SaysSo_WithoutThePasswordOfItsAddress()
    {
        var address = ChildProcess.FreeAddress();
        using var probe = new HttpProbe(new HttpCheckConfiguration(
            new Uri($"http://name:hidden-one@{address.Authority}/?token=hidden-two"), new Dictionary<string, IReadOnlyList<string>>(), 200, Patience.Deadline, Often));

        Assert.Equal($"http://name:***@{address.Authority}/?***", probe.Name);
        Assert.Equal("Connection refused", await LookAsync(probe));
    }

    [Fact]
    public async Task Tcp_FailsWhileNothingAccepts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = (IPEndPoint)listener.LocalEndpoint;
        using var probe = new TcpProbe(new TcpCheckConfiguration(new ListenAddress("127.0.0.1", address.Port), Patience.Deadline, Often));

        Assert.Equal($"127.0.0.1:{address.Port}", probe.Name);
        Assert.Null(await LookAsync(probe));
        listener.Stop();
        Assert.Equal($"connection to {probe.Name} failed: Connection refused", await LookAsync(probe));
    }

    [Fact]
    public void IsSameAs_OfAnotherHeader_IsFalse()
    {
        HttpProbe Of(string value, int status = 200) => new(new HttpCheckConfiguration(
            new Uri("http://a.example/"), new Dictionary<string, IReadOnlyList<string>> { ["X"] = [value] }, status, Soon, Often));

        Assert.True(Of("1").IsSameAs(Of("1")));
        Assert.False(Of("1").IsSameAs(Of("2")));
        Assert.False(Of("1").IsSameAs(Of("1", 201)));
    }

    private static async Task<string?> LookAsync(HealthProbe probe) => (await probe.LookAsync(TimeProvider.System, CancellationToken.None))?.ToString();

    /// <summary>On a busy machine a short timeout may pass by itself.</summary>
    private static async Task<string?> UntilWellAsync(HealthProbe probe)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            if (await LookAsync(probe) is null)
            {
                return null;
            }
        }

        return await LookAsync(probe);
    }

    private sealed class HangingProbe(Func<Task<Reason?>> look) : HealthProbe("test", "hanging", Often, Soon)
    {
        protected override Task<Reason?> FindFaultAsync(CancellationToken cancellationToken) => look();
    }
}
