using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>A repository as a list shows it.</summary>
/// <param name="Size">Bytes of all configs and layers, shared ones counted once, layers that lie elsewhere not at all.</param>
/// <param name="LastPush">When a manifest or tag was last put; null when only blobs came.</param>
public sealed record RepositoryRow(RepositoryName Name, int TagCount, int ManifestCount, long Size, DateTimeOffset? LastPush)
{
    /// <summary>When one of its tags or manifests was last pulled, to the minute and some seconds late; null for never.</summary>
    public DateTimeOffset? LastPull { get; init; }

    /// <summary>Tags of something that one signs (an image, an index, a chart), whose manifest nobody signed.</summary>
    public int UnsignedCount { get; init; }

    /// <summary>Manifests that nothing leads to: they have no tag, no index lists them, and they are about no other manifest.</summary>
    public int UntaggedCount { get; init; }
}

public enum RepositorySort
{
    Name,
    Size,
    Tags,
    LastPush,
    LastPull,
}

/// <summary>Which repositories a page wants.</summary>
public sealed record RepositoryQuery
{
    /// <summary>A part of the name, without case; null or empty for all.</summary>
    public string? Search { get; init; }

    /// <summary>Only below this namespace: <c>team/</c>, always with the slash behind it. Null for all.</summary>
    public string? In { get; init => field = string.IsNullOrEmpty(value) ? null : value.TrimEnd('/') + '/'; }

    /// <summary>Only those that hold something for this platform: <c>linux/arm64</c>.</summary>
    public string? Platform { get; init; }

    /// <summary>Only those that hold something of this kind.</summary>
    public ArtifactKind? Kind { get; init; }

    /// <summary>Bytes they have at least.</summary>
    public long? MinSize { get; init; }

    /// <summary>Bytes they have at the most.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Only those pushed to at this moment or later.</summary>
    public DateTimeOffset? PushedFrom { get; init; }

    /// <summary>Only those not pushed to at this moment or later.</summary>
    public DateTimeOffset? PushedBefore { get; init; }

    /// <summary>Only those whose last pull is like this; null for all.</summary>
    public PullAge? Pulled { get; init; }

    /// <summary>Only those with a tag whose manifest nobody signed.</summary>
    public bool HasUnsigned { get; init; }

    /// <summary>Only those with a manifest that nothing leads to.</summary>
    public bool HasUntagged { get; init; }

    /// <summary>Whether something else than a namespace and the search narrows the list.</summary>
    public bool IsFiltered =>
        Platform is not null || Kind is not null || MinSize is not null || MaxSize is not null
        || PushedFrom is not null || PushedBefore is not null || Pulled is not null || HasUnsigned || HasUntagged;

    public RepositorySort Sort { get; init; }

    public bool Descending { get; init; }

    public int Skip { get; init; }

    /// <summary>Rows wanted, 1 to 1,000.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>A part of a list, and how long the whole is.</summary>
public sealed record RowPage<T>(IReadOnlyList<T> Items, int Total);

/// <summary>A namespace as the tree shows it: the sums of the repositories below it that may be seen and pass the filter.</summary>
/// <param name="Path">The whole path with the slash behind it: <c>team/tools/</c>.</param>
/// <param name="Size">The repositories' sizes added up: what several share counts for each.</param>
public sealed record NamespaceRow(
    string Path, int RepositoryCount, long TagCount, long Size, DateTimeOffset? LastPush, DateTimeOffset? LastPull);

/// <summary>A part of one level of the tree: namespaces come before repositories.</summary>
/// <param name="Total">How many of both there are at this level.</param>
public sealed record CatalogLevel(IReadOnlyList<NamespaceRow> Namespaces, IReadOnlyList<RepositoryRow> Repositories, int Total);

/// <summary>What there is to filter by, in the repositories that may be seen.</summary>
public sealed record CatalogFacets(IReadOnlyList<string> Platforms, IReadOnlyList<ArtifactKind> Kinds);

/// <summary>What a manifest is to a person.</summary>
public enum ManifestKind
{
    /// <summary>A container image: its config is an image configuration.</summary>
    Image,

    /// <summary>A list of manifests, mostly one a platform.</summary>
    Index,

    /// <summary>Anything else: a chart, a signature, an SBOM.</summary>
    Artifact,
}

/// <summary>A tag as a list shows it.</summary>
public sealed record TagRow
{
    public required Tag Name { get; init; }

    public required Digest Digest { get; init; }

    /// <summary>Empty when storage has the tag, but no manifest behind it that can be read.</summary>
    public required string MediaType { get; init; }

    public required ManifestKind Kind { get; init; }

    /// <summary>What it holds, finer than <see cref="Kind"/>.</summary>
    public required ArtifactKind ArtifactKind { get; init; }

    /// <summary>Whether the repository has a signature of the manifest: one that refers to it, or cosign's tag for it.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>What a pull transfers at the most: config and layers; for an index of all platforms, shared layers once.</summary>
    public required long Size { get; init; }

    /// <summary><c>linux/amd64</c> and so on; empty for artifacts.</summary>
    public required IReadOnlyList<string> Platforms { get; init; }

    public string? ArtifactType { get; init; }

    /// <summary>When the tag was put last.</summary>
    public required DateTimeOffset PushedAt { get; init; }

    /// <summary>When the image says it was built; many builders write 1970 or nothing.</summary>
    public DateTimeOffset? CreatedAt { get; init; }
}

public enum TagSort
{
    PushedAt,
    Name,
    Size,

    /// <summary>By the tag's name, or by the digest it has now.</summary>
    LastPull,
}

/// <summary>Which tags of a repository a page wants.</summary>
public sealed record TagQuery
{
    /// <summary>A part of the tag or the beginning of a digest, without case; null or empty for all.</summary>
    public string? Search { get; init; }

    /// <summary>Only those whose last pull, by name or by the digest they have now, is like this; null for all.</summary>
    public PullAge? Pulled { get; init; }

    public TagSort Sort { get; init; }

    public bool Descending { get; init; } = true;

    public int Skip { get; init; }

    /// <summary>Rows wanted, 1 to 1,000.</summary>
    public int Take { get; init; } = 50;
}
