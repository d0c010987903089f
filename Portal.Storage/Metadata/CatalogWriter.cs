using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Storage.Tags;

namespace Portal.Storage.Metadata;

/// <summary>
/// Brings rows of the catalog index in line with storage. One caller at a time. It never takes a change from whoever
/// reports it, but reads the truth again, so reports may come late, twice or in any order.
/// </summary>
public sealed class CatalogWriter(
    IDbContextFactory<PortalDbContext> contexts, LocalRegistry registry, ILogger<CatalogWriter> logger)
{
    private readonly ManifestReader _reader = new(registry, logger);

    /// <summary>Reads the manifests and tags given, that are new, changed or gone, and corrects their rows in one transaction.</summary>
    /// <remarks>A repository whose last manifest is gone disappears from the index.</remarks>
    public async Task RefreshAsync(
        RepositoryName name,
        IReadOnlyCollection<Digest> manifests,
        IReadOnlyCollection<Tag> tags,
        CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var text = name.ToString();
        var repository = await context.Repositories.FirstOrDefaultAsync(row => row.Name == text, cancellationToken);
        var known = new KnownRows(context, repository?.Id ?? 0);

        // 1. A manifest that went took its tags along, without a word about each.
        var touchedTags = tags.Select(tag => tag.ToString()).ToHashSet();
        touchedTags.UnionWith(await known.TagsOfAsync(manifests, cancellationToken));
        var targets = await ResolveAsync(name, touchedTags, cancellationToken);

        // 2. A tag may point to a manifest whose own report is still to come.
        var digests = manifests.Concat(targets.Values.Select(target => target.Digest)).Distinct().ToList();
        var manifestRows = await known.ManifestsAsync(digests, cancellationToken);
        var touched = digests.Where(digest => manifests.Contains(digest) || !manifestRows.ContainsKey(digest.ToString()));

        // 3. Storage is read before the transaction begins, so that it holds others up only for its own statements.
        var changes = new List<(Digest Digest, ManifestEntity? Row)>();
        foreach (var digest in touched)
        {
            changes.Add((digest, await ReadAsync(name, digest, manifestRows, cancellationToken)));
        }

        var tagRows = await known.TagsAsync(touchedTags, cancellationToken);

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (repository is null)
        {
            if (changes.TrueForAll(change => change.Row is null))
            {
                return;
            }

            repository = context.Repositories.Add(new RepositoryEntity { Name = text }).Entity;
            await context.SaveChangesAsync(cancellationToken);
        }

        // 4. A row that cannot be kept goes first: its successor has the same key. Storage knows nothing of pulls.
        foreach (var (digest, row) in changes)
        {
            if (manifestRows.TryGetValue(digest.ToString(), out var old) && old != row)
            {
                context.Manifests.Remove(old);
                row?.LastPull = old.LastPull;
            }
        }

        await context.SaveChangesAsync(cancellationToken);
        foreach (var row in changes.Select(change => change.Row).OfType<ManifestEntity>().Where(row => row.Id == 0))
        {
            row.RepositoryId = repository.Id;
            context.Manifests.Add(row);
        }

        foreach (var tag in touchedTags)
        {
            Put(context, repository.Id, tag, tagRows.GetValueOrDefault(tag), targets.TryGetValue(tag, out var to) ? to : null);
        }

        await context.SaveChangesAsync(cancellationToken);

        // 5. Sums, and the repository itself.
        await CatalogSums.UpdateAsync(
            context, repository.Id, changes.Select(change => change.Digest.ToString()), cancellationToken);
        await context.Repositories.Where(row => row.Id == repository.Id && row.ManifestCount == 0)
            .ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The row as it must be: the old one when its content was read, since that cannot change; null when it is gone.</summary>
    private async Task<ManifestEntity?> ReadAsync(
        RepositoryName name, Digest digest, Dictionary<string, ManifestEntity> rows, CancellationToken cancellationToken)
    {
        if (!rows.TryGetValue(digest.ToString(), out var row) || row.ReadBy != ManifestReader.Version)
        {
            return await _reader.ReadAsync(name, digest, cancellationToken);
        }

        if (await registry.Manifests.PushedAtAsync(name, digest, cancellationToken) is not { } pushedAt)
        {
            return null;
        }

        row.PushedAt = pushedAt;
        return row;
    }

    private async Task<Dictionary<string, TagTarget>> ResolveAsync(
        RepositoryName name, IEnumerable<string> tags, CancellationToken cancellationToken)
    {
        var targets = new Dictionary<string, TagTarget>();
        foreach (var tag in tags)
        {
            if (await registry.Tags.ResolveAsync(name, Tag.Parse(tag), cancellationToken) is { } target)
            {
                targets[tag] = target;
            }
        }

        return targets;
    }

    private static void Put(PortalDbContext context, long repositoryId, string name, TagEntity? row, TagTarget? target)
    {
        if (target is not { } found)
        {
            if (row is not null)
            {
                context.Tags.Remove(row);
            }

            return;
        }

        row ??= context.Tags.Add(new TagEntity { RepositoryId = repositoryId, Name = name, Digest = string.Empty }).Entity;
        row.Digest = found.Digest.ToString();
        row.PushedAt = found.PushedAt;
    }
}
