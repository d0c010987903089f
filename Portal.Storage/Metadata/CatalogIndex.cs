using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>
/// What pages and the catalog ask instead of walking storage: repositories, tags and sizes in SQLite. Storage is the
/// truth; the index follows it and can be built anew from it.
/// </summary>
public sealed class CatalogIndex
{
    public Task<RowPage<RepositoryRow>> FindRepositoriesAsync(RepositoryQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<RepositoryRow?> FindRepositoryAsync(RepositoryName name, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<RowPage<TagRow>> FindTagsAsync(RepositoryName name, TagQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Names in ordinal order that have a manifest, after <paramref name="after"/> (exclusive).</summary>
    public Task<IReadOnlyList<RepositoryName>> ListRepositoriesAsync(string? after, int limit, CancellationToken cancellationToken) => throw new NotImplementedException();
}
