using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.History;

/// <summary>Pulls of tags and manifests of a repository on one day.</summary>
/// <param name="Day">In UTC.</param>
public sealed record PullDay(string Repository, DateOnly Day, long Count);

/// <summary>
/// How often each repository was pulled from, day by day. Rows come with <see cref="ActivityStore.WriteAsync"/>; a deletion
/// of what was pulled takes none of them back. A day without a pull has no row.
/// </summary>
public sealed class PullDays(HistoryDatabase database)
{
    /// <summary>How many days are kept, the present one among them.</summary>
    public const int Kept = 400;

    /// <summary>The days of a repository that had pulls, oldest first.</summary>
    public async Task<IReadOnlyList<PullDay>> OfAsync(string repository, DateOnly first, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return [];
        }

        await using var context = await database.OpenAsync(cancellationToken);
        return await context.PullDays.AsNoTracking()
            .Where(row => row.Repository == repository && row.Day >= first)
            .OrderBy(row => row.Day)
            .Select(row => new PullDay(row.Repository, row.Day, row.Count))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Whether a repository was pulled from on any of the days that are kept.</summary>
    public async Task<bool> HasAnyAsync(string repository, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return false;
        }

        await using var context = await database.OpenAsync(cancellationToken);
        return await context.PullDays.AnyAsync(row => row.Repository == repository, cancellationToken);
    }

    /// <summary>Removes days that are older than they may be.</summary>
    public async Task RemoveOldAsync(DateOnly today, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return;
        }

        var first = today.AddDays(1 - Kept);
        await using var context = await database.OpenAsync(cancellationToken);
        await context.PullDays.Where(row => row.Day < first).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Adds pulls to those counted before.</summary>
    internal static async Task WriteAsync(HistoryDbContext context, IReadOnlyCollection<PullDay> pulls, CancellationToken cancellationToken)
    {
        foreach (var (repository, day, count) in pulls)
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "PullDays" ("Repository", "Day", "Count") VALUES ({repository}, {day}, {count})
                ON CONFLICT ("Repository", "Day") DO UPDATE SET "Count" = "Count" + excluded."Count"
                """,
                cancellationToken);
        }
    }
}
