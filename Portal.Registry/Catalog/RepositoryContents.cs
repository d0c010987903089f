using Portal.Registry.Auth;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Catalog;

/// <summary>What a repository holds beside its tags, as far as somebody may see it.</summary>
public sealed class RepositoryContents(ContentIndex contents, CatalogIndexer indexer, Permissions permissions)
{
    /// <summary>What it takes, and how much of that others share. It reads much of the index: not for a list.</summary>
    /// <returns>Null when the repository may not be pulled from.</returns>
    public async Task<StorageUse?> MeasureAsync(Identity who, RepositoryName name, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return null;
        }

        await indexer.CaughtUpAsync(cancellationToken);
        return await contents.MeasureAsync(name, cancellationToken);
    }

    /// <summary>
    /// What a manifest takes, with what it lists and what refers to it, as far as no other tag leads there: its own would be
    /// freed when it went with all its tags.
    /// </summary>
    /// <returns>Null when no tag points to it, or the repository may not be pulled from.</returns>
    public async Task<StorageUse?> MeasureOwnAsync(Identity who, RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return null;
        }

        await indexer.CaughtUpAsync(cancellationToken);
        var tags = (await contents.TagsOfAsync(name, [digest], cancellationToken))[digest].ToList();
        return tags.Count == 0 ? null : await contents.MeasureUntaggedAsync(name, tags, cancellationToken);
    }

    /// <summary>Manifests without a tag, newest first, and how many there are in all.</summary>
    /// <param name="take">1 to 1,000.</param>
    /// <returns>None when the repository may not be pulled from.</returns>
    public async Task<RowPage<UntaggedRow>> FindUntaggedAsync(
        Identity who, RepositoryName name, int skip, int take, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return new RowPage<UntaggedRow>([], 0);
        }

        await indexer.CaughtUpAsync(cancellationToken);
        return await contents.FindUntaggedAsync(name, skip, take, cancellationToken);
    }

    private bool MayPull(Identity who, RepositoryName name) => permissions.On(who, name).HasFlag(RepositoryActions.Pull);
}
