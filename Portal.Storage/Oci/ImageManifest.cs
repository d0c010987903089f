using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Portal.Storage.Oci;

/// <summary>The parsed form of an image manifest, OCI or Docker schema 2; also carries artifacts (OCI image 1.1).</summary>
public sealed record ImageManifest
{
    [JsonPropertyName("schemaVersion")]
    public int SchemaVersion { get; init; }

    [JsonPropertyName("mediaType")]
    public string? MediaType { get; init; }

    [JsonPropertyName("artifactType")]
    public string? ArtifactType { get; init; }

    [JsonPropertyName("config")]
    public required Descriptor Config { get; init; }

    /// <summary>Never null: some writers say <c>null</c> for an artifact without layers.</summary>
    [JsonPropertyName("layers")]
    [AllowNull]
    public IReadOnlyList<Descriptor> Layers { get; init => field = value ?? []; } = [];

    [JsonPropertyName("subject")]
    public Descriptor? Subject { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
