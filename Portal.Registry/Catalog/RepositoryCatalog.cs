using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Catalog;

/// <summary>All repositories, for clients of the protocol and for the catalog page.</summary>
public sealed class RepositoryCatalog(LocalRegistry registry, CatalogIndex index, CatalogIndexer indexer)
{
    /// <summary>Names in ordinal order: from the index when it is current, else from storage.</summary>
    /// <param name="after">Only names behind this text, which need not be a name; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    public async Task<IReadOnlyList<RepositoryName>> ListAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        if (await indexer.CaughtUpAsync(cancellationToken))
        {
            return await index.ListRepositoriesAsync(after, limit, cancellationToken);
        }

        var names = new List<RepositoryName>();
        await foreach (var name in registry.ListAsync(after, cancellationToken))
        {
            names.Add(name);
            if (names.Count == limit)
            {
                break;
            }
        }

        return names;
    }

    /// <summary>The repositories that a page or a search asks for, with what was pushed before the call.</summary>
    /// <remarks>While the index is being built, what it has so far: a search that reads all of storage would take too long.</remarks>
    public async Task<RowPage<RepositoryRow>> FindAsync(RepositoryQuery query, CancellationToken cancellationToken)
    {
        await indexer.CaughtUpAsync(cancellationToken);
        return await index.FindRepositoriesAsync(query, cancellationToken);
    }
}
