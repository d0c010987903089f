using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>What a search found of one kind.</summary>
/// <param name="HasMore">Whether there is more of it, or may be: a search looks at so many rows and no more.</param>
public sealed record Found<T>(IReadOnlyList<T> Items, bool HasMore);

/// <summary>A tag that was found by its name.</summary>
public sealed record TagHit(RepositoryName Repository, Tag Tag, Digest Digest, DateTimeOffset PushedAt);

/// <summary>A manifest that was found by its digest.</summary>
public sealed record DigestHit(RepositoryName Repository, Digest Digest, ArtifactKind Kind, DateTimeOffset PushedAt);

/// <summary>A manifest that was found by a label or an annotation.</summary>
/// <param name="Line">The label or annotation: <c>key=value</c>. It comes from a client.</param>
public sealed record LabelHit(RepositoryName Repository, Digest Digest, ArtifactKind Kind, string Line, DateTimeOffset PushedAt);
