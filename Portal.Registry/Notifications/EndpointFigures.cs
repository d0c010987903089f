using System.Collections.Concurrent;

namespace Portal.Registry.Notifications;

/// <summary>What happened at an endpoint since the process started, in upstream's words.</summary>
public sealed class EndpointFigures
{
    private readonly ConcurrentDictionary<string, long> _statuses = new(StringComparer.Ordinal);
    private long _pending;
    private long _events;
    private long _successes;
    private long _failures;
    private long _errors;
    private long _dropped;

    /// <summary>Events that wait.</summary>
    public long Pending => Interlocked.Read(ref _pending);

    /// <summary>Events that came for it.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>Requests that it answered with a status of 2xx.</summary>
    public long Successes => Interlocked.Read(ref _successes);

    /// <summary>Requests that it answered otherwise.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Requests without an answer.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Pulls that are not sent because too many waited.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>How often it gave each answer, by the status with its words: <c>200 OK</c>.</summary>
    public IReadOnlyDictionary<string, long> Statuses => _statuses;

    internal void SetPending(long count) => Interlocked.Exchange(ref _pending, count);

    internal void Came(long count)
    {
        Interlocked.Add(ref _events, count);
        Interlocked.Add(ref _pending, count);
    }

    internal void Left(long count) => Interlocked.Add(ref _pending, -count);

    internal void Drop() => Interlocked.Increment(ref _dropped);

    /// <param name="status">With its words; null when no answer came.</param>
    internal void Tried(string? status, bool isSuccess)
    {
        if (status is null)
        {
            Interlocked.Increment(ref _errors);
            return;
        }

        _statuses.AddOrUpdate(status, 1, static (_, count) => count + 1);
        Interlocked.Increment(ref isSuccess ? ref _successes : ref _failures);
    }
}

/// <summary>The figures of every endpoint, by its name. They outlive a change of its configuration.</summary>
public sealed class NotificationFigures
{
    private readonly ConcurrentDictionary<string, EndpointFigures> _all = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, EndpointFigures> All => _all;

    public EndpointFigures Of(string endpoint) => _all.GetOrAdd(endpoint, static _ => new EndpointFigures());
}
