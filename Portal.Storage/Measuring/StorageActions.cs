using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Portal.Storage.Measuring;

/// <summary>What can be asked of a storage, by upstream's names.</summary>
public enum StorageAction
{
    GetContent,
    PutContent,
    Reader,
    Writer,
    Stat,
    List,
    Move,
    Delete,

    /// <summary>An address at which a client finds a blob by itself. No driver here gives one yet.</summary>
    URLFor,
}

/// <summary>How long the storage took for what it was asked, in <see cref="TimeSpan.Ticks"/>; and a span for each, when somebody traces.</summary>
/// <param name="driver">The driver's name in the configuration.</param>
/// <param name="source">The name of meter and spans.</param>
public sealed class StorageActions(string driver, string source) : IDisposable
{
    private static readonly StorageAction[] All = Enum.GetValues<StorageAction>();
    private static readonly string[] Names = [.. All.Select(action => action.ToString())];

    private static readonly long[] Bounds =
        [.. new[] { .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10 }.Select(seconds => TimeSpan.FromSeconds(seconds).Ticks)];

    private readonly Histogram[] _histograms = [.. All.Select(_ => new Histogram(Bounds))];
    private readonly ActivitySource _spans = new(source);
    private readonly Meter _meter = new(source);
    private Histogram<double>? _seconds;

    /// <summary>The driver's name in the configuration.</summary>
    public string Driver => driver;

    /// <summary>Every action, those that were never asked for too.</summary>
    public IReadOnlyList<(string Action, HistogramReading Durations)> Read() =>
        [.. All.Select(action => (Names[(int)action], _histograms[(int)action].Read()))];

    public void Dispose()
    {
        _spans.Dispose();
        _meter.Dispose();
    }

    internal Measure Begin(StorageAction action)
    {
        // A child of the request's span alone: what nobody asked for would begin a trace of its own each time.
        var span = Activity.Current is null ? null : _spans.StartActivity("storage " + Names[(int)action]);
        span?.SetTag("registry.storage.driver", driver);
        return new Measure(this, action, span, Stopwatch.GetTimestamp());
    }

    private void End(StorageAction action, TimeSpan duration)
    {
        _histograms[(int)action].Add(duration.Ticks);
        var seconds = _seconds ??= _meter.CreateHistogram<double>(
            "registry_storage_action_seconds", "s", "The number of seconds that the storage action takes");
        if (seconds.Enabled)
        {
            seconds.Record(duration.TotalSeconds, new("driver", driver), new("action", Names[(int)action]));
        }
    }

    /// <summary>An action under way; it ends when this is disposed.</summary>
    internal readonly struct Measure(StorageActions actions, StorageAction action, Activity? span, long began) : IDisposable
    {
        public void Dispose()
        {
            actions.End(action, Stopwatch.GetElapsedTime(began));
            span?.Dispose();
        }
    }
}
