using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Deletion;
using Portal.Registry.Health;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>A changed configuration that takes a restart, which happens inside the process.</summary>
public sealed class RebuildTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _address = ChildProcess.FreeAddress().Authority;

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Rebuild_ClientsThatPushAllTheTime_LoseNothing()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml());
        using var stop = new CancellationTokenSource();
        var deletions = portal.Services.GetRequiredService<DeletionMemory>();
        var pushing = Enumerable.Range(0, 4).Select(worker => PushAsync(portal.Address, $"load/app-{worker}", stop.Token)).ToArray();

        for (var round = 1; round <= 3; round++)
        {
            Assert.Null((await portal.RebuildAsync(Yaml($"catalog: {{maxentries: {round}}}"))).Failure);
            Assert.False(portal.Running.IsRestarting);
            Assert.Same(deletions, portal.Services.GetRequiredService<DeletionMemory>());
        }

        await stop.CancelAsync();
        var pushed = await Task.WhenAll(pushing);
        Assert.All(pushed, count => Assert.True(count > 0));
        using var client = new RegistryClient(portal.Address);
        for (var worker = 0; worker < pushed.Length; worker++)
        {
            Assert.Equal(pushed[worker], (await client.TagsAsync($"load/app-{worker}")).Length);
        }
    }

    /// <summary>A former one is told of live changes until it has ended, and no longer.</summary>
    [Fact]
    public async Task Apply_WhileFormerApplicationsEnd_IsTakenByTheNewOne()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml());
        for (var round = 1; round <= 4; round++)
        {
            var rebuilt = portal.RebuildAsync(Yaml($"catalog: {{maxentries: {round}}}"));
            for (var change = 0; !rebuilt.IsCompleted || change < 1_000; change++)
            {
                portal.Apply(Yaml($"catalog: {{maxentries: {round}}}\nlog: {{level: {(change % 2 is 0 ? "warn" : "error")}}}"));
                await Task.Delay(change < 1_000 ? 0 : 1);
            }

            Assert.Null((await rebuilt).Failure);
            portal.Apply(Yaml($"catalog: {{maxentries: {round}}}\nlog: {{level: debug}}"));
            Assert.Equal(LogLevel.Debug, portal.Services.GetRequiredService<LiveConfiguration>().Current.Log.Level);
        }
    }

    /// <summary>Else a registry that is out of service would be in service again until as many failures as count.</summary>
    [Fact]
    public async Task Rebuild_WhileACheckFails_StaysOutOfService()
    {
        var closed = _folder.Combine("closed");
        var health = $"health: {{file: [{{file: {closed}, interval: 1s, threshold: 2}}]}}";
        await File.WriteAllTextAsync(closed, "");
        await using var portal = await HostedPortal.StartAsync(Yaml(health));
        await Patience.UntilAsync(() => portal.Services.GetRequiredService<HealthState>().Failing.Count > 0 ? "" : null, "the failure");

        Assert.Null((await portal.RebuildAsync(Yaml($"{health}\ncatalog: {{maxentries: 7}}"))).Failure);

        Assert.Equal(closed, Assert.Single(portal.Services.GetRequiredService<HealthState>().Failing).Name);
        using var client = new RegistryClient(portal.Address);
        using var answer = await client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Rebuild_WithImagesInMemory_KeepsThem()
    {
        await using var portal = await HostedPortal.StartAsync(InMemory(""));
        using (var client = new RegistryClient(portal.Address))
        {
            await client.PushImageAsync("app", "1");
        }

        Assert.Null((await portal.RebuildAsync(InMemory("catalog: {maxentries: 7}"))).Failure);

        using var after = new RegistryClient(portal.Address);
        Assert.Equal(["1"], await after.TagsAsync("app"));
    }

    [Fact]
    public async Task Rebuild_ThatDoesNotStart_LeavesTheOldConfigurationInForce()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml());
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var outcome = await portal.RebuildAsync(TestYaml.With(_folder.Path, taken.LocalEndpoint.ToString()!, "storage: {delete: {enabled: true}}"));

        Assert.Contains(taken.LocalEndpoint.ToString()!, outcome.Failure!.ToString(), StringComparison.Ordinal);
        Assert.False(portal.Running.Current.Storage.DeleteEnabled);
        using var client = new RegistryClient(new Uri($"http://{_address}"));
        var digest = await client.PushImageAsync("app", "1");
        using var refused = await client.SendAsync(HttpMethod.Delete, $"/v2/app/manifests/{digest}");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);

        // And the next change finds everything in order.
        Assert.Null((await portal.RebuildAsync(Yaml("catalog: {maxentries: 7}"))).Failure);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rebuild_ThatDoesNotStart_PutsTheOldTextBack_UnlessSomebodyChangedItMeanwhile(bool isChanged)
    {
        var path = _folder.Combine("config.yml");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var bad = TestYaml.With(_folder.Path, taken.LocalEndpoint.ToString()!);
        await File.WriteAllTextAsync(path, isChanged ? "# by hand\n" + bad : bad);
        await using var portal = await HostedPortal.StartAsync(Yaml(), path);

        Assert.NotNull((await portal.RebuildAsync(bad)).Failure);

        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!isChanged && await File.ReadAllTextAsync(path, deadline.Token) != Yaml())
        {
            await Task.Delay(10, deadline.Token);
        }

        Assert.Equal(isChanged ? "# by hand\n" + bad : Yaml(), await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Rebuild_ToAnotherPort_LeavesTheOldOne()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml());
        var other = ChildProcess.FreeAddress();

        Assert.Null((await portal.RebuildAsync(TestYaml.With(_folder.Path, other.Authority))).Failure);

        using var client = new RegistryClient(other);
        using var answer = await client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Patience.UntilAsync(() => IsOpen(_address) ? null : "closed", "the end of the old port");
    }

    [Fact]
    public async Task Rebuild_ToAnotherAddressOfTheSamePort_ListensThere()
    {
        var everywhere = $":{IPEndPoint.Parse(_address).Port}";
        await using var portal = await HostedPortal.StartAsync(TestYaml.With(_folder.Path, everywhere));

        Assert.Null((await portal.RebuildAsync(Yaml())).Failure);
        using (var client = new RegistryClient(new Uri($"http://{_address}")))
        {
            await client.PushImageAsync("app", "1");
        }

        Assert.Null((await portal.RebuildAsync(TestYaml.With(_folder.Path, everywhere))).Failure);
        using var after = new RegistryClient(new Uri($"http://{_address}"));
        Assert.Equal(["1"], await after.TagsAsync("app"));
    }

    [Fact]
    public async Task Rebuild_ThenLiveChange_CountsInTheNewPortal()
    {
        await using var portal = await HostedPortal.StartAsync(Yaml());
        await portal.RebuildAsync(Yaml("catalog: {maxentries: 7}"));
        using var client = new RegistryClient(portal.Address);
        var digest = await client.PushImageAsync("app", "1");

        var changes = portal.Apply(Yaml("catalog: {maxentries: 7}\nstorage: {delete: {enabled: true}}"));

        Assert.Empty(changes.Restart);
        using var deleted = await client.SendAsync(HttpMethod.Delete, $"/v2/app/manifests/{digest}");
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
    }

    private string Yaml(string more = "") => TestYaml.With(_folder.Path, _address, more);

    private string InMemory(string more) =>
        Yaml(more).Replace($"{{filesystem: {{rootdirectory: {_folder.Path}}}}}", "{inmemory: {}}", StringComparison.Ordinal);

    private static bool IsOpen(string address)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(IPEndPoint.Parse(address));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>One image after the other, each over the connections that are there, without a second try.</summary>
    private static async Task<int> PushAsync(Uri address, string repository, CancellationToken stop)
    {
        using var client = new RegistryClient(address);
        var pushed = 0;
        while (!stop.IsCancellationRequested)
        {
            await client.PushImageAsync(repository, $"v{pushed}", $"{repository} {pushed}");
            pushed++;
        }

        return pushed;
    }
}
