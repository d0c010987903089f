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

    [Fact]
    public async Task Head_EqualsGetWithoutBody()
    {
        var digest = await Client.PushBlobAsync("blob/head", "content"u8.ToArray());

        using var head = await Client.SendAsync(HttpMethod.Head, $"/v2/blob/head/blobs/{digest}");
        using var get = await Client.GetAsync($"/v2/blob/head/blobs/{digest}");

        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task IfNoneMatch_WithTheDigest_Is304()
    {
        var digest = await Client.PushBlobAsync("blob/etag", "content"u8.ToArray());

        using var answer = await Client.SendAsync(HttpMethod.Get, $"/v2/blob/etag/blobs/{digest}", change: request =>
            request.Headers.TryAddWithoutValidation("If-None-Match", $"\"{digest}\""));

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
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
}
