using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Inspection;

/// <summary>A manifest with what it refers to, as a page shows it.</summary>
public sealed record ImageInspection
{
    public required RepositoryName Name { get; init; }

    public required Manifest Manifest { get; init; }

    public required ManifestKind Kind { get; init; }

    /// <summary>Config and layers; for an index those of all its manifests, shared content once.</summary>
    public required long Size { get; init; }

    /// <summary>When the repository got the manifest, or the tag was put if it was asked for by tag.</summary>
    public DateTimeOffset? PushedAt { get; init; }

    /// <summary>The config's exact bytes when it is text a page can show; null for an index or when it cannot be read.</summary>
    public ReadOnlyMemory<byte>? ConfigContent { get; init; }

    /// <summary>The parsed config of an image; null for anything else, or when it cannot be read.</summary>
    public ImageConfig? Config { get; init; }

    /// <summary>What an index lists, in its order; empty for anything else.</summary>
    public IReadOnlyList<IndexEntry> Entries { get; init; } = [];

    /// <summary>Manifests that name this one as their subject: signatures, SBOMs.</summary>
    public IReadOnlyList<Manifest> Referrers { get; init; } = [];

    /// <summary>Oldest first; empty for an index.</summary>
    public IReadOnlyList<Descriptor> Layers { get; init; } = [];

    /// <summary>What it runs on; empty for artifacts.</summary>
    public IReadOnlyList<string> Platforms => Kind switch
    {
        ManifestKind.Index => [.. Entries.Where(entry => !entry.IsAttestation).Select(entry => entry.PlatformText).OfType<string>()],
        ManifestKind.Image when PlatformOf(Config) is { Length: > 0 } platform => [platform],
        _ => [],
    };

    private static string? PlatformOf(ImageConfig? config)
    {
        return config is null
            ? null
            : new Platform { Os = config.Os, Architecture = config.Architecture, Variant = config.Variant }.ToString();
    }
}

/// <summary>One manifest of an index.</summary>
/// <param name="Manifest">Null when the repository does not have it.</param>
/// <param name="Size">Bytes of its config and layers.</param>
public sealed record IndexEntry(Descriptor Descriptor, Manifest? Manifest, long Size)
{
    /// <summary>Whether it tells how another entry was built (provenance, SBOM) instead of being an image itself.</summary>
    public bool IsAttestation =>
        Descriptor.Annotations?.GetValueOrDefault("vnd.docker.reference.type") == "attestation-manifest"
        || Descriptor.Platform is { Os: "unknown", Architecture: "unknown" };

    public string? PlatformText => Descriptor.Platform?.ToString() is { Length: > 0 } text ? text : null;
}
