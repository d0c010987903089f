using Microsoft.Extensions.Logging;
using Portal.Registry.Events;
using Portal.Storage.History;

namespace Portal.Registry.Notifications;

/// <summary>Brings recorded events into the queues of the endpoints that want them, many in one transaction.</summary>
internal sealed partial class EventImport(
    PendingEvents pending, NotificationTargets targets, DeliveryQueue queue, NotificationFigures figures, Action<string> arrived, TimeProvider time, ILogger logger)
{
    private const int MostBytes = 1024 * 1024;

    // More than this at once comes of pulls in great number. They are in no hurry, and requests need the processor more.
    private const int Crowd = 256 * 1024;
    private const int RestShare = 4;

    private readonly HashSet<string> _full = new(StringComparer.Ordinal);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var mark = await queue.GetMarkAsync(cancellationToken);
        while (true)
        {
            if (pending.Journal.HasOlderThan(mark))
            {
                await queue.FlushAsync(cancellationToken);
                pending.Journal.RemoveBefore(mark);
            }

            await pending.Journal.WaitAsync(mark, cancellationToken);
            var started = time.GetTimestamp();
            var before = mark;
            mark = await BringInAsync(mark, cancellationToken);
            if (mark - before > Crowd)
            {
                await Task.Delay(RestShare * time.GetElapsedTime(started), time, cancellationToken);
            }
        }
    }

    private async Task<long> BringInAsync(long mark, CancellationToken cancellationToken)
    {
        var read = pending.Journal.Read(mark, MostBytes);
        var deliveries = new List<NewDelivery>(read.Records.Count);
        foreach (var record in read.Records)
        {
            if (EventSummary.Of(record) is { } summary)
            {
                Address(summary, record, deliveries);
            }
        }

        await queue.AddAsync(deliveries, read.Next, cancellationToken);
        foreach (var endpoint in deliveries.GroupBy(delivery => delivery.Endpoint))
        {
            figures.Of(endpoint.Key).Came(endpoint.Count());
            arrived(endpoint.Key);
        }

        return read.Next;
    }

    private void Address(EventSummary summary, ReadOnlyMemory<byte> json, List<NewDelivery> deliveries)
    {
        foreach (var target in targets.Current)
        {
            if (target.Filter.Wants(summary.Action, summary.MediaType, summary.Repository, summary.Tag) && MayWait(summary, target))
            {
                deliveries.Add(summary.To(target.Name, json));
            }
        }
    }

    private bool MayWait(EventSummary summary, NotificationTarget target)
    {
        if (summary.Action != EventJson.NameOf(EventAction.Pull))
        {
            return true;
        }

        if (targets.HasRoom(target))
        {
            _full.Remove(target.Name);
            return true;
        }

        figures.Of(target.Name).Drop();
        if (_full.Add(target.Name))
        {
            Log.Full(logger, target.Name);
        }

        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "so many events wait for the endpoint {Endpoint} that pulls are not sent to it (portal.notifications.maxwaiting)")]
        public static partial void Full(ILogger logger, string endpoint);
    }
}
