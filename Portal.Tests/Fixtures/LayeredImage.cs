using System.Net;
using System.Text;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>Pushes images whose files a test names.</summary>
internal static class LayeredImage
{
    /// <summary>Pushes an image of these layers, the lowest first, with a step of history for each.</summary>
    public static async Task<Digest> PushAsync(this RegistryClient client, string repository, string tag, params byte[][] layers)
    {
        var steps = string.Join(',', Enumerable.Range(1, layers.Length).Select(number => $$"""{"created_by":"RUN step-{{number}}"}"""));
        var config = Encoding.UTF8.GetBytes($$"""{"architecture":"amd64","os":"linux","history":[{{steps}}]}""");
        var parts = new List<(Digest, int)>();
        foreach (var layer in layers)
        {
            parts.Add((await client.PushBlobAsync(repository, layer), layer.Length));
        }

        var manifest = ImageBuilder.Manifest((await client.PushBlobAsync(repository, config), config.Length), [.. parts]);
        using var answer = await client.PutManifestAsync(repository, tag, manifest, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return Digest.Of(manifest);
    }

    /// <summary>Files whose names were chosen to harm who looks at them.</summary>
    public static LayerBuilder Hostile() => new LayerBuilder()
        .Raw("../../../etc/passwd"u8.ToArray(), content: "root"u8.ToArray())
        .Raw("/absolute"u8.ToArray())
        .Pax(("path", "bad/<img src=x onerror=alert(1)>.txt"u8.ToArray())).Raw("x"u8.ToArray(), content: "<script>alert(1)</script>"u8.ToArray())
        .Pax(("path", "bad/\" onmouseover=\"alert(1)"u8.ToArray())).Raw("x"u8.ToArray())
        .Pax(("path", Encoding.UTF8.GetBytes("bad/line\nbreak\u001b[31m"))).Raw("x"u8.ToArray())
        .Pax(("path", Encoding.UTF8.GetBytes("bad/exe\u202egpj.txt"))).Raw("x"u8.ToArray())
        .Pax(("path", "bad/nul\0name"u8.ToArray())).Raw("x"u8.ToArray())
        .Raw([.. "bad/latin-"u8, 0xe9], content: "e acute"u8.ToArray())
        .SymbolicLink("bad/cycle", "cycle")
        .SymbolicLink("bad/script", "javascript:alert(1)")
        .HardLink("bad/hard", "bad/hard")
        .Pax(("path", Encoding.ASCII.GetBytes("bad/" + new string('n', 250)))).Raw("x"u8.ToArray())
        .Pax(("GNU.sparse.major", "1"u8.ToArray()), ("GNU.sparse.name", "bad/sparse"u8.ToArray()), ("GNU.sparse.realsize", "10737418240"u8.ToArray()))
        .Raw("x"u8.ToArray(), content: new byte[512]);
}
