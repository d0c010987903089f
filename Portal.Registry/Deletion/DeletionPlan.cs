using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Deletion;

/// <summary>What is to be deleted.</summary>
public enum DeletionScope
{
    /// <summary>Tags alone: their manifests stay and can be pulled by digest.</summary>
    Tags,

    /// <summary>Manifests, with every tag that points to one of them.</summary>
    Manifests,

    /// <summary>Every tag and manifest of the repository.</summary>
    Repository,
}

/// <summary>What a deletion takes along and what it leaves, worked out before anyone is asked.</summary>
public sealed record DeletionPlan
{
    public required RepositoryName Name { get; init; }

    public required DeletionScope Scope { get; init; }

    /// <summary>Every tag that disappears, in ordinal order; of a whole repository none is named.</summary>
    public IReadOnlyList<DoomedTag> Tags { get; init; } = [];

    /// <summary>The manifests that disappear; of a whole repository none is named, and of tags none disappears.</summary>
    public IReadOnlyList<Digest> Manifests { get; init; } = [];

    /// <summary>How many tags disappear.</summary>
    public int TagCount { get; init; }

    /// <summary>Indexes that stay and list one of <see cref="Manifests"/>: nobody can pull them whole afterwards.</summary>
    public IReadOnlyList<Digest> BrokenIndexes { get; init; } = [];

    /// <summary>
    /// What a garbage collection can free afterwards: of manifests and repositories any; of tags only one that also
    /// removes manifests without a tag.
    /// </summary>
    public ContentFate Fate { get; init; } = ContentFate.None;

    /// <summary>False while the index is being built, of which <see cref="Fate"/> is made.</summary>
    public bool IsCurrent { get; init; }
}

/// <summary>A tag that disappears.</summary>
/// <param name="Remaining">The tags its manifest keeps when only tags go.</param>
public sealed record DoomedTag(Tag Tag, Digest Digest, IReadOnlyList<Tag> Remaining);
