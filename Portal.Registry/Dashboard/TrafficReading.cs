using Portal.Registry.Observability.Metrics;
using Portal.Registry.Transport;
using Portal.Storage.Measuring;

namespace Portal.Registry.Dashboard;

/// <summary>What the registry has counted up to a moment. All numbers only grow.</summary>
/// <param name="Answered">Requests that got what they asked for, or a redirect to it.</param>
/// <param name="Refused">Requests that were a client's mistake, or not allowed.</param>
/// <param name="Failed">Requests that the registry could not do.</param>
/// <param name="Received">Bytes that clients sent.</param>
/// <param name="Sent">Bytes that clients were sent.</param>
/// <param name="Pushes">Manifests that were put.</param>
/// <param name="Pulls">Manifests that were got.</param>
/// <param name="Changes">Manifests and tags that were put or deleted.</param>
/// <param name="Durations">How long requests took, in <see cref="TimeSpan.Ticks"/>.</param>
public sealed record TrafficReading(
    long Answered, long Refused, long Failed, long Received, long Sent, long Pushes, long Pulls, long Changes, HistogramReading Durations)
{
    private const string Manifest = "manifest";

    /// <summary>All requests.</summary>
    public long Requests => Answered + Refused + Failed;

    internal static TrafficReading Of(RequestMetrics requests, TransferTotals transfer)
    {
        var series = requests.Series;
        return new TrafficReading(
            Count(key => key.Status < 400),
            Count(key => key.Status is >= 400 and < 500),
            Count(key => key.Status >= 500),
            transfer.Received,
            transfer.Sent,
            Count(key => key is { Handler: Manifest, Method: "put", Status: 201 }),
            Count(key => key is { Handler: Manifest, Method: "get", Status: 200 }),
            Count(key => key is { Handler: Manifest, Method: "put" or "delete", Status: < 300 }),
            requests.Durations);

        long Count(Predicate<RequestKey> isWanted) => series.Where(one => isWanted(one.Key)).Sum(one => one.Durations.Count);
    }

    internal TrafficReading Since(TrafficReading earlier) => new(
        Answered - earlier.Answered,
        Refused - earlier.Refused,
        Failed - earlier.Failed,
        Received - earlier.Received,
        Sent - earlier.Sent,
        Pushes - earlier.Pushes,
        Pulls - earlier.Pulls,
        Changes - earlier.Changes,
        Durations.Since(earlier.Durations));
}
