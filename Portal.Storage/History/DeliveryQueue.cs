using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Portal.Storage.Reasons;

namespace Portal.Storage.History;

/// <summary>The side of the deliveries that machines work on: events come in, are sent one after the other, and what came of it is kept.</summary>
public sealed class DeliveryQueue(HistoryDatabase database)
{
    /// <summary>Attempts that are kept of a delivery that goes on failing.</summary>
    public const int KeptAttempts = 50;

    private const string MarkName = "events";

    /// <summary>How far the journal was brought in.</summary>
    public async Task<long> GetMarkAsync(CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        return await context.Marks.Where(mark => mark.Name == MarkName).Select(mark => mark.Value).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Takes deliveries in, in their order.</summary>
    /// <param name="mark">How far the journal was read for them, which is kept together with them; null when they are from elsewhere.</param>
    public async Task AddAsync(IReadOnlyList<NewDelivery> deliveries, long? mark, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.Transaction = transaction.GetDbTransaction();
        command.CommandText = """
            INSERT INTO "Deliveries" ("Endpoint", "EventId", "Time", "Action", "Repository", "Tag", "Digest", "Actor", "Event", "State", "Attempts")
            VALUES ($endpoint, $eventId, $time, $action, $repository, $tag, $digest, $actor, $event, 0, 0)
            """;
        string[] names = ["$endpoint", "$eventId", "$time", "$action", "$repository", "$tag", "$digest", "$actor", "$event"];
        var parameters = names.Select(name => Add(command, name)).ToArray();
        foreach (var delivery in deliveries)
        {
            object?[] values =
            [
                delivery.Endpoint, delivery.EventId, delivery.Time.UtcTicks, delivery.Action, delivery.Repository, delivery.Tag,
                delivery.Digest, delivery.Actor, delivery.Event.ToArray(),
            ];
            for (var i = 0; i < values.Length; i++)
            {
                parameters[i].Value = values[i] ?? DBNull.Value;
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        if (mark is not null)
        {
            await context.Database.ExecuteSqlAsync(
                $"""INSERT INTO "Marks" ("Name", "Value") VALUES ({MarkName}, {mark}) ON CONFLICT ("Name") DO UPDATE SET "Value" = excluded."Value" """,
                cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Makes what was taken in survive a power cut, so that the journal need not keep it any more.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"PRAGMA wal_checkpoint(TRUNCATE)", cancellationToken);
    }

    /// <summary>What is to be sent to an endpoint next: first what is being tried again, then in the order in which it came.</summary>
    public async Task<IReadOnlyList<WaitingDelivery>> NextAsync(string endpoint, int take, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);

        // One after the other, since the index holds the rows of one state in order, and not those of two.
        var next = await ReadAsync(context, endpoint, DeliveryState.Retrying, take, cancellationToken);
        return next.Count < take ? [.. next, .. await ReadAsync(context, endpoint, DeliveryState.Waiting, take - next.Count, cancellationToken)] : next;
    }

    /// <summary>How many wait for each endpoint; none for those for which nothing does.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountWaitingAsync(CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        return await context.Deliveries
            .Where(row => row.State == DeliveryState.Waiting || row.State == DeliveryState.Retrying)
            .GroupBy(row => row.Endpoint)
            .Select(group => new { group.Key, Count = group.LongCount() })
            .ToDictionaryAsync(group => group.Key, group => group.Count, cancellationToken);
    }

    /// <summary>Keeps attempts, and what became of their deliveries. One that an administrator gave up meanwhile stays so, unless it was taken.</summary>
    public async Task RecordAsync(IReadOnlyList<DeliveryAttempt> attempts, CancellationToken cancellationToken)
    {
        await using var context = await database.OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        foreach (var attempt in attempts)
        {
            var error = KeptReason.Write(attempt.Error);
            await context.Database.ExecuteSqlAsync(
                $"""
                UPDATE "Deliveries" SET
                    "State" = CASE WHEN "State" IN (0, 1) OR {attempt.Outcome} = 2 THEN {attempt.Outcome} ELSE "State" END,
                    "Attempts" = {attempt.Number}, "LastAttempt" = {attempt.Time.UtcTicks}, "NextAttempt" = {attempt.NextAttempt?.UtcTicks},
                    "LastStatus" = {attempt.Status}, "LastError" = {error}
                WHERE "Id" = {attempt.DeliveryId}
                """,
                cancellationToken);
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT OR REPLACE INTO "Attempts" ("DeliveryId", "Number", "Time", "Duration", "Url", "RequestHeaders", "RequestBody", "Status", "ResponseHeaders", "ResponseBody", "Error")
                SELECT {attempt.DeliveryId}, {attempt.Number}, {attempt.Time.UtcTicks}, {attempt.Duration.Ticks}, {attempt.Url}, {attempt.RequestHeaders},
                    {attempt.RequestBody?.ToArray()}, {attempt.Status}, {attempt.ResponseHeaders}, {attempt.ResponseBody?.ToArray()}, {error}
                WHERE EXISTS (SELECT 1 FROM "Deliveries" WHERE "Id" = {attempt.DeliveryId})
                """,
                cancellationToken);
            if (attempt.Number > KeptAttempts)
            {
                await context.Database.ExecuteSqlAsync(
                    $"""DELETE FROM "Attempts" WHERE "DeliveryId" = {attempt.DeliveryId} AND "Number" <= {attempt.Number - KeptAttempts}""",
                    cancellationToken);
            }
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static Task<List<WaitingDelivery>> ReadAsync(
        HistoryDbContext context, string endpoint, DeliveryState state, int take, CancellationToken cancellationToken)
    {
        return context.Deliveries
            .Where(row => row.Endpoint == endpoint && row.State == state)
            .OrderBy(row => row.Id)
            .Take(take)
            .Select(row => new WaitingDelivery(row.Id, row.Attempts, row.Event))
            .ToListAsync(cancellationToken);
    }

    private static SqliteParameter Add(DbCommand command, string name)
    {
        var parameter = new SqliteParameter { ParameterName = name };
        command.Parameters.Add(parameter);
        return parameter;
    }
}
