using Portal.Storage.History;

namespace Portal.Registry.Dashboard;

/// <summary>How far a dashboard looks back.</summary>
public enum DashboardSpan
{
    Hour,
    Day,
    Week,
    Month,
}

/// <summary>What a dashboard shows: present values, and what was.</summary>
/// <param name="Step">How long each point of the charts is.</param>
/// <param name="Times">Where the points begin, oldest first.</param>
/// <param name="Series">The points of each of <see cref="TrafficSeries"/>; zero where nothing was.</param>
/// <param name="Pulled">What is pulled most; empty where nobody counts.</param>
public sealed record DashboardView(
    DashboardNow Now,
    TimeSpan Step,
    IReadOnlyList<DateTimeOffset> Times,
    IReadOnlyDictionary<string, double[]> Series,
    IReadOnlyList<PulledReference> Pulled)
{
    /// <summary>Whether anything at all was counted in that time.</summary>
    public bool HasHistory => Series.Any(series => series.Key != TrafficSeries.Storage && series.Value.Any(value => value > 0));
}

/// <summary>Present values.</summary>
/// <param name="RequestsPerSecond">Over the last one to two minutes.</param>
/// <param name="Latency">What 95 of 100 requests of that time did not exceed; null when there were none.</param>
/// <param name="UnderWay">Requests under way.</param>
/// <param name="Uploads">Those of them that bring a part of a blob.</param>
/// <param name="Stored">Bytes in blobs, each counted once.</param>
public readonly record struct DashboardNow(
    double RequestsPerSecond, TimeSpan? Latency, long UnderWay, int Uploads, int Repositories, long Tags, long Stored);
