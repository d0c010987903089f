using System.Net;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>What holds alike for a blob and for a manifest by tag and by digest: HEAD, and what a client has already.</summary>
public sealed class ContentTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Blob = "a blob";
    private const string Tagged = "a manifest by its tag";
    private const string Digested = "a manifest by its digest";

    private RegistryClient Client => portal.Client;

    [Theory]
    [InlineData(Blob, MediaTypes.OctetStream)]
    [InlineData(Tagged, MediaTypes.OciManifest)]
    [InlineData(Digested, MediaTypes.OciManifest)]
    public async Task Get_SaysTypeLengthDigestAndETag(string kind, string mediaType)
    {
        var (address, digest) = await PushAsync(kind);

        using var answer = await Client.GetAsync(address);
        var content = await answer.Content.ReadAsByteArrayAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(digest, Digest.Of(content));
        Assert.Equal(content.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(digest.ToString(), answer.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal($"\"{digest}\"", answer.Headers.ETag!.ToString());
        Assert.Equal(kind == Blob ? "max-age=31536000" : null, answer.Headers.CacheControl?.ToString());
        Assert.Equal(kind == Blob ? ["bytes"] : [], answer.Headers.AcceptRanges);
    }

    [Theory]
    [InlineData(Blob, null)]
    [InlineData(Blob, "bytes=0-1")]
    [InlineData(Blob, "bytes=99-")]
    [InlineData(Tagged, null)]
    [InlineData(Tagged, "bytes=0-1")]
    [InlineData(Digested, null)]
    public async Task Head_EqualsGetWithoutBody(string kind, string? range)
    {
        var (address, _) = await PushAsync(kind);

        using var head = await Client.SendAsync(HttpMethod.Head, address, change: request =>
            request.Headers.TryAddWithoutValidation("Range", range));
        using var get = await Client.GetAsync(address);

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("\"DIGEST\"")]
    [InlineData("DIGEST")]
    [InlineData("W/\"DIGEST\"")]
    [InlineData("\"other\", \"DIGEST\"")]
    [InlineData("*")]
    public async Task IfNoneMatch_WithTheDigest_Is304(string header)
    {
        foreach (var kind in new[] { Blob, Tagged, Digested })
        {
            var (address, digest) = await PushAsync(kind);
            using var whole = await Client.GetAsync(address);
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                using var answer = await SendIfNoneMatchAsync(method, address, digest, header);

                Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
                Assert.Equal($"\"{digest}\"", answer.Headers.ETag!.ToString());
                Assert.Equal(digest.ToString(), answer.Headers.GetValues("Docker-Content-Digest").Single());
                Assert.Equal(whole.Headers.CacheControl, answer.Headers.CacheControl);
                Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
            }
        }
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("\"DIGEST0\"")]
    [InlineData("")]
    public async Task IfNoneMatch_WithAnother_IsTheContent(string header)
    {
        foreach (var kind in new[] { Blob, Tagged, Digested })
        {
            var (address, digest) = await PushAsync(kind);

            using var answer = await SendIfNoneMatchAsync(HttpMethod.Get, address, digest, header);

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(digest, Digest.Of(await answer.Content.ReadAsByteArrayAsync()));
        }
    }

    private async Task<(string Address, Digest Digest)> PushAsync(string kind)
    {
        if (kind == Blob)
        {
            var blob = await Client.PushBlobAsync("content/app", "content"u8.ToArray());
            return ($"/v2/content/app/blobs/{blob}", blob);
        }

        var digest = await Client.PushImageAsync("content/app", "1.0");
        return ($"/v2/content/app/manifests/{(kind == Tagged ? "1.0" : digest)}", digest);
    }

    private Task<HttpResponseMessage> SendIfNoneMatchAsync(HttpMethod method, string address, Digest digest, string header)
    {
        return Client.SendAsync(method, address, change: request => request.Headers.TryAddWithoutValidation(
            "If-None-Match", header.Replace("DIGEST", digest.ToString(), StringComparison.Ordinal)));
    }

    private static string[] Headers(HttpResponseMessage answer)
    {
        return [.. answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "X-Request-ID"))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order()];
    }
}
