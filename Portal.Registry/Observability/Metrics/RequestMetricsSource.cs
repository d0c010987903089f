using System.Globalization;
using Portal.Storage.Measuring;

namespace Portal.Registry.Observability.Metrics;

/// <summary>Requests of the registry, by the names and labels that upstream gives them.</summary>
internal sealed class RequestMetricsSource(RequestMetrics requests) : MetricsSource
{
    public override IReadOnlyList<MetricFamily> Families { get; } =
    [
        new("registry_http_in_flight_requests", MetricKind.Gauge, "The in-flight HTTP requests", () =>
            requests.UnderWay.Select(pair => new MetricSample(pair.Count, ("handler", pair.Handler)))),
        new("registry_http_request_duration_seconds", MetricKind.Histogram, "The HTTP request latencies in seconds.", () =>
            requests.Series.GroupBy(series => (series.Key.Handler, series.Key.Method)).Select(group => MetricSample.OfDurations(
                group.Select(series => series.Durations).Aggregate((sum, reading) => sum.Plus(reading)),
                ("handler", group.Key.Handler),
                ("method", group.Key.Method)))),
        new("registry_http_request_size_bytes", MetricKind.Histogram, "The HTTP request sizes in bytes.", () =>
            requests.BodySizes.Select(sizes => OfSizes(sizes.Handler, sizes.Received))),
        new("registry_http_requests_total", MetricKind.Counter, "Total number of HTTP requests made.", () =>
            requests.Series.Select(series => new MetricSample(
                series.Durations.Count,
                ("code", series.Key.Status.ToString(CultureInfo.InvariantCulture)),
                ("handler", series.Key.Handler),
                ("method", series.Key.Method)))),
        new("registry_http_response_size_bytes", MetricKind.Histogram, "The HTTP response sizes in bytes.", () =>
            requests.BodySizes.Select(sizes => OfSizes(sizes.Handler, sizes.Sent))),
    ];

    private static MetricSample OfSizes(string handler, HistogramReading sizes) => new(0, ("handler", handler)) { Spread = sizes };
}
