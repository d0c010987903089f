using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;
using Portal.Storage.Reasons;

namespace Portal.Storage.History;

/// <summary>The side of the deliveries that people look at and give orders to.</summary>
public sealed class DeliveryLog(HistoryDatabase database)
{
    private const int MaxTake = 1000;

    // A write lock is held for as long as one piece takes; senders must come in between.
    private const int RemovedAtOnce = 1000;

    /// <summary>The wanted deliveries, newest first, and how many there are in all.</summary>
    public async Task<RowPage<DeliveryRow>> FindAsync(DeliveryQuery query, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var rows = Select(context, query);
        var items = await Shape(rows.OrderByDescending(row => row.Id).Skip(query.Skip).Take(Math.Clamp(query.Take, 1, MaxTake)))
            .ToListAsync(cancellationToken);
        return new RowPage<DeliveryRow>(items, await rows.CountAsync(cancellationToken));
    }

    /// <returns>Null when there is none, or none any more.</returns>
    public async Task<DeliveryDetail?> GetAsync(long id, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var delivery = context.Deliveries.Where(row => row.Id == id);
        if (await Shape(delivery).FirstOrDefaultAsync(cancellationToken) is not { } row)
        {
            return null;
        }

        var content = await delivery.Select(entity => entity.Event).FirstAsync(cancellationToken);
        var attempts = await context.Attempts.AsNoTracking()
            .Where(attempt => attempt.DeliveryId == id)
            .OrderByDescending(attempt => attempt.Number)
            .ToListAsync(cancellationToken);
        return new DeliveryDetail(row, content, [.. attempts.Select(ToAttempt)]);
    }

    /// <summary>What there is of each endpoint, those among them that no configuration names any more.</summary>
    /// <param name="since">From when on what is over counts.</param>
    public async Task<IReadOnlyDictionary<string, DeliveryCounts>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var counts = new Dictionary<string, DeliveryCounts>(StringComparer.Ordinal);
        foreach (var name in await context.Deliveries.Select(row => row.Endpoint).Distinct().ToListAsync(cancellationToken))
        {
            var rows = context.Deliveries.Where(row => row.Endpoint == name);
            counts[name] = new DeliveryCounts(
                await rows.LongCountAsync(row => row.State == DeliveryState.Waiting || row.State == DeliveryState.Retrying, cancellationToken),
                await rows.LongCountAsync(row => row.State == DeliveryState.Delivered && row.Time >= since, cancellationToken),
                await rows.LongCountAsync(row => row.State == DeliveryState.Failed && row.Time >= since, cancellationToken),
                await rows.Where(row => row.State == DeliveryState.Delivered).OrderByDescending(row => row.Id)
                    .Select(row => row.LastAttempt).FirstOrDefaultAsync(cancellationToken),
                KeptReason.Read(await LastErrorAsync(rows, cancellationToken)));
        }

        return counts;
    }

    /// <summary>Sends one again, before all that came after it.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> RequeueAsync(long id, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        return await SetAsync(context.Deliveries.Where(row => row.Id == id), DeliveryState.Waiting, cancellationToken) > 0;
    }

    /// <summary>Sends all again that an endpoint was not given, in their order.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RequeueFailedAsync(string endpoint, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        return await SetAsync(
            context.Deliveries.Where(row => row.Endpoint == endpoint && row.State == DeliveryState.Failed), DeliveryState.Waiting, cancellationToken);
    }

    /// <summary>Gives one up.</summary>
    /// <returns>False when there is none that still waits.</returns>
    public async Task<bool> SkipAsync(long id, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var waiting = context.Deliveries.Where(
            row => row.Id == id && (row.State == DeliveryState.Waiting || row.State == DeliveryState.Retrying));
        return await SetAsync(waiting, DeliveryState.Skipped, cancellationToken) > 0;
    }

    /// <summary>Removes deliveries that are over and older than a time, and those of endpoints that are no more.</summary>
    /// <param name="endpoints">Those that are.</param>
    /// <returns>How many.</returns>
    public async Task<int> RemoveBeforeAsync(DateTimeOffset time, IReadOnlyList<string> endpoints, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var all = 0;
        while (true)
        {
            var old = context.Deliveries
                .Where(row => row.Time < time)
                .Where(row => !endpoints.Contains(row.Endpoint) || (row.State != DeliveryState.Waiting && row.State != DeliveryState.Retrying))
                .OrderBy(row => row.Id)
                .Take(RemovedAtOnce);
            var removed = await old.ExecuteDeleteAsync(cancellationToken);
            all += removed;
            if (removed < RemovedAtOnce)
            {
                return all;
            }
        }
    }

    /// <summary>Endpoints to which nothing is sent for now, with who said so.</summary>
    public async Task<IReadOnlyDictionary<string, EndpointPause>> ListPausesAsync(CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        return await context.Endpoints
            .Where(row => row.PausedAt != null)
            .ToDictionaryAsync(row => row.Name, row => new EndpointPause(row.PausedAt!.Value, row.PausedBy), cancellationToken);
    }

    /// <param name="pause">Null to send again.</param>
    public async Task SetPauseAsync(string endpoint, EndpointPause? pause, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        var row = await context.Endpoints.FirstOrDefaultAsync(row => row.Name == endpoint, cancellationToken)
            ?? context.Endpoints.Add(new EndpointEntity { Name = endpoint }).Entity;
        (row.PausedAt, row.PausedBy) = (pause?.Since, pause?.By);
        await context.SaveChangesAsync(cancellationToken);
    }

    private static Task<int> SetAsync(IQueryable<DeliveryEntity> rows, DeliveryState state, CancellationToken cancellationToken) =>
        rows.ExecuteUpdateAsync(
            row => row.SetProperty(entity => entity.State, state).SetProperty(entity => entity.NextAttempt, (DateTimeOffset?)null), cancellationToken);

    private static async Task<string?> LastErrorAsync(IQueryable<DeliveryEntity> rows, CancellationToken cancellationToken)
    {
        return await rows.Where(row => row.State == DeliveryState.Retrying).OrderBy(row => row.Id)
                .Select(row => row.LastError).FirstOrDefaultAsync(cancellationToken)
            ?? await rows.Where(row => row.State == DeliveryState.Failed).OrderByDescending(row => row.Id)
                .Select(row => row.LastError).FirstOrDefaultAsync(cancellationToken);
    }

    private static IQueryable<DeliveryEntity> Select(HistoryDbContext context, DeliveryQuery query)
    {
        var rows = context.Deliveries.AsNoTracking();
        if (query.Endpoint is { } endpoint)
        {
            rows = rows.Where(row => row.Endpoint == endpoint);
        }

        if (query.States.Count > 0)
        {
            rows = rows.Where(row => query.States.Contains(row.State));
        }

        if (query.Action is { } action)
        {
            rows = rows.Where(row => row.Action == action);
        }

        if (!string.IsNullOrEmpty(query.Repository))
        {
            var part = LikePattern.Containing(query.Repository);
            rows = rows.Where(row => EF.Functions.Like(row.Repository, part, LikePattern.Escape));
        }

        if (query.From is { } from)
        {
            rows = rows.Where(row => row.Time >= from);
        }

        if (query.Until is { } until)
        {
            rows = rows.Where(row => row.Time < until);
        }

        return rows;
    }

    private static IQueryable<DeliveryRow> Shape(IQueryable<DeliveryEntity> rows) => rows.Select(row => new DeliveryRow
    {
        Id = row.Id,
        Endpoint = row.Endpoint,
        EventId = row.EventId,
        Time = row.Time,
        Action = row.Action,
        Repository = row.Repository,
        Tag = row.Tag,
        Digest = row.Digest,
        Actor = row.Actor,
        State = row.State,
        Attempts = row.Attempts,
        LastAttempt = row.LastAttempt,
        NextAttempt = row.NextAttempt,
        LastStatus = row.LastStatus,
        LastError = KeptReason.Read(row.LastError),
    });

    private static DeliveryAttempt ToAttempt(AttemptEntity row) => new()
    {
        DeliveryId = row.DeliveryId,
        Number = row.Number,
        Time = row.Time,
        Duration = row.Duration,
        Url = row.Url,
        RequestHeaders = row.RequestHeaders,
        RequestBody = row.RequestBody is { } sent ? sent : null,
        Status = row.Status,
        ResponseHeaders = row.ResponseHeaders,
        ResponseBody = row.ResponseBody is { } answered ? answered : null,
        Error = KeptReason.Read(row.Error),

        // Kept of the delivery as a whole, and not of each attempt.
        Outcome = row.Error is null ? DeliveryState.Delivered : DeliveryState.Retrying,
    };
}

/// <summary>Nothing is sent to an endpoint for now; its events wait.</summary>
/// <param name="Since">From when on.</param>
/// <param name="By">Who said so; null for nobody with a name.</param>
public sealed record EndpointPause(DateTimeOffset Since, string? By);
