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
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[]}""", MediaTypes.DockerManifest)]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""", MediaTypes.DockerManifestList)]
    public async Task Put_OfADockerManifestThatDoesNotSaySo_IsRefused(string body, string contentType)
    {
        using var answer = await Client.PutManifestAsync("man/docker", "1", Encoding.UTF8.GetBytes(body), contentType);

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

    [Fact]
    public async Task Put_OverFourMebibytes_IsRefused()
    {
        using var answer = await Client.PutManifestAsync("man/large", "1", new byte[Manifest.MaxSize + 1], MediaTypes.OciManifest);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
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

    [Fact]
    public async Task Referrers_ListWhatNamesTheSubject_AlsoWhenItCameFirst()
    {
        var subject = Digest.Of("comes later"u8).ToString();
        var signature = await Client.PushImageAsync("man/ref", "sig", "sig", subject, "application/x.signature");
        await Client.PushImageAsync("man/ref", "sbom", "sbom", subject, "application/x.sbom");

        using var all = await Client.GetAsync($"/v2/man/ref/referrers/{subject}");
        using var filtered = await Client.GetAsync($"/v2/man/ref/referrers/{subject}?artifactType=application%2Fx.signature");
        using var paged = await Client.GetAsync($"/v2/man/ref/referrers/{subject}?n=1");
        using var none = await Client.GetAsync($"/v2/man/ref/referrers/{Digest.Of("none"u8)}");
        using var bad = await Client.GetAsync("/v2/man/ref/referrers/latest");

        Assert.Equal(MediaTypes.OciIndex, all.Content.Headers.ContentType!.ToString());
        Assert.Equal(2, await CountAsync(all));
        Assert.Equal("artifactType", filtered.Headers.GetValues("OCI-Filters-Applied").Single());
        Assert.Contains(signature.ToString(), await filtered.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync(filtered));
        Assert.Equal(1, await CountAsync(paged));
        Assert.Contains("rel=\"next\"", paged.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(none));
        await RegistryClient.AssertErrorAsync(bad, HttpStatusCode.BadRequest, "DIGEST_INVALID");

        using var deleted = await Client.SendAsync(HttpMethod.Delete, $"/v2/man/ref/manifests/{signature}");
        using var after = await Client.GetAsync($"/v2/man/ref/referrers/{subject}");
        Assert.Equal(1, await CountAsync(after));
    }

    private static async Task<int> CountAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var json = await RegistryClient.ReadJsonAsync(answer);
        return json.RootElement.GetProperty("manifests").GetArrayLength();
    }
}
