using Microsoft.AspNetCore.Components.Server.Circuits;
using Portal.Registry.Observability.Metrics;

namespace Portal.Web.Hosting;

/// <summary>How many pages are open and connected.</summary>
public sealed class LiveCircuits
{
    private int _connected;

    public int Connected => Volatile.Read(ref _connected);

    internal void Up() => Interlocked.Increment(ref _connected);

    internal void Down() => Interlocked.Decrement(ref _connected);
}

/// <summary>Counts the circuit that it belongs to.</summary>
internal sealed class CircuitCount(LiveCircuits circuits) : CircuitHandler
{
    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        circuits.Up();
        return Task.CompletedTask;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        circuits.Down();
        return Task.CompletedTask;
    }
}

/// <summary>Figures of the pages.</summary>
internal sealed class PageMetricsSource(LiveCircuits circuits) : MetricsSource
{
    public override IReadOnlyList<MetricFamily> Families { get; } =
        [MetricFamily.Gauge("registry_portal_ui_circuits", "Pages that are open and connected.", () => circuits.Connected)];
}
