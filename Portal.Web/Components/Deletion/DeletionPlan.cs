using Portal.Storage.Oci;

namespace Portal.Web.Components.Deletion;

/// <summary>What a deletion takes along and what it leaves, worked out before anyone is asked.</summary>
/// <param name="Manifest">The manifest that goes with all its tags; null when only tags go.</param>
/// <param name="Tags">Every tag that disappears.</param>
public sealed record DeletionPlan(RepositoryName Name, Digest? Manifest, IReadOnlyList<DoomedTag> Tags);

/// <summary>A tag that disappears.</summary>
/// <param name="Remaining">The tags its manifest keeps when only tags go.</param>
public sealed record DoomedTag(Tag Tag, Digest Digest, IReadOnlyList<Tag> Remaining);
