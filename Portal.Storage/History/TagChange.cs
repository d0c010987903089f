namespace Portal.Storage.History;

/// <summary>What became of a tag. Numbers are kept in the database: new ones come at the end.</summary>
public enum TagChangeKind
{
    /// <summary>It points to the digest from then on.</summary>
    Set = 0,

    /// <summary>It is gone; the digest is what it pointed to.</summary>
    Deleted = 1,

    /// <summary>It pointed to the digest already when the first change that is known came; who set it is not known.</summary>
    Found = 2,
}

/// <summary>A tag began or ceased to point to a manifest.</summary>
public sealed record TagChange
{
    /// <summary>The newer, the larger.</summary>
    public long Id { get; init; }

    public required string Repository { get; init; }

    public required string Tag { get; init; }

    public required TagChangeKind Kind { get; init; }

    /// <summary>What the tag points to since then; of a tag that went, what it pointed to.</summary>
    public required string Digest { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>Who did it; null for nobody with a name, or when it is not known.</summary>
    public string? Actor { get; init; }

    /// <summary>What the tag pointed to before, and since when; null when there was no such tag. It is written only where no change tells of it.</summary>
    public (string Digest, DateTimeOffset Since)? Before { get; init; }
}
