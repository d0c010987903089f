using Portal.Registry.Observability;

namespace Portal.Registry.Reporting;

/// <summary>Requests of one kind within a span of time.</summary>
/// <param name="Buckets">How many took up to each of <see cref="RequestSeries.Bounds"/> and more than the one before; last, those that took longer than all.</param>
/// <param name="Seconds">What they took together.</param>
internal sealed record RequestFigures(RequestKey Key, IReadOnlyList<long> Buckets, double Seconds);

/// <summary>What the counters counted since they were asked last.</summary>
internal sealed class FigureReader(RequestMetrics metrics)
{
    private Dictionary<RequestKey, (long[] Buckets, double Seconds)> _before = [];

    /// <summary>Kinds of requests that came since the last time.</summary>
    public IReadOnlyList<RequestFigures> Read()
    {
        var now = metrics.Series.ToDictionary(pair => pair.Key, pair => (Buckets: BucketsOf(pair.Series), Seconds: pair.Series.Duration.TotalSeconds));
        var figures = new List<RequestFigures>();
        foreach (var (key, (buckets, seconds)) in now)
        {
            var (before, secondsBefore) = _before.GetValueOrDefault(key, (new long[buckets.Length], 0));
            long[] since = [.. buckets.Zip(before, (count, former) => count - former)];
            if (since.Any(count => count > 0))
            {
                figures.Add(new RequestFigures(key, since, seconds - secondsBefore));
            }
        }

        _before = now;
        return figures;
    }

    private static long[] BucketsOf(RequestSeries series)
    {
        var buckets = new long[RequestSeries.Bounds.Count + 1];
        var below = 0L;
        for (var bound = 0; bound < RequestSeries.Bounds.Count; bound++)
        {
            var upTo = series.CountUpTo(bound);
            (buckets[bound], below) = (upTo - below, upTo);
        }

        // The series is counted last: a request between its bucket and its count shows the next time.
        buckets[^1] = Math.Max(0, series.Count - below);
        return buckets;
    }
}
