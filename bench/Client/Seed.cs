using System.Security.Cryptography;
using System.Text;

namespace Portal.Bench;

/// <summary>Stores written as a registry would leave them on disk, for more repositories than one would push.</summary>
public static class Seed
{
    private const string Config = """{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""";

    /// <summary>A kibibyte, the usual size of a config.</summary>
    private static readonly byte[] SmallBlob = Encoding.ASCII.GetBytes(new string('x', 1024));

    private static readonly byte[] Manifest = Encoding.ASCII.GetBytes(
        $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{Hex(Encoding.ASCII.GetBytes(Config))}}","size":{{Config.Length}}},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:{{Hex(SmallBlob)}}","size":1024}]}""");

    public static string BlobDigest { get; } = "sha256:" + Hex(SmallBlob);

    public static string ManifestDigest { get; } = "sha256:" + Hex(Manifest);

    /// <summary>Names that stand in the order of their numbers, a hundred to a team.</summary>
    public static string RepositoryName(int number) => $"team-{number / 100:0000}/app-{number % 100:00}";

    /// <summary>Writes repositories that hold one image each, tagged <c>latest</c>.</summary>
    public static void Repositories(string root, int count)
    {
        Content(root);
        Parallel.For(0, count, number => Image(root, RepositoryName(number), ["latest"]));
    }

    /// <summary>Writes one repository with one image of many tags, <c>v00000</c> onwards.</summary>
    public static void Tags(string root, string repository, int count)
    {
        Content(root);
        Image(root, repository, Enumerable.Range(0, count).Select(number => $"v{number:00000}"));
    }

    private static void Content(string root)
    {
        foreach (var content in new[] { Encoding.ASCII.GetBytes(Config), SmallBlob, Manifest })
        {
            var hex = Hex(content);
            Write(Path.Combine(root, "docker/registry/v2/blobs/sha256", hex[..2], hex, "data"), content);
        }
    }

    private static void Image(string root, string repository, IEnumerable<string> tags)
    {
        var folder = Path.Combine(root, "docker/registry/v2/repositories", repository);
        var digest = Encoding.ASCII.GetBytes(ManifestDigest);
        foreach (var blob in new[] { Encoding.ASCII.GetBytes(Config), SmallBlob })
        {
            Write(Path.Combine(folder, "_layers/sha256", Hex(blob), "link"), Encoding.ASCII.GetBytes("sha256:" + Hex(blob)));
        }

        Write(Path.Combine(folder, "_manifests/revisions/sha256", Hex(Manifest), "link"), digest);
        foreach (var tag in tags)
        {
            Write(Path.Combine(folder, "_manifests/tags", tag, "current/link"), digest);
            Write(Path.Combine(folder, "_manifests/tags", tag, "index/sha256", Hex(Manifest), "link"), digest);
        }
    }

    private static void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
