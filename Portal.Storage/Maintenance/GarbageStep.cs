using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Storage.Maintenance;

/// <summary>What a collection is to do.</summary>
/// <param name="IsDryRun">It only tells what it would remove.</param>
/// <param name="RemovesUntagged">Manifests that nothing leads to go as well.</param>
/// <param name="Before">What was written at this moment or later stays.</param>
public readonly record struct GarbageOptions(bool IsDryRun, bool RemovesUntagged, DateTimeOffset Before);

/// <summary>What a collection tells of.</summary>
public enum GarbageStepKind
{
    /// <summary>Nobody else collects, and nothing was looked at yet.</summary>
    Begun,

    /// <summary>It comes to a repository.</summary>
    Repository,

    /// <summary>A repository is left as it is, because something in it cannot be understood: <see cref="GarbageStep.Reason"/> says what.</summary>
    Left,

    /// <summary>A manifest was removed; <see cref="GarbageStep.Text"/> is its media type.</summary>
    ManifestRemoved,

    /// <summary>A manifest stays.</summary>
    ManifestMarked,

    /// <summary>Something that a manifest refers to stays. It may be told several times.</summary>
    BlobMarked,

    /// <summary>A repository does not have a blob any more that none of its manifests refers to.</summary>
    LinkRemoved,

    /// <summary>All repositories were read: <see cref="GarbageStep.Bytes"/> is how many digests stay.</summary>
    Marked,

    /// <summary>A blob is to be removed. It is still there.</summary>
    BlobFound,

    /// <summary>All blobs were looked at; now they are removed.</summary>
    Sweep,

    /// <summary>A blob was removed.</summary>
    BlobRemoved,
}

/// <summary>One step of a collection. Of a dry run, what is told to be removed would be.</summary>
/// <param name="Repository">Empty of blobs.</param>
/// <param name="Digest">What it is about, if anything.</param>
/// <param name="Bytes">The size of a blob.</param>
/// <param name="Text">What else there is to tell.</param>
/// <param name="Reason">Why a repository is left.</param>
public readonly record struct GarbageStep(GarbageStepKind Kind, string Repository = "", Digest Digest = default, long Bytes = 0, string? Text = null, Reason? Reason = null);
