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
public sealed partial class CatalogReconciler(
    IDbContextFactory<PortalDbContext> contexts,
    LocalRegistry registry,
    CatalogIndex index,
    CatalogWriter writer,
    ILogger<CatalogReconciler> logger)
{
    private const int NamesPerPage = 1000;
    private const int RowsPerTransaction = 500;

    /// <param name="onRepository">
    /// Called after each repository with how many were compared so far. It may use the <see cref="CatalogWriter"/>.
    /// </param>
    /// <returns>How many repositories were compared.</returns>
    public async Task<int> ReconcileAsync(
        Func<int, CancellationToken, Task> onRepository, CancellationToken cancellationToken)
    {
        var done = 0;
        await foreach (var name in ListAsync(cancellationToken))
        {
            await ReconcileAsync(name, cancellationToken);
            done++;
            await onRepository(done, cancellationToken);
        }

        return done;
    }

    /// <summary>Each name that storage or the index has, once. Both are in ordinal order, so neither is held whole.</summary>
    private async IAsyncEnumerable<RepositoryName> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var stored = registry.ListAsync(null, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var indexed = ListIndexedAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isStored = await stored.MoveNextAsync();
        var isIndexed = await indexed.MoveNextAsync();
        while (isStored || isIndexed)
        {
            var order = !isStored ? 1 : !isIndexed ? -1 : stored.Current.CompareTo(indexed.Current);
            yield return order <= 0 ? stored.Current : indexed.Current;
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
            names = await index.ListRepositoriesAsync(after, NamesPerPage, cancellationToken);
            foreach (var name in names)
            {
                after = name.ToString();
                yield return name;
            }
        }
        while (names.Count == NamesPerPage);
    }

    private async Task ReconcileAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var (manifests, tags) = await FindDifferencesAsync(name, cancellationToken);
        foreach (var chunk in manifests.Chunk(RowsPerTransaction))
        {
            await LinkReferrersAsync(name, chunk, cancellationToken);
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

        // A row without a media type could not be read last time: it counts as unknown, and is tried again.
        var knownManifests = await context.Manifests.Where(row => row.RepositoryId == id)
            .ToDictionaryAsync(row => row.Digest, row => row.MediaType.Length > 0, cancellationToken);
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

    /// <summary>
    /// A manifest that came while another registry served the storage lacks its referrer link. That comes before the
    /// row: a crash between the two then repeats both.
    /// </summary>
    private async Task LinkReferrersAsync(
        RepositoryName name, IEnumerable<Digest> digests, CancellationToken cancellationToken)
    {
        foreach (var digest in digests)
        {
            try
            {
                if ((await registry.Manifests.GetAsync(name, digest, cancellationToken))?.Subject is { } subject)
                {
                    await registry.Referrers.AddAsync(name, subject.Digest, digest, cancellationToken);
                }
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                // Storage that is damaged or mounted read-only must not keep the index from being built.
                Log.NotLinked(logger, exception, name, digest);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No referrer link could be written for {Digest} of {Repository}")]
        public static partial void NotLinked(ILogger logger, Exception exception, RepositoryName repository, Digest digest);
    }
}
