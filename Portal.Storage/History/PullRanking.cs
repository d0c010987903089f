using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.History;

/// <summary>Something that was pulled, and how often.</summary>
/// <param name="Repository">The repository's name.</param>
/// <param name="Reference">The tag or the digest that was asked for.</param>
public readonly record struct PulledReference(string Repository, string Reference, long Count, DateTimeOffset LastPulled);

/// <summary>What is pulled most, by the pull counts.</summary>
public sealed class PullRanking(HistoryDatabase database)
{
    /// <param name="count">How many at the most.</param>
    public async Task<IReadOnlyList<PulledReference>> MostPulledAsync(int count, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return [];
        }

        await using var context = await database.OpenAsync(cancellationToken);
        return await context.PullCounts.AsNoTracking()
            .OrderByDescending(row => row.Count).ThenBy(row => row.Repository).ThenBy(row => row.Reference)
            .Take(count)
            .Select(row => new PulledReference(row.Repository, row.Reference, row.Count, row.LastPulled))
            .ToListAsync(cancellationToken);
    }
}
