using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;
using Portal.Storage.Reasons;

namespace Portal.Storage.History;

/// <summary>A health check began to fail, or healed.</summary>
/// <param name="Message">What was wrong; null when it healed.</param>
public sealed record HealthChange(DateTimeOffset Time, string Check, bool IsHealthy, Reason? Message);

/// <summary>When health checks began to fail and healed: changes alone, the newest 1,000 of each check, for 90 days.</summary>
public sealed class HealthHistory(HistoryDatabase database)
{
    /// <summary>Changes kept of one check.</summary>
    public const int Kept = 1000;

    /// <summary>How long a change is kept.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    private const int MaxTake = 1000;
    private const int LongestMessage = 1000;

    /// <summary>Writes a state down when it differs from the last one that is known; a check that never failed leaves no trace.</summary>
    /// <returns>Whether it was written.</returns>
    public async Task<bool> RecordAsync(HealthChange change, CancellationToken cancellationToken)
    {
        if (change.IsHealthy && !database.Exists)
        {
            return false;
        }

        await using var context = await database.OpenAsync(cancellationToken);
        var last = await context.HealthChanges.AsNoTracking().Where(row => row.Check == change.Check)
            .OrderByDescending(row => row.Id).FirstOrDefaultAsync(cancellationToken);
        if (change.IsHealthy == (last?.IsHealthy ?? true))
        {
            return false;
        }

        context.HealthChanges.Add(new HealthChangeEntity
        {
            Time = change.Time,
            Check = change.Check,
            IsHealthy = change.IsHealthy,
            Message = KeptReason.Write(change.Message?.Within(LongestMessage)),
        });
        await context.SaveChangesAsync(cancellationToken);
        await RemoveOldAsync(context, change, cancellationToken);
        return true;
    }

    /// <summary>Changes, newest first, and how many there are. It makes no database where there is none.</summary>
    /// <param name="take">1 to 1,000.</param>
    public async Task<RowPage<HealthChange>> FindAsync(int skip, int take, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return new RowPage<HealthChange>([], 0);
        }

        await using var context = await database.OpenAsync(cancellationToken);
        var rows = context.HealthChanges.AsNoTracking();
        var items = await rows.OrderByDescending(row => row.Id).Skip(skip).Take(Math.Clamp(take, 1, MaxTake)).ToListAsync(cancellationToken);
        return new RowPage<HealthChange>(
            [.. items.Select(row => new HealthChange(row.Time, row.Check, row.IsHealthy, KeptReason.Read(row.Message)))], await rows.CountAsync(cancellationToken));
    }

    private static async Task RemoveOldAsync(HistoryDbContext context, HealthChange change, CancellationToken cancellationToken)
    {
        var oldest = change.Time - Retention;
        await context.HealthChanges.Where(row => row.Time < oldest).ExecuteDeleteAsync(cancellationToken);
        var firstGone = await context.HealthChanges.Where(row => row.Check == change.Check)
            .OrderByDescending(row => row.Id).Skip(Kept).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellationToken);
        if (firstGone is { } id)
        {
            await context.HealthChanges.Where(row => row.Check == change.Check && row.Id <= id).ExecuteDeleteAsync(cancellationToken);
        }
    }
}
