using System.Net;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

public sealed class DiscoveryTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private RegistryClient Client => portal.Client;

    [Fact]
    public async Task Base_SaysThatThisIsARegistry()
    {
        using var answer = await Client.GetAsync("/v2/");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("{}", await answer.Content.ReadAsStringAsync());
        Assert.Equal("registry/2.0", answer.Headers.GetValues("Docker-Distribution-API-Version").Single());
    }

    [Theory]
    [InlineData("/v2")]
    [InlineData("//v2/")]
    [InlineData("/v2//")]
    [InlineData("//v2")]
    public async Task Base_WithoutItsSlash_IsRedirected(string path)
    {
        using var answer = await Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.MovedPermanently, answer.StatusCode);
        Assert.Equal("/v2/", answer.Headers.Location!.ToString());
        Assert.Equal("registry/2.0", answer.Headers.GetValues("Docker-Distribution-API-Version").Single());
    }

    [Fact]
    public async Task Listeners_ServeNothingOfEachOther()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Host = portal.RegistryAddress.Authority;
        using var registryOnPortal = await http.GetAsync(new Uri(portal.PortalAddress, "/v2/"));
        http.DefaultRequestHeaders.Host = portal.PortalAddress.Authority;
        using var pageOnRegistry = await http.GetAsync(new Uri(portal.RegistryAddress, "/r/team/app"));
        using var root = await http.GetAsync(portal.RegistryAddress);

        Assert.Equal(HttpStatusCode.NotFound, registryOnPortal.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, pageOnRegistry.StatusCode);
        Assert.Equal(HttpStatusCode.OK, root.StatusCode);
        Assert.Equal("no-cache", root.Headers.CacheControl!.ToString());
        Assert.Equal(string.Empty, await root.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Tags_PageInOrdinalOrder()
    {
        foreach (var tag in new[] { "b", "A", "a", "10", "9" })
        {
            await Client.PushImageAsync("tags/page", tag);
        }

        using var first = await Client.GetAsync("/v2/tags/page/tags/list?n=2");
        var next = first.Headers.GetValues("Link").Single();

        Assert.Equal(["10", "9", "A", "a", "b"], await Client.TagsAsync("tags/page"));
        Assert.Equal("""{"name":"tags/page","tags":["10","9"]}""", await first.Content.ReadAsStringAsync());
        Assert.Equal($"<{portal.RegistryAddress}v2/tags/page/tags/list?last=9&n=2>; rel=\"next\"", next);
        Assert.Equal(["A", "a", "b"], await TagsAsync("?last=9"));
        Assert.Equal(["a", "b"], await TagsAsync("?n=2&last=ZZZ"));
        Assert.Equal(["a", "b"], await TagsAsync("?n=500&last=A"));
        Assert.Empty(await TagsAsync("?n=0"));
        Assert.Empty(await TagsAsync("?last=zzz"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("99999999999999999999")]
    public async Task PageNumber_ThatIsNone_Is400(string n)
    {
        await Client.PushImageAsync("tags/number", "1");

        using var tags = await Client.GetAsync($"/v2/tags/number/tags/list?n={n}");
        using var catalog = await Client.GetAsync($"/v2/_catalog?n={n}");

        await RegistryClient.AssertErrorAsync(tags, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
        await RegistryClient.AssertErrorAsync(catalog, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
    }

    [Fact]
    public async Task Catalog_PagesInOrdinalOrderOfTheWholeName()
    {
        await using var own = new PortalFixture();
        await own.InitializeAsync();
        string[] names = ["a", "a-b", "a-b/c", "a.b", "a/b", "a/b/c", "a0", "a_b", "b"];
        foreach (var name in names.Reverse())
        {
            await own.Client.PushImageAsync(name, "1");
        }

        await own.Client.PushBlobAsync("only/blobs", "x"u8.ToArray());
        using var all = await own.Client.GetAsync("/v2/_catalog");
        using var page = await own.Client.GetAsync("/v2/_catalog?n=3&last=a-b/c");
        using var last = await own.Client.GetAsync("/v2/_catalog?n=3&last=a0");
        using var tooMany = await own.Client.GetAsync("/v2/_catalog?n=1001");

        Assert.Equal(names.Order(StringComparer.Ordinal), await RepositoriesAsync(all));
        Assert.Equal(["a.b", "a/b", "a/b/c"], await RepositoriesAsync(page));
        Assert.Contains("last=a%2Fb%2Fc&n=3", page.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        Assert.Equal(["a_b", "b"], await RepositoriesAsync(last));
        Assert.False(last.Headers.Contains("Link"));
        await RegistryClient.AssertErrorAsync(tooMany, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
    }

    [Theory]
    [InlineData("/v2/UPPER/tags/list", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/a/../b/tags/list", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/a%2Fb/tags/list", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/%2e%2e/%2e%2e/tags/list", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2//tags/list", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/a__b___c/tags/list", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("/v2/none/tags/list", HttpStatusCode.NotFound, "NAME_UNKNOWN")]
    [InlineData("/v2/a/manifests/.hidden", HttpStatusCode.BadRequest, "TAG_INVALID")]
    [InlineData("/v2/a/manifests/..", HttpStatusCode.BadRequest, "TAG_INVALID")]
    [InlineData("/v2/a/manifests/sha256:abc", HttpStatusCode.BadRequest, "DIGEST_INVALID")]
    [InlineData("/v2/a/manifests/none", HttpStatusCode.NotFound, "MANIFEST_UNKNOWN")]
    [InlineData("/v2/a/blobs/latest", HttpStatusCode.BadRequest, "DIGEST_INVALID")]
    [InlineData("/v2/a/nothing/here", HttpStatusCode.NotFound, "NAME_UNKNOWN")]
    [InlineData("/elsewhere", HttpStatusCode.NotFound, "NAME_UNKNOWN")]
    public async Task BadAddress_IsAClearError(string path, HttpStatusCode status, string code)
    {
        using var answer = await Client.GetAsync(path);

        await RegistryClient.AssertErrorAsync(answer, status, code);
    }

    [Fact]
    public async Task NameOver255Characters_IsRefused()
    {
        using var answer = await Client.GetAsync($"/v2/{new string('a', 256)}/tags/list");

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "NAME_INVALID");
    }

    [Fact]
    public async Task Method_ThatAnAddressDoesNotTake_Is405WithAllow()
    {
        using var answer = await Client.SendAsync(HttpMethod.Post, "/v2/a/manifests/x", []);
        using var options = await Client.SendAsync(HttpMethod.Options, "/v2/a/manifests/x");

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        Assert.Contains("PUT", answer.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.OK, options.StatusCode);
    }

    private async Task<string[]> TagsAsync(string query)
    {
        using var answer = await Client.GetAsync("/v2/tags/page/tags/list" + query);
        using var json = await RegistryClient.ReadJsonAsync(answer);
        return [.. json.RootElement.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
    }

    private static async Task<string[]> RepositoriesAsync(HttpResponseMessage answer)
    {
        using var json = await RegistryClient.ReadJsonAsync(answer);
        return [.. json.RootElement.GetProperty("repositories").EnumerateArray().Select(name => name.GetString()!)];
    }
}

public sealed class DeletionOffTests(ReadOnlyPortalFixture portal) : IClassFixture<ReadOnlyPortalFixture>
{
    [Fact]
    public async Task Delete_WhenItIsOff_Is405AndKeepsEverything()
    {
        var digest = await portal.Client.PushImageAsync("off/app", "1");
        using var unknown = await portal.Client.SendAsync(HttpMethod.Delete, "/v2/off/app/manifests/unknown");

        using var tag = await portal.Client.SendAsync(HttpMethod.Delete, "/v2/off/app/manifests/1");
        using var manifest = await portal.Client.SendAsync(HttpMethod.Delete, $"/v2/off/app/manifests/{digest}");

        using var app = await portal.Client.GetAsync("/v2/off/app/manifests/1");
        using var json = await RegistryClient.ReadJsonAsync(app);
        var config = json.RootElement.GetProperty("config").GetProperty("digest").GetString();
        using var blob = await portal.Client.SendAsync(HttpMethod.Delete, $"/v2/off/app/blobs/{config}");
        using var kept = await portal.Client.SendAsync(HttpMethod.Head, $"/v2/off/app/blobs/{config}");

        await RegistryClient.AssertErrorAsync(unknown, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        await RegistryClient.AssertErrorAsync(tag, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        await RegistryClient.AssertErrorAsync(manifest, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        await RegistryClient.AssertErrorAsync(blob, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        Assert.Equal(["1"], await portal.Client.TagsAsync("off/app"));
    }
}
