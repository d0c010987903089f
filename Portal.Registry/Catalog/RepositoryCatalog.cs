using Portal.Registry.Auth;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Catalog;

/// <summary>
/// Repositories and their tags, as far as somebody may see them: for clients of the protocol and for the pages. What one
/// may not pull is, to that one, not there.
/// </summary>
public sealed class RepositoryCatalog(
    LocalRegistry registry, CatalogIndex index, CatalogTree tree, CatalogSearch search, CatalogIndexer indexer, Permissions permissions)
{
    /// <summary>Names in ordinal order: from the index when it is current, else from storage.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="after">Only names behind this text, which need not be a name; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    public async Task<IReadOnlyList<RepositoryName>> ListAsync(Identity who, string? after, int limit, CancellationToken cancellationToken)
    {
        var visible = permissions.Visible(who);
        if (await indexer.CaughtUpAsync(cancellationToken))
        {
            return await index.ListRepositoriesAsync(after, limit, visible, cancellationToken);
        }

        var names = new List<RepositoryName>();
        await foreach (var name in registry.ListAsync(after, cancellationToken))
        {
            if (!visible.Matches(name.ToString()))
            {
                continue;
            }

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
    public async Task<RowPage<RepositoryRow>> FindAsync(Identity who, RepositoryQuery query, CancellationToken cancellationToken)
    {
        await indexer.CaughtUpAsync(cancellationToken);
        return await index.FindRepositoriesAsync(query, permissions.Visible(who), cancellationToken);
    }

    /// <summary>One level of the tree of namespaces; sums are of what may be seen.</summary>
    public async Task<CatalogLevel> FindLevelAsync(Identity who, RepositoryQuery query, CancellationToken cancellationToken)
    {
        await indexer.CaughtUpAsync(cancellationToken);
        return await tree.FindLevelAsync(query, permissions.Visible(who), cancellationToken);
    }

    /// <summary>What there is to filter by, in what may be seen.</summary>
    public Task<CatalogFacets> FindFacetsAsync(Identity who, CancellationToken cancellationToken)
    {
        return tree.FindFacetsAsync(permissions.Visible(who), cancellationToken);
    }

    /// <inheritdoc cref="CatalogSearch.FindRepositoriesAsync"/>
    public Task<Found<RepositoryRow>> SearchRepositoriesAsync(
        Identity who, SearchText text, int skip, int take, CancellationToken cancellationToken)
    {
        return search.FindRepositoriesAsync(text, skip, take, permissions.Visible(who), cancellationToken);
    }

    /// <inheritdoc cref="CatalogSearch.FindTagsAsync"/>
    public Task<Found<TagHit>> SearchTagsAsync(Identity who, SearchText text, int skip, int take, CancellationToken cancellationToken)
    {
        return search.FindTagsAsync(text, skip, take, permissions.Visible(who), cancellationToken);
    }

    /// <inheritdoc cref="CatalogSearch.FindDigestsAsync"/>
    public Task<Found<DigestHit>> SearchDigestsAsync(Identity who, SearchText text, int skip, int take, CancellationToken cancellationToken)
    {
        return search.FindDigestsAsync(text, skip, take, permissions.Visible(who), cancellationToken);
    }

    /// <inheritdoc cref="CatalogSearch.FindLabelsAsync"/>
    public Task<Found<LabelHit>> SearchLabelsAsync(Identity who, SearchText text, int skip, int take, CancellationToken cancellationToken)
    {
        return search.FindLabelsAsync(text, skip, take, permissions.Visible(who), cancellationToken);
    }

    /// <returns>Null when there is no such repository, or it is not to be seen.</returns>
    public async Task<RepositoryRow?> FindRepositoryAsync(Identity who, RepositoryName name, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return null;
        }

        await indexer.CaughtUpAsync(cancellationToken);
        return await index.FindRepositoryAsync(name, cancellationToken);
    }

    /// <returns>None when the repository is not to be seen.</returns>
    public async Task<RowPage<TagRow>> FindTagsAsync(Identity who, RepositoryName name, TagQuery query, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return new RowPage<TagRow>([], 0);
        }

        await indexer.CaughtUpAsync(cancellationToken);
        return await index.FindTagsAsync(name, query, cancellationToken);
    }

    private bool MayPull(Identity who, RepositoryName name) => permissions.On(who, name).HasFlag(RepositoryActions.Pull);
}
