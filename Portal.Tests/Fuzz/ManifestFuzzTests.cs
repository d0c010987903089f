using System.Text;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Fuzz;

/// <summary>Damaged manifests: refused as such or taken as they are.</summary>
public sealed class ManifestFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\ud800", "\\u0000", "null", "true", "-1", "1e999", "0x1", "99999999999999999999", "\"schemaVersion\":2,",
        "\"mediaType\":\"" + MediaTypes.OciIndex + "\",", "\"manifests\":[],", "\"config\":{},", "\"layers\":null,", "\"\\ud800\":1,", "\"mediaType\":\"\\udc00\",",
        "[[[[[[[[[[[[[[[[", "//", "/*", "\0", "\u2028", "🙂", "\ud800",
    ];

    private static readonly string?[] ContentTypes =
    [
        null, "", MediaTypes.OciManifest, MediaTypes.OciIndex, MediaTypes.DockerManifest, MediaTypes.DockerManifestList, MediaTypes.DockerSchema1,
        "application/json", MediaTypes.OciManifest + "; charset=utf-8", ";", "text/plain", "é", new string('x', 9000),
    ];

    private static readonly string[] Valid = [.. Build().Select(Encoding.UTF8.GetString)];

    [Fact]
    public Task Parse_OfDamagedManifests_TakesOrRefuses() => FuzzRun.RepeatAsync(30_000, random =>
    {
        var text = random.Pick(Valid);
        var content = random.Next(4) switch
        {
            0 => random.Damage(Encoding.UTF8.GetBytes(text)),
            1 => Encoding.UTF8.GetBytes(random.Damage(text, Pieces)),
            2 => Encoding.UTF8.GetBytes(random.DamageJson(text)),
            _ => random.Damage(Encoding.UTF8.GetBytes(random.DamageJson(text))),
        };
        var kept = content.ToArray();

        try
        {
            var manifest = Manifest.Parse(content, random.Pick(ContentTypes));

            Assert.Equal(kept, manifest.Content.ToArray());
            Assert.Equal(Digest.Of(kept), manifest.Digest);
            Assert.True(manifest.Image is null ^ manifest.Index is null);
            Assert.All(manifest.References.Append(manifest.Descriptor), descriptor => Assert.True(descriptor is { Size: >= 0, MediaType: not null }));
            Assert.NotEqual(string.Empty, manifest.ArtifactType);

            // It is read again from storage, where nobody says a Content-Type.
            Assert.Equal(manifest.MediaType, Manifest.Parse(kept, null).MediaType);
        }
        catch (OciException exception)
        {
            Assert.Equal(ErrorCode.ManifestInvalid, exception.Code);
        }
    });

    private static IEnumerable<byte[]> Build()
    {
        var content = Digest.Of("content"u8);
        yield return ImageBuilder.Manifest((content, 7), [(content, 7), (Digest.Of("other"u8), 5)], content.ToString(), "application/x.test");
        yield return ImageBuilder.Index((content, 7, "amd64"), (content, 9, "arm64"));
        yield return Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.DockerManifest}}","artifactType":"a",
             "config":{"mediaType":"{{MediaTypes.DockerConfig}}","digest":"{{content}}","size":7,"data":"e30=","annotations":{"a":"b"},"urls":["https://a/b"]},
             "layers":[],"annotations":{"org.opencontainers.image.title":"title"},"x":[1,{"y":null}]}
            """);
        yield return Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"artifactType":"a","subject":{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{content}}","size":1},
             "manifests":[{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{Digest.Of("c"u8, DigestAlgorithm.Sha512)}}","size":1,
             "platform":{"os":"linux","architecture":"arm","variant":"v7","os.version":"1","os.features":["a"]},"artifactType":"b"}]}
            """);
    }
}
