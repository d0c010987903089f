using System.Text.Json;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary><c>kill -9</c> at random instants of pushes by several clients, over and over on one store.</summary>
public sealed class KillLoopTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 200;
    private const int Seed = 20_260_301;

    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task KilledAtRandomInstants_LosesNothingAcknowledged()
    {
        var random = new Random(Seed);
        var load = new PushLoad(Seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            var address = ChildProcess.FreeAddress();
            await using var portal = await StartAsync(address);
            using var client = new RegistryClient(address);
            Assert.Equal([], await load.FindLossesAsync(client, everything: false));
            var pushing = load.RunAsync(address, kill);
            if (kill % 2 == 1)
            {
                // Every other one in the midst of its work, however long it took to begin with it.
                var before = load.Acknowledged;
                await Patience.UntilAsync(() => load.Acknowledged > before ? load : null, "an acknowledgement");
            }

            using var instant = new PeriodicTimer(TimeSpan.FromMilliseconds(random.Next(20, 300)));
            await instant.WaitForNextTickAsync();
            await portal.KillAsync();
            await pushing;
        }

        var last = ChildProcess.FreeAddress();
        await using var survivor = await StartAsync(last);
        using var judge = new RegistryClient(last);
        Assert.Equal([], await load.FindLossesAsync(judge, everything: true));
        Assert.Equal([], await FindHalfWrittenAsync(judge));
        Assert.True(load.Acknowledged > Kills, $"only {load.Acknowledged} acknowledged: the kills came before anything happened");
        output.WriteLine($"{Kills} kills, {load.Acknowledged} blobs and manifests acknowledged, 0 lost");
    }

    private Task<ChildProcess> StartAsync(Uri address)
    {
        return PortalProcess.StartAsync(address, _folder.Path, ("REGISTRY_PORTAL_ADDR", ""), ("REGISTRY_LOG_LEVEL", "error"));
    }

    /// <summary>Whatever a tag leads to must be whole, whether its push was acknowledged or not.</summary>
    private static async Task<List<string>> FindHalfWrittenAsync(RegistryClient client)
    {
        var broken = new List<string>();
        foreach (var repository in new[] { "load/app0", "load/app1" })
        {
            foreach (var tag in await client.TagsAsync(repository))
            {
                using var answer = await client.GetAsync($"/v2/{repository}/manifests/{tag}");
                using var manifest = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
                var layer = manifest.RootElement.GetProperty("layers")[0].GetProperty("digest").GetString()!;
                using var blob = await client.GetAsync($"/v2/{repository}/blobs/{layer}");
                if (Digest.Of(await blob.Content.ReadAsByteArrayAsync()).ToString() != layer)
                {
                    broken.Add($"{repository}:{tag} {layer}");
                }
            }
        }

        return broken;
    }
}
