using System.Net;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

public sealed class BlobTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private RegistryClient Client => portal.Client;

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=-2", "89", "bytes 8-9/10")]
    [InlineData("bytes=5-500", "56789", "bytes 5-9/10")]
    public async Task Range_IsAnsweredWithThatPart(string range, string expected, string contentRange)
    {
        var digest = await Client.PushBlobAsync("blob/range", "0123456789"u8.ToArray());

        using var answer = await GetAsync(digest, range);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
        Assert.Equal(contentRange, answer.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=-0")]
    public async Task Range_BeyondTheEnd_Is416(string range)
    {
        var digest = await Client.PushBlobAsync("blob/range", "0123456789"u8.ToArray());

        using var answer = await GetAsync(digest, range);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.RequestedRangeNotSatisfiable, "RANGE_INVALID");
        Assert.Equal("bytes */10", answer.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("lines=0-1")]
    [InlineData("bytes=b-a")]
    public async Task Range_ThatIsNotServed_GivesTheWhole(string range)
    {
        var digest = await Client.PushBlobAsync("blob/range", "0123456789"u8.ToArray());

        using var answer = await GetAsync(digest, range);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("0123456789", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("bytes=0-")]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=-1")]
    public async Task Range_OfTheEmptyBlob_Is416(string range)
    {
        var digest = await Client.PushBlobAsync("blob/range", []);

        using var answer = await GetAsync(digest, range);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.RequestedRangeNotSatisfiable, "RANGE_INVALID");
        Assert.Equal("bytes */0", answer.Content.Headers.ContentRange!.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("bytes=0-1")]
    [InlineData("bytes=99-")]
    public async Task Head_EqualsGetWithoutBody(string? range)
    {
        var digest = await Client.PushBlobAsync("blob/head", "content"u8.ToArray());

        using var head = await Client.SendAsync(HttpMethod.Head, $"/v2/blob/head/blobs/{digest}", change: request =>
            request.Headers.TryAddWithoutValidation("Range", range));
        using var get = await Client.GetAsync($"/v2/blob/head/blobs/{digest}");

        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(Headers(get), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(7, get.Content.Headers.ContentLength);
        Assert.Equal(MediaTypes.OctetStream, get.Content.Headers.ContentType!.ToString());
        Assert.Equal(digest.ToString(), get.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal($"\"{digest}\"", get.Headers.ETag!.ToString());
        Assert.Equal("max-age=31536000", get.Headers.CacheControl!.ToString());
        Assert.Equal("bytes", get.Headers.AcceptRanges.Single());
    }

    [Theory]
    [InlineData("\"DIGEST\"")]
    [InlineData("DIGEST")]
    [InlineData("W/\"DIGEST\"")]
    [InlineData("\"other\", \"DIGEST\"")]
    [InlineData("*")]
    public async Task IfNoneMatch_WithTheDigest_Is304(string header)
    {
        var digest = await Client.PushBlobAsync("blob/etag", "content"u8.ToArray());

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var answer = await SendIfNoneMatchAsync(method, digest, header);

            Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
            Assert.Equal($"\"{digest}\"", answer.Headers.ETag!.ToString());
            Assert.Equal("max-age=31536000", answer.Headers.CacheControl!.ToString());
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Theory]
    [InlineData("\"other\"")]
    [InlineData("\"DIGEST0\"")]
    [InlineData("")]
    public async Task IfNoneMatch_WithAnother_IsTheBlob(string header)
    {
        var digest = await Client.PushBlobAsync("blob/etag", "content"u8.ToArray());

        using var answer = await SendIfNoneMatchAsync(HttpMethod.Get, digest, header);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("content", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Delete_RemovesItFromThisRepositoryOnly()
    {
        var digest = await Client.PushBlobAsync("blob/one", "both"u8.ToArray());
        await Client.PushBlobAsync("blob/two", "both"u8.ToArray());

        using var deleted = await Client.SendAsync(HttpMethod.Delete, $"/v2/blob/one/blobs/{digest}");
        using var again = await Client.SendAsync(HttpMethod.Delete, $"/v2/blob/one/blobs/{digest}");
        using var other = await Client.GetAsync($"/v2/blob/two/blobs/{digest}");

        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        await RegistryClient.AssertErrorAsync(again, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    private Task<HttpResponseMessage> GetAsync(Digest digest, string range)
    {
        return Client.SendAsync(HttpMethod.Get, $"/v2/blob/range/blobs/{digest}", change: request =>
            request.Headers.TryAddWithoutValidation("Range", range));
    }

    private Task<HttpResponseMessage> SendIfNoneMatchAsync(HttpMethod method, Digest digest, string header)
    {
        return Client.SendAsync(method, $"/v2/blob/etag/blobs/{digest}", change: request => request.Headers.TryAddWithoutValidation(
            "If-None-Match", header.Replace("DIGEST", digest.ToString(), StringComparison.Ordinal)));
    }

    private static string[] Headers(HttpResponseMessage answer)
    {
        return [.. answer.Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order()];
    }
}
