using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>A repository as a list shows it.</summary>
/// <param name="Size">Bytes of all configs and layers, shared ones counted once, layers that lie elsewhere not at all.</param>
/// <param name="LastPush">When a manifest or tag was last put; null when only blobs came.</param>
public sealed record RepositoryRow(RepositoryName Name, int TagCount, int ManifestCount, long Size, DateTimeOffset? LastPush);

public enum RepositorySort
{
    Name,
    Size,
    Tags,
    LastPush,
}

/// <summary>Which repositories a page wants.</summary>
public sealed record RepositoryQuery
{
    /// <summary>A part of the name, without case; null or empty for all.</summary>
    public string? Search { get; init; }

    public RepositorySort Sort { get; init; }

    public bool Descending { get; init; }

    public int Skip { get; init; }

    /// <summary>Rows wanted, 1 to 1,000.</summary>
    public int Take { get; init; } = 50;
}

/// <summary>A part of a list, and how long the whole is.</summary>
public sealed record RowPage<T>(IReadOnlyList<T> Items, int Total);

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
}

/// <summary>Which tags of a repository a page wants.</summary>
public sealed record TagQuery
{
    /// <summary>A part of the tag or the beginning of a digest, without case; null or empty for all.</summary>
    public string? Search { get; init; }

    public TagSort Sort { get; init; }

    public bool Descending { get; init; } = true;

    public int Skip { get; init; }

    /// <summary>Rows wanted, 1 to 1,000.</summary>
    public int Take { get; init; } = 50;
}
