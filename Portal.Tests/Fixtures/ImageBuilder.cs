using System.Text.Json.Nodes;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>Small deterministic manifests.</summary>
public static class ImageBuilder
{
    public static byte[] Manifest(
        (Digest Digest, int Size) config, (Digest Digest, int Size)[] layers, string? subject = null, string? artifactType = null)
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = Descriptor(MediaTypes.OciConfig, config.Digest, config.Size),
            ["layers"] = new JsonArray([.. layers.Select(layer => Descriptor("application/vnd.oci.image.layer.v1.tar", layer.Digest, layer.Size))]),
        };
        if (subject is not null)
        {
            manifest["subject"] = Descriptor(MediaTypes.OciManifest, Digest.Parse(subject), 10);
        }

        if (artifactType is not null)
        {
            manifest["artifactType"] = artifactType;
        }

        return System.Text.Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    public static byte[] Index(params (Digest Digest, string Architecture)[] manifests)
    {
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = new JsonArray([.. manifests.Select(manifest =>
            {
                var descriptor = Descriptor(MediaTypes.OciManifest, manifest.Digest, 100);
                descriptor["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = manifest.Architecture };
                return descriptor;
            })]),
        };
        return System.Text.Encoding.UTF8.GetBytes(index.ToJsonString());
    }

    private static JsonObject Descriptor(string mediaType, Digest digest, int size) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = digest.ToString(),
        ["size"] = size,
    };
}
