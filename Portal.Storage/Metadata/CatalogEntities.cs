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

    /// <summary>The <see cref="ArtifactKind"/>s of its manifests, a bit each.</summary>
    public int Kinds { get; set; }

    /// <summary>Its manifests' platforms, a line each, with a line break before and behind each; empty for none.</summary>
    public string Platforms { get; set; } = string.Empty;

    /// <summary>Tags of something that one signs, whose manifest nobody signed.</summary>
    public int UnsignedCount { get; set; }

    /// <summary>Manifests that nothing leads to: no tag, no index, no subject.</summary>
    public int UntaggedCount { get; set; }
}

/// <summary>A manifest of a repository. Two repositories that share one have a row each.</summary>
internal sealed class ManifestEntity
{
    public long Id { get; set; }

    public long RepositoryId { get; set; }

    public required string Digest { get; set; }

    /// <summary>Empty while the stored manifest cannot be read.</summary>
    public required string MediaType { get; set; }

    /// <summary>
    /// The <see cref="ManifestReader.Version"/> that made the row; 0 while the stored manifest cannot be read. The next
    /// reconciliation reads a row of another version again.
    /// </summary>
    public int ReadBy { get; set; }

    public ManifestKind Kind { get; set; }

    public ArtifactKind ArtifactKind { get; set; }

    public string? ArtifactType { get; set; }

    /// <summary>Kept by <see cref="CatalogSums"/> from the contents.</summary>
    public long Size { get; set; }

    public string[] Platforms { get; set; } = [];

    public DateTimeOffset? CreatedAt { get; set; }

    public DateTimeOffset PushedAt { get; set; }

    public string? SubjectDigest { get; set; }

    public List<ContentEntity> Contents { get; set; } = [];

    /// <summary>Null when it has neither labels nor annotations.</summary>
    public ManifestTextEntity? Text { get; set; }
}

/// <summary>A manifest's labels and annotations: <c>key=value</c>, a line each. Apart, so that a list does not read them.</summary>
internal sealed class ManifestTextEntity
{
    public long ManifestId { get; set; }

    public required string Lines { get; set; }
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
