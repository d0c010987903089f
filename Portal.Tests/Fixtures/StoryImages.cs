using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>What the stories of the pages are told about.</summary>
internal static class StoryImages
{
    private const string LayerType = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>Pushes an image of one layer of so many bytes that no other seed has.</summary>
    public static async Task<Digest> PushSizedAsync(
        this RegistryClient client,
        string repository,
        string reference,
        int size,
        int seed,
        string architecture = "amd64",
        (string Name, string Value)? label = null,
        (string Name, string Value)? annotation = null)
    {
        var layer = new byte[size];
        new Random(seed).NextBytes(layer);
        var config = new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(Digest.Of(layer).ToString()) },
        };
        if (label is { } said)
        {
            config["config"]!["Labels"] = new JsonObject { [said.Name] = said.Value };
        }

        return await client.PushPartsAsync(
            repository, reference, (MediaTypes.OciConfig, Encoding.UTF8.GetBytes(config.ToJsonString())), (LayerType, layer), annotation: annotation);
    }

    /// <summary>Pushes something that is no image: a chart, an SBOM, a signature of <paramref name="subject"/>.</summary>
    public static Task<Digest> PushArtifactAsync(
        this RegistryClient client, string repository, string reference, string configType, string? artifactType = null, Digest? subject = null)
    {
        return client.PushPartsAsync(
            repository, reference, (configType, Encoding.UTF8.GetBytes($"{{\"of\":\"{repository}:{reference}\"}}")), (MediaTypes.OctetStream, Encoding.UTF8.GetBytes(repository + reference + configType)), artifactType, subject);
    }

    /// <summary>Pushes an index of nothing: one request.</summary>
    public static async Task PushNothingAsync(this RegistryClient client, string repository, string tag)
    {
        using var answer = await client.PutManifestAsync(repository, tag, ImageBuilder.Index(Array.Empty<(Digest, string)>()), MediaTypes.OciIndex);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<Digest> PushPartsAsync(
        this RegistryClient client,
        string repository,
        string reference,
        (string Type, byte[] Content) config,
        (string Type, byte[] Content) layer,
        string? artifactType = null,
        Digest? subject = null,
        (string Name, string Value)? annotation = null)
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["config"] = await PushAsync(config),
            ["layers"] = new JsonArray(await PushAsync(layer)),
        };
        if (artifactType is not null)
        {
            manifest["artifactType"] = artifactType;
        }

        if (subject is not null)
        {
            manifest["subject"] = Descriptor(MediaTypes.OciManifest, subject.Value, 100);
        }

        if (annotation is { } said)
        {
            manifest["annotations"] = new JsonObject { [said.Name] = said.Value };
        }

        var content = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        var digest = Digest.Of(content);
        using var answer = await client.PutManifestAsync(repository, reference.Length == 0 ? digest.ToString() : reference, content, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return digest;

        async Task<JsonObject> PushAsync((string Type, byte[] Content) part) =>
            Descriptor(part.Type, await client.PushBlobAsync(repository, part.Content), part.Content.Length);
    }

    private static JsonObject Descriptor(string type, Digest digest, int size) =>
        new() { ["mediaType"] = type, ["digest"] = digest.ToString(), ["size"] = size };
}
