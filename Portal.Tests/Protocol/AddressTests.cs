using System.Net;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The addresses in <c>Location</c> and <c>Link</c>: they have to lead back here through whatever is in front.</summary>
public sealed class AddressTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    public static TheoryData<string, string> Forwarded => new()
    {
        { "X-Forwarded-Proto: https", "https://SELF/" },
        { "X-Forwarded-Host: hub.example.com", "http://hub.example.com/" },
        { "X-Forwarded-Proto: https|X-Forwarded-Host: hub.example.com:8443", "https://hub.example.com:8443/" },
        { "X-Forwarded-Proto: https, http|X-Forwarded-Host: outer.example.com, inner", "https://outer.example.com/" },
        { "Forwarded: for=192.0.2.1;proto=https;host=hub.example.com", "https://hub.example.com/" },
        { "Forwarded: Host=\"[2001:db8::1]:5000\";Proto=https, host=inner", "https://[2001:db8::1]:5000/" },
        { "Forwarded: proto=https|X-Forwarded-Proto: http|X-Forwarded-Host: other", "https://SELF/" },
        { "Host: by.example.com:5000", "http://by.example.com:5000/" },

        // What is no address of the web is passed over.
        { "X-Forwarded-Proto: javascript", "http://SELF/" },
        { "X-Forwarded-Host: evil.example.com/path", "http://SELF/" },
        { "X-Forwarded-Host: user@evil.example.com", "http://SELF/" },
        { "X-Forwarded-Host: a b", "http://SELF/" },
        { "X-Forwarded-Host: é.example.com", "http://SELF/" },
        { "Forwarded: host=é.example.com", "http://SELF/" },
        { "Forwarded: nonsense", "http://SELF/" },
    };

    [Theory]
    [MemberData(nameof(Forwarded))]
    public async Task Location_BehindATrustedProxy_IsTheAddressThatTheClientUses(string headers, string origin)
    {
        var location = await LocationAsync(portal, "/v2/address/forwarded/blobs/uploads/", headers);

        Assert.StartsWith(
            origin.Replace("SELF", portal.RegistryAddress.Authority, StringComparison.Ordinal) + "v2/address/forwarded/blobs/uploads/",
            location,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Location_OfAnUntrustedClient_IsNotWhatItForwards()
    {
        await using var own = await StartAsync(configuration => configuration with
        {
            Portal = configuration.Portal with { TrustedProxies = [] },
        });

        var location = await LocationAsync(own, "/v2/a/blobs/uploads/", "X-Forwarded-Host: evil.example.com|Forwarded: host=evil.example.com");

        Assert.StartsWith($"{own.RegistryAddress}v2/a/blobs/uploads/", location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RelativeUrls_BelowAPrefix_LeadBack()
    {
        await using var own = await StartAsync(configuration => configuration with
        {
            Http = configuration.Http with { RelativeUrls = true, Prefix = "/hub/" },
        });
        var content = "content"u8.ToArray();

        var upload = await LocationAsync(own, "/hub/v2/a/b/blobs/uploads/", "X-Forwarded-Host: ignored.example.com");
        using var put = await own.Client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of(content)}", content);
        using var get = await own.Client.GetAsync(put.Headers.Location!.ToString());
        using var outside = await own.Client.GetAsync("/v2/");
        using var slash = await own.Client.GetAsync("/hub/v2");
        using var ping = await own.Client.GetAsync("/hub/v1/_ping");

        Assert.StartsWith("/hub/v2/a/b/blobs/uploads/", upload, StringComparison.Ordinal);
        Assert.Equal($"/hub/v2/a/b/blobs/{Digest.Of(content)}", put.Headers.Location!.ToString());
        Assert.Equal(content, await get.Content.ReadAsByteArrayAsync());
        await RegistryClient.AssertErrorAsync(outside, HttpStatusCode.NotFound, "NAME_UNKNOWN");
        Assert.Equal("/hub/v2/", slash.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, ping.StatusCode);
    }

    [Fact]
    public async Task ConfiguredHost_WinsOverEverything_AndItsHeadersAreOnEveryAnswer()
    {
        await using var own = await StartAsync(configuration => configuration with
        {
            Http = configuration.Http with
            {
                Host = new Uri("https://hub.example.com"),
                RelativeUrls = true,
                Headers = new Dictionary<string, IReadOnlyList<string>> { ["X-Content-Type-Options"] = ["nosniff"], ["X-Two"] = ["a", "b"] },
            },
        });
        await PutEmptyIndexAsync(own.Client, "one");
        await PutEmptyIndexAsync(own.Client, "two");

        var upload = await LocationAsync(own, "/v2/a/blobs/uploads/", "X-Forwarded-Host: other.example.com");
        using var page = await own.Client.GetAsync("/v2/_catalog?n=1");
        using var error = await own.Client.GetAsync("/v2/BAD/tags/list");
        using var root = await own.Client.GetAsync("/");

        Assert.StartsWith("https://hub.example.com/v2/a/blobs/uploads/", upload, StringComparison.Ordinal);
        Assert.Equal("<https://hub.example.com/v2/_catalog?last=one&n=1>; rel=\"next\"", page.Headers.GetValues("Link").Single());
        Assert.All([page, error, root], answer =>
        {
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal(["a", "b"], answer.Headers.GetValues("X-Two"));
        });
    }

    private static async Task<string> LocationAsync(PortalFixture portal, string path, string headers)
    {
        using var answer = await portal.Client.SendAsync(HttpMethod.Post, path, [], change: request =>
        {
            foreach (var header in headers.Split('|'))
            {
                var (name, value) = header.Split(": ", 2) is [var left, var right] ? (left, right) : (header, string.Empty);
                Assert.True(request.Headers.TryAddWithoutValidation(name, value));
            }
        });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return answer.Headers.GetValues("Location").Single();
    }

    private static async Task PutEmptyIndexAsync(RegistryClient client, string repository)
    {
        using var answer = await client.PutManifestAsync(
            repository, "1", """{"schemaVersion":2,"manifests":[]}"""u8.ToArray(), MediaTypes.OciIndex);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<PortalFixture> StartAsync(Func<RegistryConfiguration, RegistryConfiguration> change)
    {
        var portal = new ConfiguredPortal(change);
        await portal.InitializeAsync();
        return portal;
    }

    private sealed class ConfiguredPortal(Func<RegistryConfiguration, RegistryConfiguration> change) : PortalFixture
    {
        protected override RegistryConfiguration Configuration => change(base.Configuration);
    }
}
