using System.Net;
using System.Security.Cryptography;
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
    [InlineData(0, 9_999_999)]
    [InlineData(1, 9_999_998)]
    [InlineData(4_194_303, 8_388_609)]
    [InlineData(65_537, 131_072)]
    public async Task Range_OfALargeBlob_IsThatPart_AndTheConnectionGoesOn(int first, int last)
    {
        var content = RandomNumberGenerator.GetBytes(10_000_000);
        var digest = await Client.PushBlobAsync("blob/range", content);

        for (var again = 0; again < 3; again++)
        {
            using var answer = await GetAsync(digest, $"bytes={first}-{last}");
            Assert.Equal(content[first..(last + 1)], await answer.Content.ReadAsByteArrayAsync());
            using var small = await Client.GetAsync("/v2/");
            Assert.Equal("{}", await small.Content.ReadAsStringAsync());
        }
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
