using Portal.Registry.Auth;
using Portal.Registry.Observability.Metrics;
using Portal.Registry.Protocol;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Dashboard;

/// <summary>What the registry does and did, for administrators.</summary>
public sealed class DashboardReader(
    Permissions permissions,
    TrafficSampler sampler,
    RequestMetrics requests,
    UploadPlaces uploads,
    CatalogIndex index,
    StoredBytes stored,
    SampleStore samples,
    PullRanking pulls,
    TimeProvider time)
{
    private const int MostPulled = 10;

    private static readonly string[] Counts =
    [
        TrafficSeries.Answered, TrafficSeries.Refused, TrafficSeries.Failed, TrafficSeries.Received, TrafficSeries.Sent,
        TrafficSeries.Pushes, TrafficSeries.Pulls,
    ];

    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public async Task<DashboardView> ReadAsync(Identity who, DashboardSpan span, CancellationToken cancellationToken)
    {
        permissions.RequireAdministrator(who);
        var (step, points) = Grid(span);
        var now = time.GetUtcNow();
        var last = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % step.Ticks), TimeSpan.Zero);

        // A minute is written when it is over: by the minute, the one that runs would always be empty.
        var first = span is DashboardSpan.Hour ? last - (step * points) : last - (step * (points - 1));
        DateTimeOffset[] times = [.. Enumerable.Range(0, points).Select(point => first + (step * point))];
        var series = await ReadSeriesAsync(first, step, points, byHour: span is DashboardSpan.Week or DashboardSpan.Month, cancellationToken);
        return new DashboardView(
            await ReadNowAsync(cancellationToken), step, times, series, await pulls.MostPulledAsync(MostPulled, cancellationToken));
    }

    private static (TimeSpan Step, int Points) Grid(DashboardSpan span) => span switch
    {
        DashboardSpan.Hour => (TimeSpan.FromMinutes(1), 60),
        DashboardSpan.Day => (TimeSpan.FromMinutes(15), 96),
        DashboardSpan.Week => (TimeSpan.FromHours(2), 84),
        _ => (TimeSpan.FromHours(8), 90),
    };

    private async Task<Dictionary<string, double[]>> ReadSeriesAsync(
        DateTimeOffset first, TimeSpan step, int points, bool byHour, CancellationToken cancellationToken)
    {
        var series = Counts.ToDictionary(name => name, _ => new double[points], StringComparer.Ordinal);
        var levels = new double?[points];
        var rows = await samples.ReadAsync(byHour, first, first + (step * points), cancellationToken);
        foreach (var row in rows.OrderBy(row => row.Time))
        {
            var point = (int)((row.Time - first).Ticks / step.Ticks);
            if (series.TryGetValue(row.Series, out var values))
            {
                values[point] += row.Value;
            }
            else if (row.Series == TrafficSeries.Storage)
            {
                levels[point] = row.Value;
            }
        }

        // A level stays until another one is written.
        var level = await samples.LevelBeforeAsync(TrafficSeries.Storage, first, cancellationToken) ?? 0;
        series[TrafficSeries.Storage] = [.. levels.Select(value => level = value ?? level)];
        return series;
    }

    private async Task<DashboardNow> ReadNowAsync(CancellationToken cancellationToken)
    {
        var (traffic, length) = sampler.Recent();
        var (repositories, tags) = await index.CountAsync(cancellationToken);
        return new DashboardNow(
            traffic.Requests / Math.Max(length.TotalSeconds, 1),
            traffic.Durations.Quantile(.95) is { } ticks ? TimeSpan.FromTicks((long)ticks) : null,
            requests.UnderWay.Sum(handler => handler.Count),
            uploads.Taken,
            repositories,
            tags,
            await stored.GetAsync(cancellationToken));
    }
}
