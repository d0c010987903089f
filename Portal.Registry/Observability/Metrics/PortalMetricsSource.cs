using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Registry.Events;
using Portal.Registry.Protocol;
using Portal.Registry.Transport;

namespace Portal.Registry.Observability.Metrics;

/// <summary>What upstream has no name for.</summary>
internal sealed class PortalMetricsSource(
    UploadPlaces uploads, TransferTotals transfer, EventStream events, CatalogFeed catalog, Accounts accounts) : MetricsSource
{
    private static readonly string[] States = ["current", "reading", "failed"];

    public override IReadOnlyList<MetricFamily> Families { get; } =
    [
        MetricFamily.Gauge("registry_portal_uploads_in_flight", "Requests under way that bring a part of a blob.", () => uploads.Taken),
        MetricFamily.Counter("registry_portal_received_bytes_total", "Bytes that clients of the registry sent, as they came over the network.", () => transfer.Received),
        MetricFamily.Counter("registry_portal_sent_bytes_total", "Bytes that clients of the registry were sent, as they went over the network.", () => transfer.Sent),
        MetricFamily.Counter("registry_portal_events_lost_total", "Events that found no room at one of their subscribers, which then looks at the storage itself.", () => events.Lost),
        new("registry_portal_index_state", MetricKind.Gauge, "What the catalog's index is at: 1 for the state that it is in.", () => StatesOf(catalog.Progress)),
        MetricFamily.Gauge("registry_portal_index_repositories_read", "Repositories that the newest reading of the whole storage has come to.", () => catalog.Progress.Done),
        MetricFamily.Gauge("registry_portal_sessions", "Browsers that are signed in, or were and have not been removed yet.", () => accounts.Current.Rows.Sessions.Count),
    ];

    private static IEnumerable<MetricSample> StatesOf(IndexProgress progress)
    {
        var state = progress.Failure is not null ? "failed" : progress.Running ? "reading" : "current";
        return States.Select(name => new MetricSample(name == state ? 1 : 0, ("state", name)));
    }
}
