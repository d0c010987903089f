using Portal.Storage.Measuring;

namespace Portal.Registry.Observability.Metrics;

public enum MetricKind
{
    /// <summary>A number that only grows while the process runs.</summary>
    Counter,

    /// <summary>A number that goes up and down.</summary>
    Gauge,

    /// <summary>How amounts spread.</summary>
    Histogram,

    /// <summary>How many amounts there were, and their sum.</summary>
    Summary,
}

/// <summary>Figures of one name.</summary>
/// <param name="Name">As Prometheus takes it, with the unit at its end.</param>
/// <param name="Help">What it is, in one line.</param>
/// <param name="Read">The figures as of now, one for each set of labels. The values of labels are of a bounded number.</param>
public sealed record MetricFamily(string Name, MetricKind Kind, string Help, Func<IEnumerable<MetricSample>> Read)
{
    public static MetricFamily Counter(string name, string help, Func<double> read) =>
        new(name, MetricKind.Counter, help, () => [new MetricSample(read())]);

    public static MetricFamily Gauge(string name, string help, Func<double> read) =>
        new(name, MetricKind.Gauge, help, () => [new MetricSample(read())]);
}

/// <summary>One figure of a family.</summary>
/// <param name="Value">The figure; of a summary, the sum.</param>
/// <param name="Labels">What sets it apart from others of its family.</param>
public readonly record struct MetricSample(double Value, params (string Name, string Value)[] Labels)
{
    /// <summary>Of a histogram: the spread, in whole units of which <see cref="PerUnit"/> make one of the family's.</summary>
    public HistogramReading? Spread { get; init; }

    /// <summary>How many of the spread's units are one of the family's.</summary>
    public double PerUnit { get; init; } = 1;

    /// <summary>Of a summary: how many amounts are in the sum.</summary>
    public long Count { get; init; }

    internal static MetricSample OfDurations(HistogramReading durations, params (string Name, string Value)[] labels) =>
        new(0, labels) { Spread = durations, PerUnit = TimeSpan.TicksPerSecond };
}

/// <summary>
/// Something that has figures to show. Every one that is registered with the host's services is in the metrics, for
/// Prometheus and for OpenTelemetry.
/// </summary>
public abstract class MetricsSource
{
    /// <summary>All there are, those without a figure yet too. No two sources have the same name.</summary>
    public abstract IReadOnlyList<MetricFamily> Families { get; }
}
