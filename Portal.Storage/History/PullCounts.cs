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
