using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.History;

/// <summary>One figure of one span of time.</summary>
/// <param name="Series">What is counted.</param>
/// <param name="Time">Where the span begins.</param>
public readonly record struct Sample(string Series, DateTimeOffset Time, double Value);

/// <summary>
/// Figures for charts: by the minute for two days, by the hour for ninety. What is older is removed, so that the table
/// has a bounded number of rows. Where nothing was counted there is no row.
/// </summary>
public sealed class SampleStore(HistoryDatabase database)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>How long minutes are kept.</summary>
    public static readonly TimeSpan MinutesKept = TimeSpan.FromHours(48);

    /// <summary>How long hours are kept.</summary>
    public static readonly TimeSpan HoursKept = TimeSpan.FromDays(90);

    /// <summary>Writes what a minute brought, and adds it to its hour.</summary>
    /// <param name="minute">Where the minute begins.</param>
    /// <param name="counts">What is added up. A minute that is written twice has both.</param>
    /// <param name="levels">What stands at its newest value.</param>
    public async Task AddAsync(
        DateTimeOffset minute,
        IReadOnlyList<(string Series, double Value)> counts,
        IReadOnlyList<(string Series, double Value)> levels,
        CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var resolution in new[] { Minute, Hour })
        {
            var time = minute.UtcTicks - (minute.UtcTicks % resolution.Ticks);
            foreach (var (series, value) in counts)
            {
                await context.Database.ExecuteSqlAsync($"""
                    INSERT INTO Samples (Series, Resolution, Time, Value) VALUES ({series}, {resolution.Ticks}, {time}, {value})
                    ON CONFLICT (Series, Resolution, Time) DO UPDATE SET Value = Value + excluded.Value
                    """, cancellationToken);
            }

            foreach (var (series, value) in levels)
            {
                await context.Database.ExecuteSqlAsync($"""
                    INSERT INTO Samples (Series, Resolution, Time, Value) VALUES ({series}, {resolution.Ticks}, {time}, {value})
                    ON CONFLICT (Series, Resolution, Time) DO UPDATE SET Value = excluded.Value
                    """, cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Removes what is older than it may be.</summary>
    public async Task RemoveOldAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var (firstMinute, firstHour) = (now - MinutesKept, now - HoursKept);
        await context.Samples
            .Where(row => (row.Resolution == Minute && row.Time < firstMinute) || (row.Resolution == Hour && row.Time < firstHour))
            .ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Figures of a stretch of time, in no order. Where nothing was ever written, no file is made.</summary>
    /// <param name="byHour">Whether hours are wanted, else minutes.</param>
    public async Task<IReadOnlyList<Sample>> ReadAsync(
        bool byHour, DateTimeOffset from, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return [];
        }

        var resolution = byHour ? Hour : Minute;
        await using var context = await database.OpenAsync(cancellationToken);
        return await context.Samples.AsNoTracking()
            .Where(row => row.Resolution == resolution && row.Time >= from && row.Time < until)
            .Select(row => new Sample(row.Series, row.Time, row.Value))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The newest value that a level had before a moment; null when none is known.</summary>
    public async Task<double?> LevelBeforeAsync(string series, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return null;
        }

        await using var context = await database.OpenAsync(cancellationToken);
        return await NewestAsync(context, series, Minute, moment, cancellationToken)
            ?? await NewestAsync(context, series, Hour, moment, cancellationToken);
    }

    /// <summary>A span has the value of its end: one that the moment lies in would tell what comes only later.</summary>
    private static Task<double?> NewestAsync(
        HistoryDbContext context, string series, TimeSpan resolution, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        var last = moment - resolution;
        return context.Samples.AsNoTracking()
            .Where(row => row.Series == series && row.Resolution == resolution && row.Time <= last)
            .OrderByDescending(row => row.Time).Select(row => (double?)row.Value).FirstOrDefaultAsync(cancellationToken);
    }
}
