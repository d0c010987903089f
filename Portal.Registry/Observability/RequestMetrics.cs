using System.Collections.Concurrent;
using Portal.Registry.Protocol;

namespace Portal.Registry.Observability;

/// <summary>
/// Counts the registry's requests by what they ask for, method and status, under upstream's names. The number of series
/// is bounded: whatever a client makes up falls under "other".
/// </summary>
public sealed class RequestMetrics(TimeProvider time)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    private readonly ConcurrentDictionary<RequestKey, RequestSeries> _series = new();
    private readonly ConcurrentDictionary<string, InFlight> _inFlight = new(StringComparer.Ordinal);

    /// <summary>What has been counted so far, ordered by key.</summary>
    public IReadOnlyList<(RequestKey Key, RequestSeries Series)> Series =>
        [.. _series.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Key.Handler, StringComparer.Ordinal)
            .ThenBy(pair => pair.Key.Method, StringComparer.Ordinal).ThenBy(pair => pair.Key.Status)];

    /// <summary>Requests under way, by what they ask for.</summary>
    public IReadOnlyList<(string Handler, long Count)> UnderWay =>
        [.. _inFlight.Select(pair => (pair.Key, pair.Value.Count)).OrderBy(pair => pair.Key, StringComparer.Ordinal)];

    /// <summary>A request has come; <see cref="RequestMeasure.End"/> has to be called for it.</summary>
    public RequestMeasure Begin(string method) => new(this, Methods.Contains(method) ? method.ToLowerInvariant() : "other", time.GetTimestamp());

    internal InFlight Enter(RouteKind kind)
    {
        var inFlight = _inFlight.GetOrAdd(NameOf(kind), static _ => new InFlight());
        inFlight.Enter();
        return inFlight;
    }

    internal void Record(RouteKind? kind, string method, int status, long began)
    {
        var key = new RequestKey(kind is { } known ? NameOf(known) : "other", method, status);
        _series.GetOrAdd(key, static _ => new RequestSeries()).Add(time.GetElapsedTime(began));
    }

    /// <summary>Upstream's names for its handlers.</summary>
    private static string NameOf(RouteKind kind) => kind switch
    {
        RouteKind.Base => "base",
        RouteKind.Catalog => "catalog",
        RouteKind.Tags => "tags",
        RouteKind.Manifest => "manifest",
        RouteKind.Blob => "blob",
        RouteKind.Uploads => "blob_upload",
        RouteKind.Upload => "blob_upload_chunk",
        RouteKind.Referrers => "referrers",
        _ => "search",
    };

    /// <summary>A number that goes up and down.</summary>
    internal sealed class InFlight
    {
        private long _count;

        public long Count => Interlocked.Read(ref _count);

        public void Enter() => Interlocked.Increment(ref _count);

        public void Leave() => Interlocked.Decrement(ref _count);
    }
}

/// <summary>What a series of requests has in common.</summary>
/// <param name="Handler">Which resource, as upstream calls it.</param>
/// <param name="Method">The method in lower case.</param>
public readonly record struct RequestKey(string Handler, string Method, int Status);

/// <summary>How many requests there were, and how long they took.</summary>
public sealed class RequestSeries
{
    private readonly long[] _buckets = new long[Bounds.Count];
    private long _count;
    private long _ticks;

    /// <summary>Prometheus' own choice, in seconds.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];

    public long Count => Interlocked.Read(ref _count);

    /// <summary>All of them together.</summary>
    public TimeSpan Duration => new(Interlocked.Read(ref _ticks));

    /// <summary>How many took no longer than the bound with this index.</summary>
    public long CountUpTo(int bound)
    {
        var count = 0L;
        for (var i = 0; i <= bound; i++)
        {
            count += Interlocked.Read(ref _buckets[i]);
        }

        return count;
    }

    internal void Add(TimeSpan duration)
    {
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (duration.TotalSeconds <= Bounds[i])
            {
                Interlocked.Increment(ref _buckets[i]);
                break;
            }
        }

        Interlocked.Add(ref _ticks, duration.Ticks);
        Interlocked.Increment(ref _count);
    }
}

/// <summary>One request being counted.</summary>
public sealed class RequestMeasure(RequestMetrics metrics, string method, long began)
{
    private RequestMetrics.InFlight? _inFlight;
    private RouteKind? _kind;

    /// <summary>It is known what the request asks for.</summary>
    public void Enter(RouteKind kind)
    {
        _kind = kind;
        _inFlight = metrics.Enter(kind);
    }

    public void End(int status)
    {
        _inFlight?.Leave();
        metrics.Record(_kind, method, status, began);
    }
}
