using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>What configs and layers take, of a repository or of some of its manifests, each content once.</summary>
/// <param name="Own">Bytes that no other repository, or no other manifest, refers to.</param>
/// <param name="Shared">Bytes that others refer to as well.</param>
public sealed record StorageUse(long Own, long Shared)
{
    public long Total => Own + Shared;
}

/// <summary>What becomes of the configs and layers of some manifests when these go.</summary>
/// <param name="Manifests">How many manifests go.</param>
/// <param name="Freed">Bytes that nothing refers to any more: a garbage collection removes them.</param>
/// <param name="Shared">Bytes that other manifests refer to as well: they stay.</param>
/// <param name="SharersHere">Manifests of the same repository, among those that stay, that share some of it.</param>
/// <param name="SharersElsewhere">Manifests of other repositories that share some of it.</param>
/// <remarks>Sizes are what manifests claim; manifests themselves, a few kilobytes each, are not counted.</remarks>
public sealed record ContentFate(int Manifests, long Freed, long Shared, int SharersHere, int SharersElsewhere)
{
    /// <summary>Nothing goes.</summary>
    public static ContentFate None { get; } = new(0, 0, 0, 0, 0);
}

/// <summary>A manifest that no tag points to.</summary>
public sealed record UntaggedRow
{
    public required Digest Digest { get; init; }

    /// <summary>Empty when the stored manifest cannot be read.</summary>
    public required string MediaType { get; init; }

    public required ManifestKind Kind { get; init; }

    public string? ArtifactType { get; init; }

    /// <summary>Config and layers; of an index those of all its manifests, shared ones once.</summary>
    public required long Size { get; init; }

    public required IReadOnlyList<string> Platforms { get; init; }

    public required DateTimeOffset PushedAt { get; init; }

    /// <summary>Indexes of the repository that list it.</summary>
    public required IReadOnlyList<Digest> Parents { get; init; }

    /// <summary>The manifest that it says something about, a signature say; null when it stands for itself.</summary>
    public Digest? Subject { get; init; }

    /// <summary>Whether the repository has the <see cref="Subject"/>.</summary>
    public bool HasSubject { get; init; }
}
