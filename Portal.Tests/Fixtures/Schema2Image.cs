using System.Text;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>An image in Docker's schema 2 whose config holds whatever an encoder may write in more than one way.</summary>
public static class Schema2Image
{
    /// <summary>Pushes two layers, the config and the manifest.</summary>
    /// <param name="history">The members of the config's history, as JSON.</param>
    /// <returns>The manifest's digest.</returns>
    public static async Task<Digest> PushSchema2Async(this RegistryClient client, string repository, string tag, string? history = null)
    {
        var layers = new[] { ImageBuilder.Layer("first"), ImageBuilder.Layer("second") };
        var config = Encoding.UTF8.GetBytes($$"""
            { "os" : "linux" , "architecture":"amd64",
              "config": { "Cmd": ["run", "<a> & \"b\"", "c\\"], "Labels": { "ü": "\u2028 \u003c", "line": "a\nb\tc", "🙂": "🙂" } , "None": null, "Number": 1.50e+1 },
              "created": "2026-01-02T03:04:05.1234567890Z", "zz": [ 1 , [ ] , { } ],
              "rootfs": { "type": "layers", "diff_ids": ["{{layers[0].DiffId}}", "{{layers[1].DiffId}}"] },
              "history": [ {{history ?? OddHistory}} ] }
            """);
        var parts = new List<string>();
        foreach (var (content, _) in layers)
        {
            parts.Add(Descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", await client.PushBlobAsync(repository, content), content.Length));
        }

        var manifest = Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.DockerManifest}}","config":{{Descriptor(MediaTypes.DockerConfig, await client.PushBlobAsync(repository, config), config.Length)}},"layers":[{{string.Join(',', parts)}}]}""");
        using var answer = await client.PutManifestAsync(repository, tag, manifest, MediaTypes.DockerManifest);
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        return Digest.Of(manifest);
    }

    private const string OddHistory = """
        { "created": "2026-01-02T03:04:05.120000000Z", "created_by": "/bin/sh -c #(nop) ADD <x> & y" },
        { "created": "2026-01-02T05:04:05+02:00", "created_by": "ENV a=\"b\"", "empty_layer": true, "comment": "c\u2028\u0001\u007f", "author": "me ü 🙂" },
        { "created": "2026-01-02T05:04:05.000000001+00:00", "created_by": "", "empty_layer": true },
        { "created_by": "COPY" },
        { "created": "2026-01-02T03:04:07Z", "created_by": "CMD", "empty_layer": true }
        """;

    private static string Descriptor(string mediaType, Digest digest, int size) =>
        $$"""{"mediaType":"{{mediaType}}","digest":"{{digest}}","size":{{size}}}""";
}
