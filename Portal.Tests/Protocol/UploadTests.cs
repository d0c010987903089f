using System.Net;
using System.Security.Cryptography;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

public sealed class UploadTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private RegistryClient Client => portal.Client;

    [Theory]
    [InlineData(0, DigestAlgorithm.Sha256)]
    [InlineData(1, DigestAlgorithm.Sha256)]
    [InlineData(3_000_000, DigestAlgorithm.Sha256)]
    [InlineData(70_000, DigestAlgorithm.Sha512)]
    public async Task Monolithic_Blob_ComesBackAsItWas(int size, DigestAlgorithm algorithm)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var digest = Digest.Of(content, algorithm);

        using var pushed = await Client.SendAsync(HttpMethod.Post, $"/v2/up/mono/blobs/uploads/?digest={digest}", content);
        using var answer = await Client.GetAsync($"/v2/up/mono/blobs/{digest}");

        Assert.Equal(HttpStatusCode.Created, pushed.StatusCode);
        Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(digest.ToString(), answer.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(size, answer.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Chunks_InOrder_MakeTheBlob()
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        var location = await Client.StartUploadAsync("up/chunks");

        using var first = await PatchAsync(location, content[..600], "0-599");
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal("0-599", first.Headers.GetValues("Range").Single());
        using var second = await PatchAsync(first.Headers.Location!.ToString(), content[600..], "600-999");
        Assert.Equal("0-999", second.Headers.GetValues("Range").Single());
        using var done = await Client.SendAsync(HttpMethod.Put, $"{second.Headers.Location}&digest={Digest.Of(content)}", []);

        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
        Assert.EndsWith($"/v2/up/chunks/blobs/{Digest.Of(content)}", done.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5-9")]
    [InlineData("0-3")]
    [InlineData("nonsense")]
    [InlineData("9-0")]
    public async Task Chunk_OutOfOrderOrLying_Is416AndChangesNothing(string contentRange)
    {
        var content = RandomNumberGenerator.GetBytes(10);
        var location = await Client.StartUploadAsync("up/order");
        using var first = await PatchAsync(location, content[..5], "0-4");
        var address = first.Headers.Location!.ToString();

        using var refused = await PatchAsync(address, content[..3], contentRange);

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.RequestedRangeNotSatisfiable, "RANGE_INVALID");
        using var status = await Client.GetAsync(address);
        Assert.Equal(HttpStatusCode.NoContent, status.StatusCode);
        Assert.Equal("0-4", status.Headers.GetValues("Range").Single());
        using var rest = await PatchAsync(address, content[5..], "5-9");
        using var done = await Client.SendAsync(HttpMethod.Put, $"{address}&digest={Digest.Of(content)}", []);
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Theory]
    [InlineData("0-48")]
    [InlineData("0-50")]
    public async Task Chunk_OfUnsaidLength_ThatDiffersFromItsRange_IsSizeInvalid(string contentRange)
    {
        var address = await Client.StartUploadAsync("up/range");

        using var refused = await Client.SendAsync(HttpMethod.Patch, address, null, null, request =>
        {
            request.Content = new StreamContent(new MemoryStream(new byte[50]));
            request.Content.Headers.TryAddWithoutValidation("Content-Range", contentRange);
            request.Headers.TransferEncodingChunked = true;
        });

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "SIZE_INVALID");
    }

    [Fact]
    public async Task Upload_AfterRestart_GoesOn()
    {
        await using var own = new PortalFixture();
        await own.InitializeAsync();
        var content = RandomNumberGenerator.GetBytes(200_000);
        var path = new Uri(await own.Client.StartUploadAsync("up/restart")).PathAndQuery;
        using (await own.Client.SendAsync(HttpMethod.Patch, path, content[..150_000]))
        {
        }

        await own.RestartAsync();

        using var status = await own.Client.GetAsync(path);
        Assert.Equal("0-149999", status.Headers.GetValues("Range").Single());
        using var rest = await own.Client.SendAsync(HttpMethod.Put, $"{path}&digest={Digest.Of(content)}", content[150_000..]);
        Assert.Equal(HttpStatusCode.Created, rest.StatusCode);
        using var blob = await own.Client.GetAsync($"/v2/up/restart/blobs/{Digest.Of(content)}");
        Assert.Equal(content, await blob.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Commit_WithWrongDigest_IsRefusedAndEndsTheUpload()
    {
        var location = await Client.StartUploadAsync("up/wrong");

        using var refused = await Client.SendAsync(HttpMethod.Put, $"{location}&digest={Digest.Of("other"u8)}", "this"u8.ToArray());

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "DIGEST_INVALID");
        using var gone = await Client.GetAsync(location);
        await RegistryClient.AssertErrorAsync(gone, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Theory]
    [InlineData("")]
    [InlineData("&digest=")]
    [InlineData("&digest=sha256:short")]
    [InlineData("&digest=md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("&digest=sha256:../../../../etc/passwd")]
    public async Task Commit_WithoutUsableDigest_Is400(string query)
    {
        var location = await Client.StartUploadAsync("up/nodigest");

        using var refused = await Client.SendAsync(HttpMethod.Put, location + query, "x"u8.ToArray());

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Address_ThatWasNotGivenOut_IsRefused()
    {
        var location = await Client.StartUploadAsync("up/forged");

        using var forged = await Client.GetAsync(location[..location.IndexOf('?', StringComparison.Ordinal)] + "?_state=AAAA");
        using var unknown = await Client.GetAsync("/v2/up/forged/blobs/uploads/not-an-id");

        await RegistryClient.AssertErrorAsync(forged, HttpStatusCode.BadRequest, "BLOB_UPLOAD_INVALID");
        await RegistryClient.AssertErrorAsync(unknown, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Cancel_EndsTheUpload()
    {
        var location = await Client.StartUploadAsync("up/cancel");

        using var cancelled = await Client.SendAsync(HttpMethod.Delete, location);
        using var again = await Client.SendAsync(HttpMethod.Delete, location);

        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
        Assert.Contains(cancelled.Headers.GetValues("Docker-Upload-UUID").Single(), location, StringComparison.Ordinal);
        await RegistryClient.AssertErrorAsync(again, HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Mount_FromARepositoryThatHasIt_LinksIt()
    {
        var digest = await Client.PushBlobAsync("mount/from", "shared"u8.ToArray());

        using var before = await Client.GetAsync($"/v2/mount/to/blobs/{digest}");
        using var mounted = await Client.SendAsync(HttpMethod.Post, $"/v2/mount/to/blobs/uploads/?mount={digest}&from=mount/from", []);
        using var after = await Client.GetAsync($"/v2/mount/to/blobs/{digest}");
        using var missing = await Client.SendAsync(HttpMethod.Post, $"/v2/mount/to/blobs/uploads/?mount={Digest.Of("no"u8)}&from=mount/from", []);

        await RegistryClient.AssertErrorAsync(before, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        Assert.Equal(HttpStatusCode.Created, mounted.StatusCode);
        Assert.Equal($"{portal.RegistryAddress}v2/mount/to/blobs/{digest}", mounted.Headers.Location!.ToString());
        Assert.Equal(digest.ToString(), mounted.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal("shared", await after.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Accepted, missing.StatusCode);
    }

    [Theory]
    [InlineData("mount=DIGEST")]
    [InlineData("mount=DIGEST&from=")]
    [InlineData("mount=DIGEST&from=NOT%2FA%2FNAME")]
    [InlineData("mount=DIGEST&from=..%2F..")]
    [InlineData("mount=DIGEST&from=mount/nowhere")]
    [InlineData("mount=sha256:short&from=mount/source")]
    [InlineData("mount=&from=mount/source")]
    [InlineData("from=mount/source")]
    public async Task Mount_ThatCannotBe_BecomesAnUpload(string query)
    {
        var content = "somewhere else"u8.ToArray();
        var digest = await Client.PushBlobAsync("mount/source", content);

        using var answer = await Client.SendAsync(
            HttpMethod.Post, "/v2/mount/target/blobs/uploads/?" + query.Replace("DIGEST", digest.ToString(), StringComparison.Ordinal), []);
        using var absent = await Client.GetAsync($"/v2/mount/target/blobs/{digest}");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("0-0", answer.Headers.GetValues("Range").Single());
        await RegistryClient.AssertErrorAsync(absent, HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        using var cancelled = await Client.SendAsync(HttpMethod.Delete, answer.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NoContent, cancelled.StatusCode);
    }

    private Task<HttpResponseMessage> PatchAsync(string location, byte[] content, string contentRange)
    {
        return Client.SendAsync(HttpMethod.Patch, location, content, MediaTypes.OctetStream, request =>
            request.Content!.Headers.TryAddWithoutValidation("Content-Range", contentRange));
    }
}
