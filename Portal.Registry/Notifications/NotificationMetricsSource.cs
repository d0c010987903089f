using Portal.Registry.Observability.Metrics;

namespace Portal.Registry.Notifications;

/// <summary>Endpoints, by the names and labels that upstream gives their figures.</summary>
internal sealed class NotificationMetricsSource(NotificationFigures figures) : MetricsSource
{
    public override IReadOnlyList<MetricFamily> Families { get; } =
    [
        new("registry_notifications_events_total", MetricKind.Counter, "The number of total events", () =>
            figures.All.SelectMany(endpoint => CountsOf(endpoint.Key, endpoint.Value))),
        new("registry_notifications_pending_total", MetricKind.Gauge, "The gauge of pending events in queue", () =>
            figures.All.Select(endpoint => new MetricSample(endpoint.Value.Pending, ("endpoint", endpoint.Key)))),
        new("registry_notifications_status_total", MetricKind.Counter, "The number of status code", () =>
            figures.All.SelectMany(endpoint => endpoint.Value.Statuses.Select(status =>
                new MetricSample(status.Value, ("code", status.Key), ("endpoint", endpoint.Key))))),
        new("registry_portal_notifications_dropped_total", MetricKind.Counter, "Pulls that were not sent because too many events waited.", () =>
            figures.All.Select(endpoint => new MetricSample(endpoint.Value.Dropped, ("endpoint", endpoint.Key)))),
    ];

    private static IEnumerable<MetricSample> CountsOf(string name, EndpointFigures endpoint) =>
    [
        new(endpoint.Errors, ("endpoint", name), ("type", "Errors")),
        new(endpoint.Events, ("endpoint", name), ("type", "Events")),
        new(endpoint.Failures, ("endpoint", name), ("type", "Failures")),
        new(endpoint.Successes, ("endpoint", name), ("type", "Successes")),
    ];
}
