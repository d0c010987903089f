using System.Text.Json;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Inspection;

/// <summary>A manifest with what it refers to, as a page shows it.</summary>
public sealed record ImageInspection
{
    private const string BaseNameKey = "org.opencontainers.image.base.name";

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

    /// <summary>Tags that cosign gave to what belongs to this one, as far as they are there.</summary>
    public IReadOnlyList<Tag> CompanionTags { get; init; } = [];

    /// <summary>Layers whose bytes this repository does not have, which is right for those that live elsewhere only.</summary>
    public IReadOnlySet<Digest> MissingLayers { get; init; } = new HashSet<Digest>();

    /// <summary>The image it was made from, by its own annotations or labels; null when it does not say.</summary>
    public string? BaseImage =>
        Manifest.Annotations?.GetValueOrDefault(BaseNameKey) is { Length: > 0 } annotated ? annotated
        : Config?.Config?.Labels?.GetValueOrDefault(BaseNameKey) is { Length: > 0 } label ? label
        : null;

    /// <summary>Oldest first; empty for an index.</summary>
    public IReadOnlyList<Descriptor> Layers { get; init; } = [];

    /// <summary>What it runs on; empty for artifacts.</summary>
    public IReadOnlyList<string> Platforms => Kind switch
    {
        ManifestKind.Index => [.. Entries.Where(entry => !entry.IsAttestation).Select(entry => entry.PlatformText).OfType<string>()],
        ManifestKind.Image when PlatformOf(Config) is { Length: > 0 } platform => [platform],
        _ => [],
    };

    /// <summary>An index, as far as what it lists is known.</summary>
    internal static ImageInspection OfIndex(RepositoryName name, Manifest manifest, IReadOnlyList<IndexEntry> entries) => new()
    {
        Name = name,
        Manifest = manifest,
        Kind = ManifestKind.Index,
        Size = Descriptor.TotalSize(entries.SelectMany(entry => entry.Contents)),
        Entries = entries,
    };

    /// <summary>An image or an artifact.</summary>
    /// <param name="config">The config's bytes; null when they are not shown.</param>
    internal static ImageInspection OfImage(RepositoryName name, Manifest manifest, ImageManifest image, byte[]? config)
    {
        var isImage = MediaTypes.IsImageConfig(image.Config.MediaType);
        return new ImageInspection
        {
            Name = name,
            Manifest = manifest,
            Kind = isImage ? ManifestKind.Image : ManifestKind.Artifact,
            Size = Descriptor.TotalSize(manifest.Contents),
            Layers = image.Layers,
            ConfigContent = config is null ? null : new ReadOnlyMemory<byte>(config),
            Config = isImage && config is not null ? ReadConfig(config) : null,
        };
    }

    private static ImageConfig? ReadConfig(byte[] content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, OciJson.Default.ImageConfig);
        }
        catch (JsonException)
        {
            // The client pushed it so; its raw text is still shown.
            return null;
        }
    }

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

    /// <summary>The entry that an attestation is about; null when it is none or does not say.</summary>
    public Digest? AttestedDigest =>
        IsAttestation && Digest.TryParse(Descriptor.Annotations?.GetValueOrDefault("vnd.docker.reference.digest"), out var digest) ? digest : null;

    /// <summary>Config and layers; none when the manifest is no image's, or not here.</summary>
    internal IEnumerable<Descriptor> Contents => ContentsOf(Manifest);

    /// <param name="manifest">Null when the repository does not have it, or it was not looked for.</param>
    internal static IndexEntry Of(Descriptor descriptor, Manifest? manifest) =>
        new(descriptor, manifest, Descriptor.TotalSize(ContentsOf(manifest)));

    private static IEnumerable<Descriptor> ContentsOf(Manifest? manifest) => manifest?.Image is null ? [] : manifest.Contents;

    public string? PlatformText => Descriptor.Platform?.ToString() is { Length: > 0 } text ? text : null;
}
