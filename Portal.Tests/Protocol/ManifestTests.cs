using System.Net;
using System.Text;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

public sealed class ManifestTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private static readonly byte[] EmptyIndex = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray();

    private RegistryClient Client => portal.Client;

    [Fact]
    public async Task Manifest_ByTagAndDigest_HasTheExactBytes()
    {
        var digest = await Client.PushImageAsync("man/get", "1.0");

        using var byTag = await Client.GetAsync("/v2/man/get/manifests/1.0");
        using var byDigest = await Client.GetAsync($"/v2/man/get/manifests/{digest}");
        using var head = await Client.SendAsync(HttpMethod.Head, "/v2/man/get/manifests/1.0");

        var bytes = await byTag.Content.ReadAsByteArrayAsync();
        Assert.Equal(digest, Digest.Of(bytes));
        Assert.Equal(bytes, await byDigest.Content.ReadAsByteArrayAsync());
        Assert.Equal(MediaTypes.OciManifest, byTag.Content.Headers.ContentType!.ToString());
        Assert.Equal($"\"{digest}\"", byTag.Headers.ETag!.ToString());
        Assert.Equal(bytes.Length, head.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Put_OfATagAgain_MovesItAndByDigestMovesNone()
    {
        var first = await Client.PushImageAsync("man/move", "1", "first");
        var second = await Client.PushImageAsync("man/move", "1", "second");
        using var old = await Client.GetAsync($"/v2/man/move/manifests/{first}");
        using var again = await Client.PutManifestAsync(
            "man/move", first.ToString(), await old.Content.ReadAsByteArrayAsync(), MediaTypes.OciManifest);
        using var tag = await Client.GetAsync("/v2/man/move/manifests/1");

        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(second.ToString(), tag.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal(["1"], await Client.TagsAsync("man/move"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/octet-stream")]
    public async Task Put_OfAnIndexThatNobodyNamesSo_IsJudgedByItsShape(string? contentType)
    {
        using var put = await Client.PutManifestAsync("man/shape", "1", """{"schemaVersion":2,"manifests":[]}"""u8.ToArray(), contentType);
        using var get = await Client.GetAsync("/v2/man/shape/manifests/1");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(MediaTypes.OciIndex, get.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Put_BySha512_IsFoundUnderThatDigest()
    {
        await Client.PushImageAsync("man/sha512", "seed");
        using var seed = await Client.GetAsync("/v2/man/sha512/manifests/seed");
        var bytes = await seed.Content.ReadAsByteArrayAsync();
        var digest = Digest.Of(bytes, DigestAlgorithm.Sha512);

        using var put = await Client.PutManifestAsync("man/sha512", digest.ToString(), bytes, MediaTypes.OciManifest);
        using var get = await Client.GetAsync($"/v2/man/sha512/manifests/{digest}");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(bytes, await get.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Put_NamingMissingBlobs_TellsEachOne()
    {
        var one = Digest.Of("missing one"u8);
        var two = Digest.Of("missing two"u8);

        using var answer = await Client.PutManifestAsync("man/missing", "1", ImageBuilder.Manifest((one, 1), [(two, 1)]), MediaTypes.OciManifest);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
        using var json = await RegistryClient.ReadJsonAsync(answer);
        Assert.Equal(
            [one.ToString(), two.ToString()],
            json.RootElement.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("detail").GetProperty("digest").GetString()));
    }

    public static TheoryData<string, string?> Invalid => new()
    {
        { "not json", MediaTypes.OciManifest },
        { "", MediaTypes.OciManifest },
        { "[]", MediaTypes.OciManifest },
        { "{}", MediaTypes.OciManifest },
        { """{"schemaVersion":1}""", MediaTypes.DockerSchema1 },
        { """{"schemaVersion":2}""", MediaTypes.OciManifest },
        { """{"schemaVersion":2,"manifests":[]}""", MediaTypes.OciManifest },
        { """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", MediaTypes.OciManifest },
        { """{"schemaVersion":2,"config":{},"manifests":[]}""", MediaTypes.OciIndex },
        { """{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:zz","size":1},"layers":[]}""", MediaTypes.OciManifest },
        { """{"schemaVersion":2,"manifests":[null]}""", MediaTypes.OciIndex },
        { """{"schemaVersion":2,"schemaVersion":2,"manifests":[]}""", MediaTypes.OciIndex },
        { """{"schemaVersion":2,"manifests":[]} trailing""", MediaTypes.OciIndex },
        { """{"schemaVersion":2,"manifests":[]}""", "application/x-unknown" },
        { "{\"a\":" + new string('[', 100_000) + new string(']', 100_000) + "}", MediaTypes.OciManifest },
        { new string('{', 5000), null },
        { """{"schemaVersion":2,"mediaType":"\ud800","manifests":[]}""", null },
        { """{"schemaVersion":2,"\udc00":1,"manifests":[]}""", null },
    };

    /// <summary>Nothing of the Content-Type is kept: after a restart the bytes alone tell the type.</summary>
    [Theory]
    [InlineData("config", MediaTypes.DockerManifest)]
    [InlineData("manifests", MediaTypes.DockerManifestList)]
    public async Task Put_OfADockerManifestThatDoesNotSaySo_IsRefused(string field, string contentType)
    {
        var config = await Client.PushBlobAsync("man/docker", "{}"u8.ToArray());
        var value = field == "manifests" ? "[]" : $$"""{"mediaType":"{{MediaTypes.DockerConfig}}","digest":"{{config}}","size":2}""";
        var body = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"{{field}}":{{value}}}""");

        using var answer = await Client.PutManifestAsync("man/docker", "1", body, contentType);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Fact]
    public async Task Put_OfBytesThatAreNoUtf8_IsRefused()
    {
        byte[] body = [.. """{"schemaVersion":2,"mediaType":"application/"""u8, 0xC3, .. "\",\"manifests\":[]}"u8];

        using var answer = await Client.PutManifestAsync("man/utf8", "1", body, null);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task Put_OfWhatIsNoManifest_IsRefused(string body, string? contentType)
    {
        using var answer = await Client.PutManifestAsync("man/invalid", "1", Encoding.UTF8.GetBytes(body), contentType);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    [Theory]
    [InlineData("1", false)]
    [InlineData("1", true)]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000", false)]
    public async Task Put_OverFourMebibytes_IsRefused(string reference, bool chunked)
    {
        foreach (var mediaType in new[] { MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList })
        {
            var content = OfSize(Manifest.MaxSize + 1, mediaType);

            using var answer = await Client.SendAsync(
                HttpMethod.Put, $"/v2/man/large/manifests/{reference}", content, mediaType, request => request.Headers.TransferEncodingChunked = chunked);

            await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        }
    }

    [Fact]
    public async Task Put_OfFourMebibytes_IsTaken()
    {
        var content = OfSize(Manifest.MaxSize, MediaTypes.OciIndex);

        using var put = await Client.PutManifestAsync("man/large", "1", content, MediaTypes.OciIndex);
        using var get = await Client.GetAsync("/v2/man/large/manifests/1");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(content, await get.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Put_UnderAnotherDigest_IsRefused()
    {
        using var answer = await Client.PutManifestAsync("man/digest", Digest.Of("other"u8).ToString(), EmptyIndex, MediaTypes.OciIndex);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Index_NeedsItsManifests_AndMayBeEmpty()
    {
        var child = await Client.PushImageAsync("man/index", "child");

        using var empty = await Client.PutManifestAsync("man/index", "empty", EmptyIndex, MediaTypes.OciIndex);
        using var full = await Client.PutManifestAsync("man/index", "multi", ImageBuilder.Index((child, "amd64")), MediaTypes.OciIndex);
        using var missing = await Client.PutManifestAsync("man/index", "bad", ImageBuilder.Index((Digest.Of("x"u8), "amd64")), MediaTypes.OciIndex);

        Assert.Equal(HttpStatusCode.Created, empty.StatusCode);
        Assert.Equal(HttpStatusCode.Created, full.StatusCode);
        await RegistryClient.AssertErrorAsync(missing, HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
    }

    [Fact]
    public async Task DeleteTag_LeavesTheManifestAndItsOtherTags()
    {
        var digest = await Client.PushImageAsync("man/untag", "a");
        await Client.PushImageAsync("man/untag", "b");

        using var deleted = await Client.SendAsync(HttpMethod.Delete, "/v2/man/untag/manifests/a");

        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        Assert.Equal(["b"], await Client.TagsAsync("man/untag"));
        using var manifest = await Client.GetAsync($"/v2/man/untag/manifests/{digest}");
        Assert.Equal(HttpStatusCode.OK, manifest.StatusCode);
    }

    [Fact]
    public async Task DeleteManifest_TakesEveryTagOfIt()
    {
        var digest = await Client.PushImageAsync("man/delete", "a");
        await Client.PushImageAsync("man/delete", "b");
        await Client.PushImageAsync("man/delete", "other", layer: "another layer");

        using var deleted = await Client.SendAsync(HttpMethod.Delete, $"/v2/man/delete/manifests/{digest}");
        using var again = await Client.SendAsync(HttpMethod.Delete, $"/v2/man/delete/manifests/{digest}");
        using var byTag = await Client.GetAsync("/v2/man/delete/manifests/a");

        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        await RegistryClient.AssertErrorAsync(again, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        await RegistryClient.AssertErrorAsync(byTag, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        Assert.Equal(["other"], await Client.TagsAsync("man/delete"));
    }

    private static byte[] OfSize(int size, string mediaType) => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"{{mediaType}}","manifests":[]}""".PadRight(size));
}
