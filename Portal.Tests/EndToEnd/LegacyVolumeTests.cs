using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>A folder written by Debian's <c>docker-registry</c> opens here, and the reverse.</summary>
public sealed class LegacyVolumeTests : IDisposable
{
    private static readonly string[] Repositories = ["alpine", "team/app", "team/app/nested"];

    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task StoreOfUpstream_OpensHere_WithTheSameDigests()
    {
        var address = ChildProcess.FreeAddress();
        Dictionary<string, Digest> pushed;
        await using (await StartUpstreamAsync(address))
        {
            pushed = await PushAsync(address);
        }

        address = ChildProcess.FreeAddress();
        await using (await StartPortalAsync(address))
        {
            await AssertServesAsync(address, pushed);
        }
    }

    [Fact]
    public async Task StoreOfOurs_IsServedByUpstream()
    {
        var address = ChildProcess.FreeAddress();
        Dictionary<string, Digest> pushed;
        await using (await StartPortalAsync(address))
        {
            pushed = await PushAsync(address);
        }

        address = ChildProcess.FreeAddress();
        await using (await StartUpstreamAsync(address))
        {
            await AssertServesAsync(address, pushed);
        }
    }

    private static async Task<Dictionary<string, Digest>> PushAsync(Uri address)
    {
        using var client = new RegistryClient(address);
        var pushed = new Dictionary<string, Digest>();
        foreach (var name in Repositories)
        {
            pushed[name] = await client.PushImageAsync(name, "1.0", $"layer of {name}");
        }

        return pushed;
    }

    private static async Task AssertServesAsync(Uri address, Dictionary<string, Digest> pushed)
    {
        using var client = new RegistryClient(address);
        using var catalog = await client.GetAsync("/v2/_catalog");
        using var json = await RegistryClient.ReadJsonAsync(catalog);
        Assert.Equal(Repositories, json.RootElement.GetProperty("repositories").EnumerateArray().Select(name => name.GetString()));
        foreach (var (name, digest) in pushed)
        {
            Assert.Equal(["1.0"], await client.TagsAsync(name));
            using var answer = await client.SendAsync(HttpMethod.Get, $"/v2/{name}/manifests/1.0", change: request =>
                request.Headers.TryAddWithoutValidation("Accept", MediaTypes.OciManifest));
            var manifest = Manifest.Parse(await answer.Content.ReadAsByteArrayAsync(), null);
            Assert.Equal(digest, manifest.Digest);
            foreach (var reference in manifest.References)
            {
                using var blob = await client.GetAsync($"/v2/{name}/blobs/{reference.Digest}");
                Assert.Equal(reference.Digest, Digest.Of(await blob.Content.ReadAsByteArrayAsync()));
            }
        }
    }

    private Task<ChildProcess> StartUpstreamAsync(Uri address) => UpstreamProcess.StartAsync(address, _folder);

    private Task<ChildProcess> StartPortalAsync(Uri address) => PortalProcess.StartAsync(address, _folder.Combine("store"));
}
