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

    /// <summary>Of the tags and manifests it holds now, to the minute; null for never.</summary>
    public DateTimeOffset? LastPull { get; set; }

    /// <summary>The namespace it lies in, with the slash behind it; empty for none. The database makes it of the name.</summary>
    public string Parent { get; private set; } = string.Empty;

    /// <summary>The <see cref="ArtifactKind"/>s of its manifests, a bit each.</summary>
    public int Kinds { get; set; }

    /// <summary>Its manifests' platforms, a line each, with a line break before and behind each; empty for none.</summary>
    public string Platforms { get; set; } = string.Empty;

    /// <summary>Tags of something that one signs, whose manifest nobody signed.</summary>
    public int UnsignedCount { get; set; }

    /// <summary>Manifests that nothing leads to: no tag, no index, no subject.</summary>
    public int UntaggedCount { get; set; }
}

/// <summary>A namespace with the sums of all repositories below it. Triggers write it: see <see cref="NamespaceTables"/>.</summary>
internal sealed class NamespaceEntity
{
    /// <summary>With the slash behind it: <c>team/tools/</c>.</summary>
    public required string Path { get; set; }

    /// <summary>The path of the namespace above it: <c>team/</c>; empty for none.</summary>
    public required string Parent { get; set; }

    /// <summary>What of the path is its own: <c>tools</c>.</summary>
    public required string Name { get; set; }

    public int RepositoryCount { get; set; }

    public long TagCount { get; set; }

    /// <summary>The upper 32 bits of the repositories' sizes, added up.</summary>
    public long SizeHigh { get; set; }

    /// <summary>The lower 32 bits of the repositories' sizes, added up.</summary>
    public long SizeLow { get; set; }

    public DateTimeOffset? LastPush { get; set; }

    public DateTimeOffset? LastPull { get; set; }
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

    /// <summary>When it was last pulled by its digest, to the minute; null for never.</summary>
    public DateTimeOffset? LastPull { get; set; }

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

    /// <summary>When it was last pulled by its name, to the minute; null for never. Pulls by digest are with the manifest.</summary>
    public DateTimeOffset? LastPull { get; set; }
}
