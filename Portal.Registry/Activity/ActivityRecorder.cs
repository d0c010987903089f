using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Activity;

/// <summary>
/// Writes what happened to the content into the activity, keeps what tags pointed to, and counts pulls: a batch a second, or sooner when much waits.
/// It never makes a request wait: what finds no room is lost, and told as a number.
/// </summary>
public sealed partial class ActivityRecorder : BackgroundService
{
    /// <summary>How many events may wait.</summary>
    public const int Capacity = 10_000;

    /// <summary>Rows that stay at the most, however young.</summary>
    public const int MaxRows = 1_000_000;

    private const int Hurry = 1000;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TidyInterval = TimeSpan.FromHours(1);

    private readonly ActivityLog _log;
    private readonly ActivityStore _store;
    private readonly TagChanges _tagChanges;
    private readonly PullDays _pullDays;
    private readonly LiveConfiguration _live;
    private readonly TimeProvider _time;
    private readonly ILogger<ActivityRecorder> _logger;
    private readonly EventSubscription _events;
    private readonly PendingActivity _pending = new();
    private readonly SemaphoreSlim _hurry = new(0);
    private int _waiting;
    private DateTimeOffset _tidied = DateTimeOffset.MinValue;
    private long _retention;

    public ActivityRecorder(
        EventStream events,
        ActivityLog log,
        ActivityStore store,
        TagChanges tagChanges,
        PullDays pullDays,
        LiveConfiguration live,
        TimeProvider time,
        ILogger<ActivityRecorder> logger)
    {
        (_log, _store, _tagChanges, _pullDays, _live, _time, _logger) = (log, store, tagChanges, pullDays, live, time, logger);
        _retention = live.Current.Portal.ActivityRetention.Ticks;
        _events = events.Subscribe(Wants, Capacity, hearsBlobPulls: false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        End();

        // Whatever http.draintimeout says, which is about clients: the last batch takes a moment.
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(LastWrite, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        End();
        base.Dispose();
    }

    /// <summary><c>portal.activity.retention</c>: removes what is older than it may be, and what is too much; days of pulls have a time of their own.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        _tidied = _time.GetUtcNow();
        var retention = _live.Current.Portal.ActivityRetention;
        var removed = await _store.RemoveAsync(retention > TimeSpan.Zero ? _tidied - retention : null, MaxRows, cancellationToken);
        await _tagChanges.TrimAsync(TagChanges.MaxRows, cancellationToken);
        await _pullDays.RemoveOldAsync(DateOnly.FromDateTime(_tidied.UtcDateTime), cancellationToken);
        if (removed > 0)
        {
            Log.Removed(_logger, removed, retention);
        }
    }

    /// <remarks>It ends when there is nothing left to write, not when the host begins to stop.</remarks>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        _live.Changed += OnChanged;
        try
        {
            var (events, entries) = (NextEventAsync(), NextEntryAsync());
            while (true)
            {
                // An end of both is the end; an end of one leaves the other.
                await Task.WhenAny(events, entries);
                if (events.IsCompleted && entries.IsCompleted && !await events && !await entries)
                {
                    break;
                }

                if ((events.IsCompleted && !await events) || (entries.IsCompleted && !await entries))
                {
                    // The application ends: what is left is written, and nothing is waited for but the other one's end.
                    await WriteAsync();
                    await (events.IsCompleted && !await events ? entries : events);
                }
                else
                {
                    await GatherAsync();
                }

                await WriteAsync();
                events = events.IsCompleted ? NextEventAsync() : events;
                entries = entries.IsCompleted ? NextEntryAsync() : entries;
            }
        }
        finally
        {
            _live.Changed -= OnChanged;
        }
    }

    /// <summary>Lets more come: a second, or until much waits.</summary>
    private async Task GatherAsync()
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(Task.Delay(Pace, _time, ended.Token), _hurry.WaitAsync(ended.Token));
        await ended.CancelAsync();
    }

    private Task<bool> NextEventAsync() => _events.Events.WaitToReadAsync(CancellationToken.None).AsTask();

    private Task<bool> NextEntryAsync() => _log.Waiting.WaitToReadAsync(CancellationToken.None).AsTask();

    /// <summary>Layers come and go with their manifests, and would be most of the rows.</summary>
    private bool Wants(RegistryEvent happened)
    {
        var isWanted = happened is not { Action: EventAction.Push or EventAction.Pull, MediaType: MediaTypes.OctetStream };
        if (isWanted && Interlocked.Increment(ref _waiting) == Hurry)
        {
            _hurry.Release();
        }

        return isWanted;
    }

    private void End()
    {
        _events.Dispose();
        _log.End();
        _hurry.Release();
    }

    private async Task WriteAsync()
    {
        Interlocked.Exchange(ref _waiting, 0);
        while (_events.Events.TryRead(out var happened))
        {
            _pending.Add(happened);
        }

        while (_log.Waiting.TryRead(out var entry))
        {
            _pending.Add(entry);
        }

        if (_events.TakeLost() + _log.TakeLost() is var lost and not 0)
        {
            Log.Lost(_logger, lost);
            _pending.Add(new ActivityEntry
            {
                Time = _time.GetUtcNow(),
                Kind = ActivityKind.Lost,
                Detail = new Reason(ActivityNote.EventsLost, $"{lost} events came too fast to be kept, and are not counted"),
            });
        }

        if (_pending.Unlisted > 0)
        {
            Log.Unlisted(_logger, _pending.Unlisted);
        }

        if (_pending.IsEmpty)
        {
            return;
        }

        var batch = _pending.ToBatch();
        var repositories = _pending.Repositories.ToHashSet();
        IReadOnlyList<long> ids = [];
        try
        {
            ids = await _store.WriteAsync(batch, CancellationToken.None);
            _log.Tell(repositories, batch.Pulls);
            if (_time.GetUtcNow() - _tidied >= TidyInterval)
            {
                await TidyAsync(CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            Log.NotWritten(_logger, exception, batch.Rows.Count);
        }

        _pending.Clear(ids);
    }

    private void OnChanged()
    {
        var now = _live.Current.Portal.ActivityRetention.Ticks;
        if (Interlocked.Exchange(ref _retention, now) != now)
        {
            _ = TidyQuietlyAsync();
        }
    }

    private async Task TidyQuietlyAsync()
    {
        try
        {
            await TidyAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            Log.NotTidied(_logger, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Count} events are not in the activity, and their pulls not counted: they came faster than the disk takes them")]
        public static partial void Lost(ILogger logger, int count);

        [LoggerMessage(LogLevel.Warning, "{Count} pulls are counted but not listed in the activity: too many different clients came at once")]
        public static partial void Unlisted(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "{Count} rows of the activity, and the pulls counted with them, could not be written")]
        public static partial void NotWritten(ILogger logger, Exception exception, int count);

        [LoggerMessage(LogLevel.Information, "{Count} rows of the activity are removed: they are older than {Retention}, or too many")]
        public static partial void Removed(ILogger logger, int count, TimeSpan retention);

        [LoggerMessage(LogLevel.Error, "Old rows of the activity could not be removed; it is tried again")]
        public static partial void NotTidied(ILogger logger, Exception exception);
    }
}
