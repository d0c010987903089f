using System.Net;
using System.Text;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>What else than plain images is pushed: artifacts, indexes of indexes, layers that live elsewhere.</summary>
public sealed class ArtifactTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    private const string Nondistributable = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

    private RegistryClient Client => portal.Client;

    [Fact]
    public async Task Artifact_OfNothingButTheEmptyDescriptor_IsServedByteForByte()
    {
        var empty = await Client.PushBlobAsync("art/empty", "{}"u8.ToArray());
        var manifest = Encoding.UTF8.GetBytes($$"""
            { "schemaVersion": 2,
              "mediaType": "{{MediaTypes.OciManifest}}",
              "artifactType": "application/vnd.example+type",
              "config": { "mediaType": "{{MediaTypes.OciEmpty}}", "digest": "{{empty}}", "size": 2, "data": "e30=" },
              "layers": [ { "mediaType": "{{MediaTypes.OciEmpty}}", "digest": "{{empty}}", "size": 2, "data": "e30=" } ],
              "x-unknown": { "kept": [ 1.0, null, "ü" ] } }
            """);

        using var put = await Client.PutManifestAsync("art/empty", "1", manifest, MediaTypes.OciManifest);
        using var get = await Client.GetAsync("/v2/art/empty/manifests/1");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(manifest, await get.Content.ReadAsByteArrayAsync());
        Assert.Equal(Digest.Of(manifest).ToString(), put.Headers.GetValues("Docker-Content-Digest").Single());
        Assert.Equal($"{portal.RegistryAddress}v2/art/empty/manifests/{Digest.Of(manifest)}", put.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","layers":[]""")]
    [InlineData(""","layers":null""")]
    public async Task Artifact_WithoutLayers_IsTaken(string layers)
    {
        var empty = await Client.PushBlobAsync("art/bare", "{}"u8.ToArray());
        var manifest = Manifest(empty, layers);

        using var put = await Client.PutManifestAsync("art/bare", "1", manifest, MediaTypes.OciManifest);

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }

    [Fact]
    public async Task Artifact_WithALayerOfAnyType_NeedsTheLayer()
    {
        var empty = await Client.PushBlobAsync("art/types", "{}"u8.ToArray());
        var present = Manifest(empty, Layer("application/x-anything", empty, string.Empty));
        var missing = Manifest(empty, Layer("application/x-anything", Digest.Of("missing"u8), string.Empty));

        using var taken = await Client.PutManifestAsync("art/types", "1", present, MediaTypes.OciManifest);
        using var refused = await Client.PutManifestAsync("art/types", "2", missing, MediaTypes.OciManifest);

        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
        Assert.Equal(["1"], await Client.TagsAsync("art/types"));
    }

    [Fact]
    public async Task ABlobOfAnotherRepository_DoesNotCount()
    {
        var elsewhere = await Client.PushBlobAsync("art/elsewhere", "{}"u8.ToArray());

        using var refused = await Client.PutManifestAsync("art/here", "1", Manifest(elsewhere, string.Empty), MediaTypes.OciManifest);

        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
    }

    [Theory]
    [InlineData(MediaTypes.OciManifest, null)]
    [InlineData(null, MediaTypes.OciManifest)]
    [InlineData(null, null)]
    [InlineData(MediaTypes.DockerManifest, null)]
    [InlineData(MediaTypes.DockerManifest, "application/json")]
    [InlineData(MediaTypes.OciManifest, MediaTypes.OciManifest + "; charset=utf-8")]
    public async Task MediaType_ComesFromBodyOrHeader(string? inBody, string? inHeader)
    {
        var empty = await Client.PushBlobAsync("art/type", "{}"u8.ToArray());
        var mediaType = inBody is null ? string.Empty : $"\"mediaType\":\"{inBody}\",";
        var manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,{{mediaType}}"config":{"mediaType":"{{MediaTypes.OciEmpty}}","digest":"{{empty}}","size":2},"layers":[]}""");

        using var put = await Client.PutManifestAsync("art/type", "1", manifest, inHeader);
        using var get = await Client.GetAsync("/v2/art/type/manifests/1");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(inBody ?? MediaTypes.OciManifest, get.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Index_OfIndexes_IsTakenOnceItsPartsAreThere()
    {
        var image = await Client.PushImageAsync("art/nested", "image");
        var inner = ImageBuilder.Index((image, "amd64"));
        var outer = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[
            {"mediaType":"{{MediaTypes.OciIndex}}","digest":"{{Digest.Of(inner)}}","size":{{inner.Length}}}]}
            """);

        using var early = await Client.PutManifestAsync("art/nested", "outer", outer, MediaTypes.OciIndex);
        using var part = await Client.PutManifestAsync("art/nested", Digest.Of(inner).ToString(), inner, MediaTypes.OciIndex);
        using var whole = await Client.PutManifestAsync("art/nested", "outer", outer, MediaTypes.OciIndex);
        using var get = await Client.GetAsync("/v2/art/nested/manifests/outer");

        await RegistryClient.AssertErrorAsync(early, HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
        Assert.Equal(HttpStatusCode.Created, part.StatusCode);
        Assert.Equal(HttpStatusCode.Created, whole.StatusCode);
        Assert.Equal(outer, await get.Content.ReadAsByteArrayAsync());
        Assert.Equal(["image", "outer"], await Client.TagsAsync("art/nested"));
    }

    [Theory]
    [InlineData(Foreign, "")]
    [InlineData(Nondistributable, "")]
    [InlineData(Foreign, ""","urls":[]""")]
    [InlineData(Foreign, ""","urls":["https://example.com/layer.tar.gz"]""")]
    [InlineData(Nondistributable, ""","urls":["http://example.com:8080/a%20layer?x=%23&y=1","https://[::1]/l"]""")]
    [InlineData("application/x-anything", ""","urls":["ftp://example.com/#mirror"]""")]
    public async Task ForeignLayer_NeedNotBeHere(string mediaType, string urls)
    {
        var empty = await Client.PushBlobAsync("art/foreign", "{}"u8.ToArray());
        var layer = mediaType == "application/x-anything" ? empty : Digest.Of("elsewhere"u8);
        var manifest = Manifest(empty, Layer(mediaType, layer, urls));

        using var put = await Client.PutManifestAsync("art/foreign", "1", manifest, MediaTypes.OciManifest);
        using var get = await Client.GetAsync("/v2/art/foreign/manifests/1");

        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(manifest, await get.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(""" "" """)]
    [InlineData(""" "/layer.tar.gz" """)]
    [InlineData(""" "example.com/layer.tar.gz" """)]
    [InlineData(""" "//example.com/layer.tar.gz" """)]
    [InlineData(""" "http://" """)]
    [InlineData(""" "http:///layer.tar.gz" """)]
    [InlineData(""" "https://example.com/a layer" """)]
    [InlineData(""" "https://example.com/layer#part" """)]
    [InlineData(""" "https://example.com/layer#" """)]
    [InlineData(""" "ftp://example.com/layer" """)]
    [InlineData(""" "file:///etc/passwd" """)]
    [InlineData(""" "javascript:alert(1)" """)]
    [InlineData(""" "https://example.com/good","file:///bad" """)]
    [InlineData("null")]
    [InlineData("1")]
    public async Task ForeignLayer_WithAnAddressThatIsNotOfTheWeb_IsRefused(string urls)
    {
        var empty = await Client.PushBlobAsync("art/urls", "{}"u8.ToArray());
        foreach (var mediaType in new[] { Foreign, Nondistributable })
        {
            var manifest = Manifest(empty, Layer(mediaType, Digest.Of("elsewhere"u8), $$""","urls":[{{urls}}]"""));

            using var refused = await Client.PutManifestAsync("art/urls", "1", manifest, MediaTypes.OciManifest);

            await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
        }
    }

    private static byte[] Manifest(Digest config, string rest) => Encoding.UTF8.GetBytes(
        $$"""{"schemaVersion":2,"artifactType":"application/x-test","config":{"mediaType":"{{MediaTypes.OciEmpty}}","digest":"{{config}}","size":2}{{rest}}}""");

    private static string Layer(string mediaType, Digest digest, string rest) =>
        $$""","layers":[{"mediaType":"{{mediaType}}","digest":"{{digest}}","size":2{{rest}}}]""";
}
