using System.Text.Json.Serialization;

namespace Portal.Storage.Oci;

/// <summary>A typed, sized pointer to content (OCI image 1.1, "OCI Content Descriptors").</summary>
public sealed record Descriptor
{
    [JsonPropertyName("mediaType")]
    public required string MediaType { get; init; }

    [JsonPropertyName("digest")]
    public required Digest Digest { get; init; }

    /// <summary>Bytes of the raw content; never negative.</summary>
    [JsonPropertyName("size")]
    public required long Size { get; init; }

    [JsonPropertyName("urls")]
    public IReadOnlyList<string>? Urls { get; init; }

    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    [JsonPropertyName("platform")]
    public Platform? Platform { get; init; }

    [JsonPropertyName("artifactType")]
    public string? ArtifactType { get; init; }

    /// <summary>Bytes of several contents, each digest counted once.</summary>
    /// <remarks>Sizes are what a client claims: their sum stops at <see cref="long.MaxValue"/>.</remarks>
    public static long TotalSize(IEnumerable<Descriptor> contents)
    {
        return contents
            .DistinctBy(content => content.Digest)
            .Aggregate(0L, (total, content) => total + Math.Min(content.Size, long.MaxValue - total));
    }
}

/// <summary>What an image of an index runs on.</summary>
public sealed record Platform
{
    [JsonPropertyName("architecture")]
    public string? Architecture { get; init; }

    [JsonPropertyName("os")]
    public string? Os { get; init; }

    [JsonPropertyName("os.version")]
    public string? OsVersion { get; init; }

    [JsonPropertyName("os.features")]
    public IReadOnlyList<string>? OsFeatures { get; init; }

    [JsonPropertyName("variant")]
    public string? Variant { get; init; }

    /// <summary><c>linux/arm64/v8</c>: the form that <c>--platform</c> takes; empty parts are left out.</summary>
    public override string ToString()
    {
        return string.Join('/', new[] { Os, Architecture, Variant }.Where(part => !string.IsNullOrEmpty(part)));
    }
}
