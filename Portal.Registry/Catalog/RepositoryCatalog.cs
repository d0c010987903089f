using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Catalog;

/// <summary>All repositories for clients of the protocol: by name from the index when it is current, else from storage.</summary>
public sealed class RepositoryCatalog(LocalRegistry registry, CatalogIndex index, CatalogIndexer indexer)
{
    /// <summary>Names in ordinal order.</summary>
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

    /// <summary>Repositories with a text in their names, without case, in ordinal order; all when the text is empty.</summary>
    /// <remarks>While the index is being built, what it has so far: a search that reads all of storage would take too long.</remarks>
    /// <param name="take">How many at the most, 1 to 1,000.</param>
    public async Task<RowPage<RepositoryRow>> SearchAsync(string text, int skip, int take, CancellationToken cancellationToken)
    {
        await indexer.CaughtUpAsync(cancellationToken);
        return await index.FindRepositoriesAsync(
            new RepositoryQuery { Search = text, Skip = skip, Take = take }, cancellationToken);
    }
}
