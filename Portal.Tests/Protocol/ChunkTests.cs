using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>How clients of every kind bring a blob in parts, and what the answers tell them.</summary>
public sealed class ChunkTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(10);

    private RegistryClient Client => portal.Client;

    [Fact]
    public async Task EveryAnswer_SaysWhereToGoOn()
    {
        using var started = await Client.SendAsync(HttpMethod.Post, "/v2/chunk/answers/blobs/uploads/", []);
        var location = started.Headers.Location!.ToString();
        using var patched = await Client.SendAsync(HttpMethod.Patch, location, _content);
        using var status = await Client.GetAsync(location);

        AssertGoesOn(started, HttpStatusCode.Accepted, "0-0");
        AssertGoesOn(patched, HttpStatusCode.Accepted, "0-9");
        AssertGoesOn(status, HttpStatusCode.NoContent, "0-9");
        Assert.Equal(0, started.Content.Headers.ContentLength);
        Assert.Equal(0, patched.Content.Headers.ContentLength);
        Assert.Single(new[] { started, patched, status }.Select(answer => answer.Headers.GetValues("Docker-Upload-UUID").Single()).Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Streams_WithoutContentRange_AreAppended(bool chunked)
    {
        var location = await Client.StartUploadAsync("chunk/stream");

        using var first = await SendAsync(HttpMethod.Patch, location, _content[..4], null, chunked);
        using var empty = await SendAsync(HttpMethod.Patch, location, [], null, chunked);
        using var second = await SendAsync(HttpMethod.Patch, location, _content[4..7], null, chunked);
        using var last = await SendAsync(HttpMethod.Put, $"{location}&digest={Digest.Of(_content)}", _content[7..], null, chunked);
        using var blob = await Client.GetAsync(last.Headers.Location!.ToString());

        AssertGoesOn(first, HttpStatusCode.Accepted, "0-3");
        AssertGoesOn(empty, HttpStatusCode.Accepted, "0-3");
        AssertGoesOn(second, HttpStatusCode.Accepted, "0-6");
        Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        Assert.Equal(Digest.Of(_content).ToString(), last.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(_content, await blob.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Put_OfTheLastChunk_TakesItsContentRange()
    {
        var location = await Client.StartUploadAsync("chunk/last");
        var commit = $"{location}&digest={Digest.Of(_content)}";
        using var first = await SendAsync(HttpMethod.Patch, location, _content[..4], "0-3");

        using var wrong = await SendAsync(HttpMethod.Put, commit, _content[4..], "5-10");
        using var absent = await Client.GetAsync($"/v2/chunk/last/blobs/{Digest.Of(_content)}");
        using var right = await SendAsync(HttpMethod.Put, commit, _content[4..], "4-9");

        await RegistryClient.AssertErrorAsync(wrong, HttpStatusCode.RequestedRangeNotSatisfiable, "RANGE_INVALID");
        Assert.Equal("0-3", wrong.Headers.GetValues("Range").Single());
        await RegistryClient.AssertErrorAsync(absent, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        Assert.Equal(HttpStatusCode.Created, right.StatusCode);
    }

    [Theory]
    [InlineData("0-4")]
    [InlineData("0-98")]
    [InlineData("0-9223372036854775807")]
    [InlineData("0-9223372036854775808")]
    [InlineData("-9")]
    [InlineData("0-")]
    [InlineData("0--9")]
    [InlineData("items 0-9/10")]
    public async Task Chunk_WhoseLengthIsNotItsRanges_Is416AndChangesNothing(string contentRange)
    {
        var location = await Client.StartUploadAsync("chunk/length");

        using var refused = await SendAsync(HttpMethod.Patch, location, _content, contentRange);
        using var status = await Client.GetAsync(location);
        using var whole = await SendAsync(HttpMethod.Put, $"{location}&digest={Digest.Of(_content)}", _content, "0-9");

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.RequestedRangeNotSatisfiable, "RANGE_INVALID");
        Assert.Equal("0-0", status.Headers.GetValues("Range").Single());
        Assert.Equal(HttpStatusCode.Created, whole.StatusCode);
    }

    [Theory]
    [InlineData("0-4")]
    [InlineData("0-98")]
    public async Task Chunk_OfUnknownLengthThatIsNotItsRanges_Is400AndTheUploadGoesOn(string contentRange)
    {
        var location = await Client.StartUploadAsync("chunk/unknown");

        using var refused = await SendAsync(HttpMethod.Patch, location, _content, contentRange, chunked: true);
        using var status = await Client.GetAsync(location);
        var last = int.Parse(status.Headers.GetValues("Range").Single()[2..], CultureInfo.InvariantCulture);
        using var rest = await Client.SendAsync(
            HttpMethod.Put, $"{location}&digest={Digest.Of(_content)}", _content[(last == 0 ? 0 : last + 1)..]);

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "SIZE_INVALID");
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
    }

    [Fact]
    public async Task Put_WhoseChunkIsNotItsContentRange_StoresNothing()
    {
        var digest = Digest.Of(_content);
        var location = await Client.StartUploadAsync("chunk/put");

        using var refused = await SendAsync(HttpMethod.Put, $"{location}&digest={digest}", _content, "0-98", chunked: true);
        using var absent = await Client.GetAsync($"/v2/chunk/put/blobs/{digest}");

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "SIZE_INVALID");
        await RegistryClient.AssertErrorAsync(absent, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task Put_OfNothing_MakesTheEmptyBlob()
    {
        var location = await Client.StartUploadAsync("chunk/empty");
        var digest = Digest.Of([]);

        using var put = await Client.SendAsync(HttpMethod.Put, $"{location}&digest={digest}");
        using var blob = await Client.GetAsync($"/v2/chunk/empty/blobs/{digest}");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(0, blob.Content.Headers.ContentLength);
        Assert.Empty(await blob.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Blob_ThatIsHereAlready_IsTakenAgain()
    {
        var digest = await Client.PushBlobAsync("chunk/again", _content);

        using var post = await Client.SendAsync(HttpMethod.Post, $"/v2/chunk/again/blobs/uploads/?digest={digest}", _content);
        using var blob = await Client.GetAsync($"/v2/chunk/again/blobs/{digest}");

        Assert.Equal(HttpStatusCode.Created, post.StatusCode);
        Assert.Equal($"{portal.RegistryAddress}v2/chunk/again/blobs/{digest}", post.Headers.Location!.ToString());
        Assert.Equal(_content, await blob.Content.ReadAsByteArrayAsync());
        Assert.Empty(Uploads("chunk/again"));
    }

    [Fact]
    public async Task Post_WithAWrongDigest_IsRefusedAndLeavesNothing()
    {
        var digest = Digest.Of("other"u8);

        using var post = await Client.SendAsync(HttpMethod.Post, $"/v2/chunk/wrong/blobs/uploads/?digest={digest}", _content);
        using var absent = await Client.GetAsync($"/v2/chunk/wrong/blobs/{digest}");

        await RegistryClient.AssertErrorAsync(post, HttpStatusCode.BadRequest, "DIGEST_INVALID");
        await RegistryClient.AssertErrorAsync(absent, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        Assert.Empty(Uploads("chunk/wrong"));
    }

    [Fact]
    public async Task Address_OfOneUpload_OpensNoOther()
    {
        var one = new Uri(await Client.StartUploadAsync("chunk/one"));
        var two = new Uri(await Client.StartUploadAsync("chunk/one"));
        var elsewhere = one.PathAndQuery.Replace("chunk/one", "chunk/two", StringComparison.Ordinal);

        foreach (var address in new[] { two.AbsolutePath + one.Query, elsewhere, one.AbsolutePath, one.PathAndQuery + "AA" })
        {
            using var get = await Client.GetAsync(address);
            using var patch = await Client.SendAsync(HttpMethod.Patch, address, _content);
            using var delete = await Client.SendAsync(HttpMethod.Delete, address);

            await RegistryClient.AssertErrorAsync(get, HttpStatusCode.BadRequest, "BLOB_UPLOAD_INVALID");
            await RegistryClient.AssertErrorAsync(patch, HttpStatusCode.BadRequest, "BLOB_UPLOAD_INVALID");
            await RegistryClient.AssertErrorAsync(delete, HttpStatusCode.BadRequest, "BLOB_UPLOAD_INVALID");
        }
    }

    private static void AssertGoesOn(HttpResponseMessage answer, HttpStatusCode status, string range)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(range, answer.Headers.GetValues("Range").Single());
        Assert.Contains("/blobs/uploads/", answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.True(Guid.TryParse(answer.Headers.GetValues("Docker-Upload-UUID").Single(), out _));
    }

    private string[] Uploads(string repository)
    {
        return Directory.GetFiles(Path.Combine(portal.Root, $"docker/registry/v2/repositories/{repository}"), "data", SearchOption.AllDirectories);
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string location, byte[] content, string? contentRange, bool chunked = false)
    {
        return Client.SendAsync(method, location, content, MediaTypes.OctetStream, request =>
        {
            request.Headers.TransferEncodingChunked = chunked;
            if (contentRange is not null)
            {
                request.Content!.Headers.TryAddWithoutValidation("Content-Range", contentRange);
            }
        });
    }
}
