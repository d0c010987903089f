using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Storage.Oci;

namespace Portal.Tests.Fixtures;

/// <summary>Pushes images that tell what a test lets them tell, and what is attached to them.</summary>
internal static class ToldImage
{
    /// <summary>Pushes an image with this configuration and these layers, the lowest first.</summary>
    public static async Task<Digest> PushAsync(
        this RegistryClient client, string repository, string tag, JsonObject config, IEnumerable<byte[]> layers, JsonObject? annotations = null)
    {
        var manifest = await ManifestAsync(client, repository, MediaTypes.OciConfig, Encoding.UTF8.GetBytes(config.ToJsonString()));
        foreach (var layer in layers)
        {
            manifest["layers"]!.AsArray().Add(await DescriptorAsync(client, repository, "application/vnd.oci.image.layer.v1.tar+gzip", layer));
        }

        if (annotations is not null)
        {
            manifest["annotations"] = annotations;
        }

        return await PutAsync(client, repository, tag, manifest);
    }

    /// <summary>Pushes an artifact: documents that are no layers of an image.</summary>
    /// <param name="tag">Null for one that only its digest names.</param>
    /// <param name="subject">What it is attached to; null for nothing.</param>
    public static async Task<Digest> PushArtifactAsync(
        this RegistryClient client, string repository, string? tag, string? artifactType, string mediaType, byte[] document,
        Digest? subject = null, string configType = MediaTypes.OciEmpty, JsonObject? annotations = null)
    {
        var manifest = await ManifestAsync(client, repository, configType, "{}"u8.ToArray());
        var layer = await DescriptorAsync(client, repository, mediaType, document);
        if (annotations is not null)
        {
            layer["annotations"] = annotations;
        }

        manifest["layers"]!.AsArray().Add(layer);
        if (artifactType is not null)
        {
            manifest["artifactType"] = artifactType;
        }

        if (subject is { } digest)
        {
            manifest["subject"] = new JsonObject { ["mediaType"] = MediaTypes.OciManifest, ["digest"] = digest.ToString(), ["size"] = 1 };
        }

        return await PutAsync(client, repository, tag, manifest);
    }

    private static async Task<JsonObject> ManifestAsync(RegistryClient client, string repository, string configType, byte[] config) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.OciManifest,
        ["config"] = await DescriptorAsync(client, repository, configType, config),
        ["layers"] = new JsonArray(),
    };

    private static async Task<JsonObject> DescriptorAsync(RegistryClient client, string repository, string mediaType, byte[] content) => new()
    {
        ["mediaType"] = mediaType,
        ["digest"] = (await client.PushBlobAsync(repository, content)).ToString(),
        ["size"] = content.Length,
    };

    private static async Task<Digest> PutAsync(RegistryClient client, string repository, string? tag, JsonObject manifest)
    {
        var content = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        using var answer = await client.PutManifestAsync(repository, tag ?? $"{Digest.Of(content)}", content, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return Digest.Of(content);
    }
}
