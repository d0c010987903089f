using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Catalog;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>SIGTERM, and the time that <c>http.draintimeout</c> gives to what is under way.</summary>
public sealed class ShutdownTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(100_000);

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task Terminated_WithDrainTimeout_FinishesTheRequestUnderWay()
    {
        var address = ChildProcess.FreeAddress();
        await using var portal = await PortalProcess.StartAsync(address, _folder.Path, ("REGISTRY_HTTP_DRAINTIMEOUT", "10m"));
        using var client = new RegistryClient(address);
        using var patch = await HalfSentPatch.StartAsync(address, await UploadPathAsync(client), _content);

        await portal.TerminateAsync();
        await WaitUntilClosedAsync(address);

        Assert.StartsWith("HTTP/1.1 202 ", await patch.FinishAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await portal.WaitForExitAsync());
    }

    [Fact]
    public async Task Terminated_WithoutDrainTimeout_EndsAtOnce_AndTheUploadGoesOnAfterwards()
    {
        var address = ChildProcess.FreeAddress();
        string upload;
        await using (var portal = await PortalProcess.StartAsync(address, _folder.Path))
        {
            using var client = new RegistryClient(address);
            upload = await UploadPathAsync(client);
            using var patch = await HalfSentPatch.StartAsync(address, upload, _content);

            await portal.TerminateAsync();

            Assert.Equal(0, await portal.WaitForExitAsync());
        }

        address = ChildProcess.FreeAddress();
        await using (await PortalProcess.StartAsync(address, _folder.Path))
        {
            using var client = new RegistryClient(address);
            using var status = await client.GetAsync(upload);
            var received = status.Headers.GetValues("Range").Single() is "0-0" ? 0
                : int.Parse(status.Headers.GetValues("Range").Single().Split('-')[1], null) + 1;
            using var rest = await client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(_content)}", _content[received..]);
            Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
        }
    }

    [Fact]
    public async Task Stopped_WithoutDrainTimeout_WaitsForTheIndexer()
    {
        await using var portal = new UndrainedPortalFixture();
        await portal.InitializeAsync();
        var indexer = portal.Services.GetRequiredService<CatalogIndexer>();
        for (var number = 0; number < 20; number++)
        {
            await portal.Client.PushImageAsync($"busy/app{number}", "1.0");
        }

        await portal.StopAsync();

        Assert.True(indexer.ExecuteTask!.IsCompleted);
    }

    private static async Task<string> UploadPathAsync(RegistryClient client)
    {
        return new Uri(await client.StartUploadAsync("drain/app")).PathAndQuery;
    }

    private static async Task WaitUntilClosedAsync(Uri address)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await tick.WaitForNextTickAsync(deadline.Token))
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(address.Host, address.Port, deadline.Token);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
