using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;

namespace Portal.Storage.History;

/// <summary>How often things were pulled, by the tag or the digest that was asked for. They are counted by <see cref="ActivityStore.WriteAsync"/>.</summary>
public sealed class PullCounts(HistoryDatabase database)
{
    /// <summary>The pulls of some tags and digests of a repository; what was never pulled is not among them.</summary>
    public async Task<IReadOnlyList<PullCount>> OfAsync(string repository, IReadOnlyCollection<string> references, CancellationToken cancellationToken)
    {
        if (references.Count == 0 || !database.Exists)
        {
            return [];
        }

        await using var context = await database.OpenAsync(cancellationToken);
        return await context.PullCounts.AsNoTracking()
            .Where(row => row.Repository == repository && references.Contains(row.Reference))
            .Select(row => new PullCount(row.Repository, row.Reference, row.Count, row.LastPulled))
            .ToListAsync(cancellationToken);
    }

    /// <summary>All of them, in the order of repository and reference.</summary>
    /// <param name="after">Only those behind this one; null for all.</param>
    /// <param name="take">How many at the most.</param>
    public async Task<IReadOnlyList<PullCount>> ListAsync(PullCount? after, int take, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return [];
        }

        await using var context = await database.OpenAsync(cancellationToken);
        var rows = context.PullCounts.AsNoTracking();
        if (after is { Repository: var repository, Reference: var reference })
        {
            rows = rows.Where(row => string.Compare(row.Repository, repository) >= 0
                && (row.Repository != repository || string.Compare(row.Reference, reference) > 0));
        }

        return await rows.OrderBy(row => row.Repository).ThenBy(row => row.Reference)
            .Take(take)
            .Select(row => new PullCount(row.Repository, row.Reference, row.Count, row.LastPulled))
            .ToListAsync(cancellationToken);
    }

    /// <summary>What was pulled most, of the repositories that may be seen.</summary>
    public async Task<IReadOnlyList<PullCount>> MostPulledAsync(int take, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return [];
        }

        await using var context = await database.OpenAsync(cancellationToken);
        return await visible.Apply(context.PullCounts.AsNoTracking(), row => row.Repository)
            .OrderByDescending(row => row.Count)
            .Take(take)
            .Select(row => new PullCount(row.Repository, row.Reference, row.Count, row.LastPulled))
            .ToListAsync(cancellationToken);
    }
}
