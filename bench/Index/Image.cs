using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Portal.Bench.Index;

/// <summary>Images of many layers and files, pushed into a registry. Each has layers of its own, so that each is read anew.</summary>
public static class Image
{
    public const string Repository = "large/image";

    /// <summary>Nearly all files lie in one folder, whose list is then as long as can be.</summary>
    public const string Folder = "many";

    private const int Layers = 120;
    private const int Files = 50_000;
    private const int FilesElsewhere = 16;

    /// <returns>The manifest's digest.</returns>
    public static async Task<string> PushAsync(HttpClient registry, int number)
    {
        var layers = new List<object>();
        for (var layer = 0; layer < Layers; layer++)
        {
            layers.Add(await PushBlobAsync(registry, Pack(number, layer), "application/vnd.oci.image.layer.v1.tar+gzip"));
        }

        var steps = Enumerable.Range(0, Layers).Select(layer => new { created_by = $"RUN step {layer}" });
        var config = JsonSerializer.SerializeToUtf8Bytes(new { architecture = "amd64", os = "linux", history = steps });
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = "application/vnd.oci.image.manifest.v1+json",
            config = await PushBlobAsync(registry, config, "application/vnd.oci.image.config.v1+json"),
            layers,
        });
        using var content = new ByteArrayContent(manifest) { Headers = { ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json") } };
        using var answer = await registry.PutAsync($"/v2/{Repository}/manifests/{number}", content);
        answer.EnsureSuccessStatusCode();
        return DigestOf(manifest);
    }

    private static byte[] Pack(int number, int layer)
    {
        var (first, last) = (Files / Layers * layer, layer == Layers - 1 ? Files : Files / Layers * (layer + 1));
        using var packed = new MemoryStream();
        using (var compressed = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var archive = new TarWriter(compressed))
        {
            for (var file = first; file < last; file++)
            {
                var folder = file < first + FilesElsewhere ? string.Create(CultureInfo.InvariantCulture, $"layer-{layer:000}") : Folder;
                archive.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, string.Create(CultureInfo.InvariantCulture, $"{folder}/file-{file:00000}.txt"))
                {
                    DataStream = new MemoryStream(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"image {number}, file {file}"))),
                });
            }
        }

        return packed.ToArray();
    }

    private static async Task<object> PushBlobAsync(HttpClient registry, byte[] bytes, string mediaType)
    {
        var digest = DigestOf(bytes);
        using var start = await registry.PostAsync($"/v2/{Repository}/blobs/uploads/", null);
        var place = new Uri(registry.BaseAddress!, start.EnsureSuccessStatusCode().Headers.Location!);
        using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };
        using var answer = await registry.PutAsync($"{place}{(place.Query.Length > 0 ? '&' : '?')}digest={Uri.EscapeDataString(digest)}", content);
        answer.EnsureSuccessStatusCode();
        return new { mediaType, digest, size = bytes.Length };
    }

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));
}
