namespace Portal.Storage.Metadata;

/// <summary>A repository that holds a manifest, with the sums that lists show and sort by.</summary>
internal sealed class RepositoryEntity
{
    public long Id { get; set; }

    /// <summary>Compared byte by byte, so that <c>ORDER BY</c> is ordinal.</summary>
    public required string Name { get; set; }

    public int TagCount { get; set; }

    public int ManifestCount { get; set; }

    public long Size { get; set; }

    public DateTimeOffset? LastPush { get; set; }
}

/// <summary>A manifest of a repository. Two repositories that share one have a row each.</summary>
internal sealed class ManifestEntity
{
    public long Id { get; set; }

    public long RepositoryId { get; set; }

    public required string Digest { get; set; }

    /// <summary>Empty while the stored manifest cannot be read; the next reconciliation tries again.</summary>
    public required string MediaType { get; set; }

    public ManifestKind Kind { get; set; }

    public string? ArtifactType { get; set; }

    /// <summary>Kept by <see cref="CatalogSums"/> from the contents.</summary>
    public long Size { get; set; }

    public string[] Platforms { get; set; } = [];

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset PushedAt { get; set; }

    public string? SubjectDigest { get; set; }

    public List<ContentEntity> Contents { get; set; } = [];
}

/// <summary>What a manifest refers to: config and layers with their sizes; for an index its manifests, with size 0.</summary>
internal sealed class ContentEntity
{
    public long ManifestId { get; set; }

    public required string Digest { get; set; }

    public long Size { get; set; }
}

/// <summary>A tag. It names its manifest by digest, since storage may hold a tag whose manifest is gone.</summary>
internal sealed class TagEntity
{
    public long Id { get; set; }

    public long RepositoryId { get; set; }

    public required string Name { get; set; }

    public required string Digest { get; set; }

    public DateTimeOffset PushedAt { get; set; }
}
