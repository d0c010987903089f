using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;
using Portal.Storage.Reasons;

namespace Portal.Storage.History;

/// <summary>The activity in the database: rows are added in batches, asked for, and removed when they are old or too many.</summary>
public sealed class ActivityStore(HistoryDatabase database)
{
    private const int MaxTake = 1000;

    /// <summary>Whether there is a file; where nothing happened there is none, and nothing to find.</summary>
    public bool Exists => database.Exists;

    /// <summary>Writes a batch whole or not at all; it is on disk when it returns.</summary>
    /// <returns>The ids of the new rows, in their order.</returns>
    public async Task<IReadOnlyList<long>> WriteAsync(ActivityBatch batch, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var added = batch.Rows.Select(ToEntity).ToList();
        context.Activity.AddRange(added);
        await context.SaveChangesAsync(cancellationToken);
        foreach (var (id, count) in batch.More)
        {
            await context.Activity.Where(row => row.Id == id)
                .ExecuteUpdateAsync(row => row.SetProperty(changed => changed.Count, changed => changed.Count + count), cancellationToken);
        }

        foreach (var (repository, reference) in batch.Deleted)
        {
            await context.PullCounts.Where(row => row.Repository == repository && row.Reference == reference).ExecuteDeleteAsync(cancellationToken);
        }

        foreach (var pulls in batch.Pulls)
        {
            var ticks = pulls.LastPulled.UtcTicks;
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "PullCounts" ("Repository", "Reference", "Count", "LastPulled")
                VALUES ({pulls.Repository}, {pulls.Reference}, {pulls.Count}, {ticks})
                ON CONFLICT ("Repository", "Reference") DO UPDATE SET
                    "Count" = "Count" + excluded."Count", "LastPulled" = max("LastPulled", excluded."LastPulled")
                """,
                cancellationToken);
        }

        await PullDays.WriteAsync(context, batch.PullDays, cancellationToken);
        await TagChanges.WriteAsync(context, batch.TagChanges, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return [.. added.Select(row => row.Id)];
    }

    /// <summary>The wanted rows that may be seen, newest first, and how many there are in all.</summary>
    public async Task<RowPage<ActivityEntry>> FindAsync(ActivityQuery query, ActivityScope scope, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return new RowPage<ActivityEntry>([], 0);
        }

        await using var context = await database.OpenAsync(cancellationToken);
        var rows = Select(context, query, scope);
        var items = await rows.OrderByDescending(row => row.Id).Skip(query.Skip).Take(Math.Clamp(query.Take, 1, MaxTake)).ToListAsync(cancellationToken);
        return new RowPage<ActivityEntry>([.. items.Select(ToEntry)], await rows.CountAsync(cancellationToken));
    }

    /// <summary>Removes rows from before a time, and all but the newest.</summary>
    /// <param name="before">Null: none is too old.</param>
    /// <param name="most">How many may stay.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveAsync(DateTimeOffset? before, int most, CancellationToken cancellationToken)
    {
        if (!database.Exists)
        {
            return 0;
        }

        await using var context = await database.OpenAsync(cancellationToken);
        var removed = before is { } time ? await context.Activity.Where(row => row.Time < time).ExecuteDeleteAsync(cancellationToken) : 0;
        var last = await context.Activity.OrderByDescending(row => row.Id).Skip(most).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellationToken);
        return last is { } id ? removed + await context.Activity.Where(row => row.Id <= id).ExecuteDeleteAsync(cancellationToken) : removed;
    }

    private static IQueryable<ActivityEntity> Select(HistoryDbContext context, ActivityQuery query, ActivityScope scope)
    {
        var rows = context.Activity.AsNoTracking();
        if (!scope.Everything)
        {
            rows = scope.Repositories.Apply(rows.Where(row => row.Repository != null), row => row.Repository!);
        }

        if (query.Repository is { } repository)
        {
            rows = rows.Where(row => row.Repository == repository);
        }

        if (query.Kind is { } kind)
        {
            rows = rows.Where(row => row.Kind == kind);
        }

        if (query.Actor is { } actor)
        {
            rows = rows.Where(row => row.Actor == actor);
        }

        if (query.From is { } from)
        {
            rows = rows.Where(row => row.Time >= from);
        }

        if (query.Until is { } until)
        {
            rows = rows.Where(row => row.Time < until);
        }

        return string.IsNullOrEmpty(query.Search) ? rows : Search(rows, LikePattern.Containing(query.Search), scope.Everything);
    }

    /// <summary>What is hidden from somebody must not be found by that one either.</summary>
    private static IQueryable<ActivityEntity> Search(IQueryable<ActivityEntity> rows, string part, bool everywhere)
    {
        return rows.Where(row => EF.Functions.Like(row.Repository ?? "", part, LikePattern.Escape)
            || EF.Functions.Like(row.Tag ?? "", part, LikePattern.Escape)
            || EF.Functions.Like(row.Digest ?? "", part, LikePattern.Escape)
            || EF.Functions.Like(row.Actor ?? "", part, LikePattern.Escape)
            || (everywhere && (EF.Functions.Like(row.Address ?? "", part, LikePattern.Escape)
                || EF.Functions.Like(row.UserAgent ?? "", part, LikePattern.Escape)
                || EF.Functions.Like(row.FromRepository ?? "", part, LikePattern.Escape)
                || EF.Functions.Like(((row.Detail ?? "") + KeptReason.End).Substring(0, ((row.Detail ?? "") + KeptReason.End).IndexOf(KeptReason.End)), part, LikePattern.Escape))));
    }

    private static ActivityEntity ToEntity(ActivityEntry entry) => new()
    {
        Time = entry.Time,
        Kind = entry.Kind,
        Repository = entry.Repository,
        Tag = entry.Tag,
        Digest = entry.Digest,
        MediaType = entry.MediaType,
        Size = entry.Size,
        FromRepository = entry.FromRepository,
        Actor = entry.Actor,
        Address = entry.Address,
        UserAgent = entry.UserAgent,
        Count = entry.Count,
        Detail = KeptReason.Write(entry.Detail),
    };

    private static ActivityEntry ToEntry(ActivityEntity row) => new()
    {
        Id = row.Id,
        Time = row.Time,
        Kind = row.Kind,
        Repository = row.Repository,
        Tag = row.Tag,
        Digest = row.Digest,
        MediaType = row.MediaType,
        Size = row.Size,
        FromRepository = row.FromRepository,
        Actor = row.Actor,
        Address = row.Address,
        UserAgent = row.UserAgent,
        Count = row.Count,
        Detail = KeptReason.Read(row.Detail),
    };
}
