using Portal.Storage.Oci;

namespace Portal.Storage.Tags;

/// <summary>What a tag points to now, and since when.</summary>
public readonly record struct TagTarget(Tag Tag, Digest Digest, DateTimeOffset PushedAt);

/// <summary>The tags of each repository.</summary>
public sealed class TagStore
{
    /// <returns>Null when the repository has no such tag.</returns>
    public ValueTask<TagTarget?> ResolveAsync(RepositoryName name, Tag tag, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Tags in ordinal order.</summary>
    /// <param name="after">Only tags behind this text, which need not be a tag; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    public IAsyncEnumerable<Tag> ListAsync(RepositoryName name, string? after, int limit, CancellationToken cancellationToken) => throw new NotImplementedException();
}
