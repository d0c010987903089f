using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;
using Portal.Storage.Reasons;

namespace Portal.Storage.Accounts;

/// <summary>The audit trail in the database: lines are added, asked for, and removed when they are old.</summary>
public sealed class AuditStore(AccountStore accounts)
{
    private const int MaxTake = 1000;

    /// <summary>Adds lines; they are on disk when it returns.</summary>
    public async Task AddAsync(IReadOnlyCollection<AuditEntry> entries, CancellationToken cancellationToken)
    {
        await using var context = await accounts.OpenAsync(cancellationToken);
        context.Audit.AddRange(entries.Select(entry => new AuditEntity
        {
            Time = entry.Time,
            Action = entry.Action,
            Actor = entry.Actor,
            Address = entry.Address,
            Target = entry.Target,
            Detail = KeptReason.Write(entry.Detail) ?? "",
        }));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The wanted lines, newest first, and how many there are in all.</summary>
    public async Task<RowPage<AuditEntry>> FindAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        await using var context = await accounts.OpenAsync(cancellationToken);
        var rows = Select(context, query);
        var items = await rows.OrderByDescending(row => row.Id).Skip(query.Skip).Take(Math.Clamp(query.Take, 1, MaxTake)).ToListAsync(cancellationToken);
        return new RowPage<AuditEntry>([.. items.Select(ToEntry)], await rows.CountAsync(cancellationToken));
    }

    /// <summary>All wanted lines, newest first, read while they are taken: an export holds no more than one.</summary>
    public async IAsyncEnumerable<AuditEntry> ReadAsync(
        AuditQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var context = await accounts.OpenAsync(cancellationToken);
        await foreach (var row in Select(context, query).OrderByDescending(row => row.Id).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            yield return ToEntry(row);
        }
    }

    /// <summary>Removes the lines from before a time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RemoveBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var context = await accounts.OpenAsync(cancellationToken);
        return await context.Audit.Where(row => row.Time < time).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<AuditEntity> Select(AccountsDbContext context, AuditQuery query)
    {
        var rows = context.Audit.AsNoTracking();
        if (query.Action is { } action)
        {
            rows = rows.Where(row => row.Action == action);
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

        if (!string.IsNullOrEmpty(query.Search))
        {
            var part = LikePattern.Containing(query.Search);
            rows = rows.Where(row => EF.Functions.Like(row.Actor ?? "", part, LikePattern.Escape)
                || EF.Functions.Like(row.Address ?? "", part, LikePattern.Escape)
                || EF.Functions.Like(row.Target, part, LikePattern.Escape)
                || EF.Functions.Like((row.Detail + KeptReason.End).Substring(0, (row.Detail + KeptReason.End).IndexOf(KeptReason.End)), part, LikePattern.Escape));
        }

        return rows;
    }

    private static AuditEntry ToEntry(AuditEntity row) => new()
    {
        Id = row.Id,
        Time = row.Time,
        Action = row.Action,
        Actor = row.Actor,
        Address = row.Address,
        Target = row.Target,
        Detail = row.Detail.Length == 0 ? null : KeptReason.Read(row.Detail),
    };
}
