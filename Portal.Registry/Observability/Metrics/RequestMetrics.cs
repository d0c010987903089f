using Microsoft.AspNetCore.Http;
using Portal.Registry.Protocol;
using Portal.Storage.Measuring;

namespace Portal.Registry.Observability.Metrics;

/// <summary>
/// Counts the registry's requests by what they ask for, method and status, under upstream's names. The number of series
/// is bounded: whatever a client makes up falls under "other" and "unknown". A request costs a few interlocked additions
/// and, once its series is there, no memory.
/// </summary>
/// <param name="hasSizes">Whether the sizes of bodies are wanted, too.</param>
public sealed class RequestMetrics(bool hasSizes)
{
    private const int Outside = 9;

    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete", "options", "unknown"];

    /// <summary>Upstream's names for its handlers, and ours for what it does not have.</summary>
    private static readonly string[] Handlers =
        ["base", "catalog", "tags", "manifest", "blob", "blob_upload", "blob_upload_chunk", "referrers", "search", "other"];

    private static readonly long[] DurationBounds =
        [.. new[] { .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 60 }.Select(seconds => TimeSpan.FromSeconds(seconds).Ticks)];

    private static readonly long[] SizeBounds = [.. Enumerable.Range(10, 22).Select(power => 1L << power)];

    private readonly Lock _turn = new();

    // By handler and method; each list is replaced when a status comes for the first time.
    private readonly StatusSeries[]?[] _series = new StatusSeries[]?[Handlers.Length * Methods.Length];
    private readonly long[] _underWay = new long[Handlers.Length];
    private readonly Sizes[]? _sizes = hasSizes ? [.. Handlers.Select(_ => new Sizes())] : null;

    /// <summary>What has been counted so far, ordered by key. Durations are in <see cref="TimeSpan.Ticks"/>.</summary>
    public IReadOnlyList<(RequestKey Key, HistogramReading Durations)> Series =>
        [.. _series.SelectMany((statuses, place) => (statuses ?? []).Select(series =>
                (new RequestKey(Handlers[place / Methods.Length], Methods[place % Methods.Length], series.Status), series.Durations.Read())))
            .OrderBy(series => series.Item1.Handler, StringComparer.Ordinal)
            .ThenBy(series => series.Item1.Method, StringComparer.Ordinal).ThenBy(series => series.Item1.Status)];

    /// <summary>Requests under way, by what they ask for.</summary>
    public IReadOnlyList<(string Handler, long Count)> UnderWay =>
        [.. Handlers.Select((handler, place) => (handler, Interlocked.Read(ref _underWay[place])))
            .Where(pair => pair.handler != Handlers[Outside]).OrderBy(pair => pair.handler, StringComparer.Ordinal)];

    /// <summary>Bytes of the bodies, by what was asked for; none unless sizes are wanted.</summary>
    public IReadOnlyList<(string Handler, HistogramReading Received, HistogramReading Sent)> BodySizes =>
        [.. (_sizes ?? []).Select((sizes, place) => (Handlers[place], sizes.Received.Read(), sizes.Sent.Read()))
            .Where(sizes => sizes.Item2.Count > 0).OrderBy(sizes => sizes.Item1, StringComparer.Ordinal)];

    /// <summary>How long all requests took together, in <see cref="TimeSpan.Ticks"/>.</summary>
    public HistogramReading Durations => _series.SelectMany(statuses => statuses ?? []).Select(series => series.Durations.Read())
        .Aggregate(new Histogram(DurationBounds).Read(), (sum, reading) => sum.Plus(reading));

    /// <summary>It is known what a request asks for; <see cref="End"/> has to be called with the same.</summary>
    public void Enter(RouteKind kind) => Interlocked.Increment(ref _underWay[PlaceOf(kind)]);

    /// <summary>A request is over.</summary>
    /// <param name="kind">What it asked for; null for nothing that there is.</param>
    public void End(RouteKind? kind, HttpContext context, TimeSpan duration)
    {
        var place = Outside;
        if (kind is { } known)
        {
            place = PlaceOf(known);
            Interlocked.Decrement(ref _underWay[place]);
        }

        Find(place, context.Request.Method, context.Response.StatusCode).Durations.Add(duration.Ticks);
        if (_sizes is not null)
        {
            _sizes[place].Received.Add(context.Request.ContentLength ?? 0);
            _sizes[place].Sent.Add(RequestLogEntry.Written(context) ?? 0);
        }
    }

    private StatusSeries Find(int handler, string method, int status)
    {
        var place = (handler * Methods.Length) + PlaceOf(method);
        return Find(Volatile.Read(ref _series[place]), status) ?? Add(place, status);
    }

    private static StatusSeries? Find(StatusSeries[]? statuses, int status)
    {
        foreach (var series in statuses ?? [])
        {
            if (series.Status == status)
            {
                return series;
            }
        }

        return null;
    }

    private StatusSeries Add(int place, int status)
    {
        lock (_turn)
        {
            if (Find(_series[place], status) is { } already)
            {
                return already;
            }

            var series = new StatusSeries(status, new Histogram(DurationBounds));
            Volatile.Write(ref _series[place], [.. _series[place] ?? [], series]);
            return series;
        }
    }

    private static int PlaceOf(RouteKind kind) => kind switch
    {
        RouteKind.Base => 0,
        RouteKind.Catalog => 1,
        RouteKind.Tags => 2,
        RouteKind.Manifest => 3,
        RouteKind.Blob => 4,
        RouteKind.Uploads => 5,
        RouteKind.Upload => 6,
        RouteKind.Referrers => 7,
        _ => 8,
    };

    private static int PlaceOf(string method) => method switch
    {
        "GET" => 0,
        "HEAD" => 1,
        "POST" => 2,
        "PUT" => 3,
        "PATCH" => 4,
        "DELETE" => 5,
        "OPTIONS" => 6,
        _ => 7,
    };

    private sealed record StatusSeries(int Status, Histogram Durations);

    private sealed class Sizes
    {
        public Histogram Received { get; } = new(SizeBounds);

        public Histogram Sent { get; } = new(SizeBounds);
    }
}

/// <summary>What a series of requests has in common.</summary>
/// <param name="Handler">Which resource, as upstream calls it.</param>
/// <param name="Method">The method in lower case.</param>
public readonly record struct RequestKey(string Handler, string Method, int Status);
