using Portal.Registry.Observability.Metrics;
using Portal.Storage.Measuring;

namespace Portal.Registry.Reporting;

/// <summary>Requests of one kind within a span of time.</summary>
/// <param name="Key">What they have in common.</param>
/// <param name="Durations">How long they took, in <see cref="TimeSpan.Ticks"/>.</param>
internal sealed record RequestFigures(RequestKey Key, HistogramReading Durations);

/// <summary>What the counters counted since they were asked last.</summary>
internal sealed class FigureReader(RequestMetrics metrics)
{
    private Dictionary<RequestKey, HistogramReading> _before = [];

    /// <summary>Kinds of requests that came since the last time.</summary>
    public IReadOnlyList<RequestFigures> Read()
    {
        var now = metrics.Series.ToDictionary(series => series.Key, series => series.Durations);
        var since = now.Select(pair => new RequestFigures(
            pair.Key, _before.TryGetValue(pair.Key, out var before) ? pair.Value.Since(before) : pair.Value));
        var figures = since.Where(figure => figure.Durations.Count > 0).ToList();
        _before = now;
        return figures;
    }
}
