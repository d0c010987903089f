using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Storage.Metadata;

/// <summary>
/// Compares the whole index with the whole storage and corrects what differs. Only what is new is read, so a second
/// run costs a listing. Memory is in proportion to the largest repository's lists of digests and tags.
/// </summary>
public sealed class CatalogReconciler(
    IDbContextFactory<PortalDbContext> contexts,
    LocalRegistry registry,
    CatalogIndex index,
    CatalogWriter writer,
    ILogger<CatalogReconciler> logger)
{
    private const int NamesPerPage = 1000;
    private const int RowsPerTransaction = 500;

    private readonly ReferrerLinker _referrers = new(registry, logger);
    private readonly RepositoryLoader _loader = new(contexts, registry, logger);

    /// <param name="onProgress">
    /// Called again and again with how many repositories were compared so far. It may use the <see cref="CatalogWriter"/>.
    /// </param>
    /// <returns>How many repositories were compared.</returns>
    public async Task<int> ReconcileAsync(
        Func<int, CancellationToken, Task> onProgress, CancellationToken cancellationToken)
    {
        var done = 0;
        var unknown = new List<RepositoryName>();
        await foreach (var (name, isIndexed) in ListAsync(cancellationToken))
        {
            if (!isIndexed)
            {
                unknown.Add(name);
                if (unknown.Count < RepositoryLoader.MostRepositories)
                {
                    continue;
                }

                done += await LoadAsync(unknown, cancellationToken);
            }
            else
            {
                await ReconcileAsync(name, cancellationToken);
                done++;
            }

            await onProgress(done, cancellationToken);
        }

        done += await LoadAsync(unknown, cancellationToken);
        await onProgress(done, cancellationToken);
        return done;
    }

    /// <summary>
    /// Each name that storage or the index has, once, and whether the index had it a moment ago. Both are in ordinal
    /// order, so neither is held whole.
    /// </summary>
    private async IAsyncEnumerable<(RepositoryName Name, bool IsIndexed)> ListAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stored = registry.ListAsync(null, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var indexed = ListIndexedAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isStored = await stored.MoveNextAsync();
        var isIndexed = await indexed.MoveNextAsync();
        while (isStored || isIndexed)
        {
            var order = !isStored ? 1 : !isIndexed ? -1 : stored.Current.CompareTo(indexed.Current);
            yield return (order <= 0 ? stored.Current : indexed.Current, order >= 0);
            isStored = order <= 0 ? await stored.MoveNextAsync() : isStored;
            isIndexed = order >= 0 ? await indexed.MoveNextAsync() : isIndexed;
        }
    }

    private async IAsyncEnumerable<RepositoryName> ListIndexedAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        IReadOnlyList<RepositoryName> names;
        do
        {
            names = await index.ListRepositoriesAsync(after, NamesPerPage, RepositoryFilter.All, cancellationToken);
            foreach (var name in names)
            {
                after = name.ToString();
                yield return name;
            }
        }
        while (names.Count == NamesPerPage);
    }

    /// <summary>Takes the names that the index does not have, and empties their list.</summary>
    private async Task<int> LoadAsync(List<RepositoryName> unknown, CancellationToken cancellationToken)
    {
        foreach (var name in await _loader.LoadAsync(unknown, cancellationToken))
        {
            await ReconcileAsync(name, cancellationToken);
        }

        var count = unknown.Count;
        unknown.Clear();
        return count;
    }

    private async Task ReconcileAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var (manifests, tags) = await FindDifferencesAsync(name, cancellationToken);
        foreach (var chunk in manifests.Chunk(RowsPerTransaction))
        {
            await _referrers.LinkAsync(name, chunk, cancellationToken);
            await writer.RefreshAsync(name, chunk, [], cancellationToken);
        }

        foreach (var chunk in tags.Chunk(RowsPerTransaction))
        {
            await writer.RefreshAsync(name, [], chunk, cancellationToken);
        }
    }

    /// <summary>Manifests and tags that only storage or only the index has, and tags that moved.</summary>
    private async Task<(List<Digest> Manifests, List<Tag> Tags)> FindDifferencesAsync(
        RepositoryName name, CancellationToken cancellationToken)
    {
        var text = name.ToString();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var id = await context.Repositories.Where(row => row.Name == text).Select(row => row.Id)
            .FirstOrDefaultAsync(cancellationToken);

        // A row that could not be read last time, or was read by another version, counts as unknown and is read again.
        var knownManifests = await context.Manifests.Where(row => row.RepositoryId == id)
            .ToDictionaryAsync(row => row.Digest, row => row.ReadBy == ManifestReader.Version, cancellationToken);
        var manifests = new List<Digest>();
        await foreach (var digest in registry.Manifests.ListAsync(name, cancellationToken))
        {
            if (!knownManifests.Remove(digest.ToString(), out var wasRead) || !wasRead)
            {
                manifests.Add(digest);
            }
        }

        var knownTags = await context.Tags.Where(row => row.RepositoryId == id)
            .ToDictionaryAsync(row => row.Name, row => row.Digest, cancellationToken);
        var tags = new List<Tag>();
        await foreach (var (tag, digest) in registry.Tags.ListAsync(name, cancellationToken))
        {
            if (!knownTags.Remove(tag.ToString(), out var known) || known != digest.ToString())
            {
                tags.Add(tag);
            }
        }

        manifests.AddRange(knownManifests.Keys.Select(gone => Digest.Parse(gone)));
        tags.AddRange(knownTags.Keys.Select(gone => Tag.Parse(gone)));
        return (manifests, tags);
    }
}
