using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Storage.Metadata;

/// <summary>
/// Puts repositories into the index that it does not have yet, many in one transaction: an index is first built that way.
/// Memory is bounded by <see cref="MostRepositories"/> of <see cref="MostRows"/> manifests each.
/// </summary>
internal sealed class RepositoryLoader(IDbContextFactory<PortalDbContext> contexts, LocalRegistry registry, ILogger logger)
{
    /// <summary>How many repositories are worth one transaction.</summary>
    public const int MostRepositories = 100;

    // A repository with more is left to the comparison, which takes it in parts.
    private const int MostRows = 20;

    // Storage answers several at once better than one after the other, the more so the farther away it is.
    private const int Readers = 8;

    private readonly ReferrerLinker _referrers = new(registry, logger);
    private readonly ManifestReader _reader = new(registry, logger);

    /// <param name="names">At most <see cref="MostRepositories"/>.</param>
    /// <returns>The names that it left as they were: the index knows them by now, or they are too large.</returns>
    public async Task<IReadOnlyList<RepositoryName>> LoadAsync(
        IReadOnlyList<RepositoryName> names, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var texts = names.Select(name => name.ToString()).ToArray();
        var known = await context.Repositories.Where(row => texts.Contains(row.Name)).Select(row => row.Name)
            .ToHashSetAsync(cancellationToken);

        var found = new Found?[names.Count];
        await Parallel.ForAsync(
            0,
            names.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellationToken },
            async (i, cancelled) => found[i] = known.Contains(texts[i]) ? null : await FindAsync(names[i], cancelled));

        await AddAsync(context, [.. found.OfType<Found>().Where(repository => repository.Manifests.Count > 0)], cancellationToken);
        return [.. names.Where((_, i) => found[i] is null)];
    }

    /// <returns>Null when it has too much for one reading.</returns>
    private async Task<Found?> FindAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var digests = await registry.Manifests.ListAsync(name, cancellationToken)
            .Take(MostRows + 1).ToHashSetAsync(cancellationToken: cancellationToken);
        var tags = new List<TagEntity>();
        await foreach (var page in registry.Tags.ListNamesAsync(name, null, MostRows + 1, cancellationToken))
        {
            foreach (var tag in page.ToArray())
            {
                // A tag may point to a manifest that came after the list of them was read.
                if (await registry.Tags.ResolveAsync(name, tag, cancellationToken) is { } target)
                {
                    tags.Add(new TagEntity { Name = tag.ToString(), Digest = target.Digest.ToString(), PushedAt = target.PushedAt });
                    digests.Add(target.Digest);
                }
            }
        }

        if (digests.Count > MostRows || tags.Count > MostRows)
        {
            return null;
        }

        await _referrers.LinkAsync(name, digests, cancellationToken);
        var manifests = new List<ManifestEntity>();
        foreach (var digest in digests)
        {
            if (await _reader.ReadAsync(name, digest, cancellationToken) is { } manifest)
            {
                manifests.Add(manifest);
            }
        }

        return new Found(new RepositoryEntity { Name = name.ToString() }, manifests, tags);
    }

    private static async Task AddAsync(PortalDbContext context, IReadOnlyList<Found> found, CancellationToken cancellationToken)
    {
        if (found.Count == 0)
        {
            return;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        context.Repositories.AddRange(found.Select(repository => repository.Row));
        await context.SaveChangesAsync(cancellationToken);
        foreach (var (row, manifests, tags) in found)
        {
            manifests.ForEach(manifest => manifest.RepositoryId = row.Id);
            tags.ForEach(tag => tag.RepositoryId = row.Id);
            context.Manifests.AddRange(manifests);
            context.Tags.AddRange(tags);
        }

        await context.SaveChangesAsync(cancellationToken);
        foreach (var (row, manifests, _) in found)
        {
            await CatalogSums.UpdateAsync(context, row.Id, manifests.Select(manifest => manifest.Digest), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private sealed record Found(RepositoryEntity Row, List<ManifestEntity> Manifests, List<TagEntity> Tags);
}
