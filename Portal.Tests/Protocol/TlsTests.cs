using System.Net;
using System.Security.Cryptography;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The protocol over TLS, in both versions of HTTP: the framing is another one in each.</summary>
public sealed class TlsTests(TlsPortal portal) : IClassFixture<TlsPortal>
{
    public static TheoryData<string> Versions => new("1.1", "2.0");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Image_PushedAndPulled_IsTheSame(string version)
    {
        using var client = portal.CreateClient(Version.Parse(version));
        var content = RandomNumberGenerator.GetBytes(5_000_000);

        var digest = await client.PushBlobAsync($"tls/image-{version}", content);
        var image = await client.PushImageAsync($"tls/image-{version}", "1");

        using var blob = await client.GetAsync($"/v2/tls/image-{version}/blobs/{digest}");
        Assert.Equal(Version.Parse(version), blob.Version);
        Assert.Equal(content, await blob.Content.ReadAsByteArrayAsync());
        using var manifest = await client.GetAsync($"/v2/tls/image-{version}/manifests/1");
        Assert.Equal(image, Digest.Of(await manifest.Content.ReadAsByteArrayAsync()));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Layer_OfUnknownLength_IsTaken(string version)
    {
        using var client = portal.CreateClient(Version.Parse(version));
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        var upload = await client.StartUploadAsync("tls/streamed");

        // Chunks in HTTP/1.1, which our own reader takes; frames in HTTP/2, which it must not touch.
        using var patched = await client.SendAsync(HttpMethod.Patch, upload, change: request => request.Content = new StreamContent(new Unseekable(content)));
        Assert.Equal(HttpStatusCode.Accepted, patched.StatusCode);
        using var done = await client.SendAsync(HttpMethod.Put, $"{patched.Headers.Location}&digest={Digest.Of(content)}", []);

        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Mistakes_AreAnsweredWithTheProtocolsErrors(string version)
    {
        using var client = portal.CreateClient(Version.Parse(version));

        using var unknown = await client.GetAsync($"/v2/tls/none/blobs/{Digest.Of("none"u8.ToArray())}");
        using var invalid = await client.PutManifestAsync("tls/bad", "1", new byte[100_000], MediaTypes.OciManifest);
        using var digest = await client.SendAsync(
            HttpMethod.Put, $"{await client.StartUploadAsync("tls/bad")}&digest={Digest.Of("other"u8.ToArray())}", new byte[1_000_000]);

        await RegistryClient.AssertErrorAsync(unknown, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        await RegistryClient.AssertErrorAsync(invalid, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        await RegistryClient.AssertErrorAsync(digest, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Addresses_OfAnswers_AreHttps(string version)
    {
        using var client = portal.CreateClient(Version.Parse(version));

        var upload = await client.StartUploadAsync("tls/address");

        Assert.StartsWith(portal.RegistryAddress.GetLeftPart(UriPartial.Authority), upload, StringComparison.Ordinal);
        Assert.StartsWith("https://", upload, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Head_ThatIsTooLarge_IsRefusedInTheProtocolsWordsOverTlsToo()
    {
        using var answer = await portal.Client.SendAsync(
            HttpMethod.Get, "/v2/", change: request => request.Headers.Add("X-Long", new string('a', 60_000)));

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.RequestHeaderFieldsTooLarge, "UNSUPPORTED");
    }

    [Fact]
    public async Task PlainHttp_IsToldSo()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new UriBuilder(portal.RegistryAddress) { Scheme = "http", Path = "/v2/" }.Uri);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("Client sent an HTTP request to an HTTPS server.\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Requests_SideBySideOnOneConnection_GetTheirOwnAnswers()
    {
        using var client = portal.CreateClient(HttpVersion.Version20);
        var contents = Enumerable.Range(0, 20).Select(index => RandomNumberGenerator.GetBytes(100_000 + index)).ToArray();

        var digests = await Task.WhenAll(contents.Select(content => client.PushBlobAsync("tls/many", content)));

        var answers = await Task.WhenAll(digests.Select(digest => client.GetAsync($"/v2/tls/many/blobs/{digest}")));
        foreach (var (answer, content) in answers.Zip(contents))
        {
            using (answer)
            {
                Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync());
            }
        }
    }

    [Fact]
    public async Task Pages_ShowTheRegistrysCertificate()
    {
        using var handler = new SocketsHttpHandler();
        portal.Authority.Trust(handler);
        using var http = new HttpClient(handler);

        Assert.Equal("https", portal.PortalAddress.Scheme);
        Assert.Contains("Registry Portal", await http.GetStringAsync(portal.PortalAddress), StringComparison.Ordinal);
    }

    /// <summary>Content whose length a client does not know.</summary>
    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;
    }
}
