using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portal.Storage.Oci;

/// <summary>
/// The parsed form of a manifest of Docker's first format ("Image Manifest Version 2, Schema 1"): layers and the history
/// beside them, newest first, and no config of its own.
/// </summary>
public sealed record Schema1Manifest
{
    /// <summary>A tar without a file, compressed: what stands for a step that changed no file.</summary>
    public static Digest EmptyLayer { get; } = Digest.Parse("sha256:a3ed95caeb02ffe68cdd9fd84406680ae93d633cb16422d00e8a7c22955b46d4");

    private const string LayerType = "application/vnd.docker.container.image.rootfs.diff+x-gtar";

    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; }

    /// <summary>The repository that it was made for, as its maker called it.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("tag")]
    public string? Tag { get; init; }

    [JsonPropertyName("architecture")]
    public string? Architecture { get; init; }

    [JsonPropertyName("fsLayers")]
    public required IReadOnlyList<Schema1Layer> Layers { get; init; }

    /// <summary>As many as <see cref="Layers"/>.</summary>
    [JsonPropertyName("history")]
    public required IReadOnlyList<Schema1History> History { get; init; }

    /// <summary>The layers, newest first. The format does not tell their sizes: each is 0.</summary>
    [JsonIgnore]
    public IEnumerable<Descriptor> References => Layers.Select(layer => new Descriptor { MediaType = LayerType, Digest = layer.BlobSum, Size = 0 });

    /// <summary>
    /// What the history says in the words of today's format: the newest entry is the image's config, each entry is a step.
    /// </summary>
    /// <returns>Null when the history cannot be read: it comes from a client.</returns>
    public ImageConfig? ToImageConfig()
    {
        try
        {
            var steps = History.Zip(Layers, (entry, layer) => ReadStep(entry.V1Compatibility, layer.BlobSum)).Reverse();
            return JsonSerializer.Deserialize(History[0].V1Compatibility, OciJson.Default.ImageConfig) is { } config
                ? config with { History = [.. steps] }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ImageHistory ReadStep(string text, Digest layer)
    {
        var step = JsonSerializer.Deserialize(text, OciJson.Default.Schema1Step) ?? new Schema1Step();
        return new ImageHistory
        {
            Created = step.Created,
            Author = step.Author,
            Comment = step.Comment,
            CreatedBy = step.Command?.Words is { } words ? string.Join(' ', words) : null,
            EmptyLayer = step.IsThrownAway || layer == EmptyLayer,
        };
    }
}

/// <summary>One layer of a schema 1 manifest.</summary>
public sealed record Schema1Layer
{
    [JsonPropertyName("blobSum")]
    public required Digest BlobSum { get; init; }
}

/// <summary>One entry of a schema 1 manifest's history.</summary>
public sealed record Schema1History
{
    /// <summary>An image of the format before it, as JSON in a text.</summary>
    [JsonPropertyName("v1Compatibility")]
    public required string V1Compatibility { get; init; }
}

/// <summary>What a step is read from.</summary>
public sealed record Schema1Step
{
    [JsonPropertyName("created")]
    public DateTimeOffset? Created { get; init; }

    [JsonPropertyName("author")]
    public string? Author { get; init; }

    [JsonPropertyName("comment")]
    public string? Comment { get; init; }

    [JsonPropertyName("container_config")]
    public Schema1Command? Command { get; init; }

    [JsonPropertyName("throwaway")]
    public bool IsThrownAway { get; init; }
}

/// <summary>The command of a step.</summary>
public sealed record Schema1Command
{
    [JsonPropertyName("Cmd")]
    public IReadOnlyList<string>? Words { get; init; }
}
