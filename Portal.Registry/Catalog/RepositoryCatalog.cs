using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Catalog;

/// <summary>The names of all repositories: from the index when it is current, else from storage.</summary>
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
}
