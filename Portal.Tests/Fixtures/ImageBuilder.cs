using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>Small deterministic manifests.</summary>
public static class ImageBuilder
{
    /// <summary>A compressed layer with one file of the given text, and the digest of its uncompressed form.</summary>
    public static (byte[] Content, Digest DiffId) Layer(string text)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "app/file.txt")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(archive.ToArray());
        }

        return (compressed.ToArray(), Digest.Of(archive.ToArray()));
    }

    /// <summary>The configuration of an image of one layer.</summary>
    public static byte[] Config(Digest diffId) => Encoding.UTF8.GetBytes(
        """{"architecture":"amd64","os":"linux","created":"2026-01-02T03:04:05Z","config":{"Cmd":["run"]},"rootfs":{"type":"layers","diff_ids":["""
        + $"\"{diffId}\""
        + """]},"history":[{"created":"2026-01-02T03:04:05Z","created_by":"COPY . /app"}]}""");

    public static byte[] Manifest(
        (Digest Digest, int Size) config, (Digest Digest, int Size)[] layers, string? subject = null, string? artifactType = null)
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = Descriptor(MediaTypes.OciConfig, config.Digest, config.Size),
            ["layers"] = new JsonArray([.. layers.Select(layer => Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer.Digest, layer.Size))]),
        };
        if (subject is not null)
        {
            manifest["subject"] = Descriptor(MediaTypes.OciManifest, Digest.Parse(subject), 10);
        }

        if (artifactType is not null)
        {
            manifest["artifactType"] = artifactType;
        }

        return Encoding.UTF8.GetBytes(manifest.ToJsonString());
    }

    public static byte[] Index(params (Digest Digest, string Architecture)[] manifests)
    {
        return Index([.. manifests.Select(manifest => (manifest.Digest, 100, manifest.Architecture))]);
    }

    public static byte[] Index(params (Digest Digest, int Size, string Architecture)[] manifests)
    {
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = new JsonArray([.. manifests.Select(manifest =>
            {
                var descriptor = Descriptor(MediaTypes.OciManifest, manifest.Digest, manifest.Size);
                descriptor["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = manifest.Architecture };
                return descriptor;
            })]),
        };
        return Encoding.UTF8.GetBytes(index.ToJsonString());
    }

    private static JsonObject Descriptor(string mediaType, Digest digest, int size) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = digest.ToString(),
        ["size"] = size,
    };
}
