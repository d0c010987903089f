using Microsoft.Extensions.Logging;
using Portal.Registry.Events;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Registry.Catalog;

/// <summary>
/// Keeps the catalog index true: compares it with storage at start, then follows the events. It is the index's only
/// writer: of two applications in a process one has its turn. Whatever cannot be applied event by event (some were lost, the database failed) is owed to a new comparison.
/// </summary>
public sealed partial class CatalogIndexer : SoleWorker
{
    private const int Capacity = 10_000;
    private const int MaxBatch = 500;
    private const int RepositoriesPerReport = 200;
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastRetry = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CatalogWriter _writer;
    private readonly CatalogReconciler _reconciler;
    private readonly PullFollower _pulls;
    private readonly CatalogFeed _feed;
    private readonly WorkTurn _turn;
    private readonly TimeProvider _time;
    private readonly ILogger<CatalogIndexer> _logger;
    private readonly EventSubscription _subscription;

    // Position in the stream: so many of the offered events are in the index. Waiters get the signal when it moves.
    private long _applied;
    private TaskCompletionSource _advanced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isCurrent;

    // Events taken from the stream, or lost by it, that are not in the index yet.
    private long _owed;

    public CatalogIndexer(
        EventStream events,
        CatalogWriter writer,
        CatalogReconciler reconciler,
        PullFollower pulls,
        CatalogFeed feed,
        WorkTurn turn,
        TimeProvider time,
        ILogger<CatalogIndexer> logger)
    {
        _writer = writer;
        _reconciler = reconciler;
        _pulls = pulls;
        _feed = feed;
        _turn = turn;
        _time = time;
        _logger = logger;

        // Before storage is first read, so that nothing falls between the reading and the events.
        _subscription = events.Subscribe(registryEvent => registryEvent.ChangesCatalog, Capacity, EventAction.Push, EventAction.Delete);
    }

    /// <summary>Whether the index shows all that was published before the call; waits a moment for what is under way.</summary>
    /// <returns>False while the index is being built or fails, when another application keeps it, or after two seconds: ask storage instead.</returns>
    public async Task<bool> CaughtUpAsync(CancellationToken cancellationToken)
    {
        var position = _subscription.Offered;
        var start = _time.GetTimestamp();
        while (_isCurrent && !_subscription.IsOver)
        {
            // Taken before the position is looked at: an advance between the two is then not missed.
            var advanced = Volatile.Read(ref _advanced).Task;
            if (Interlocked.Read(ref _applied) >= position)
            {
                return true;
            }

            var left = Patience - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            try
            {
                await advanced.WaitAsync(left, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>
    /// Stops it at its next step, and waits for that whatever <c>http.draintimeout</c> says: that setting is for
    /// requests, and the database must not be written while the process is taken down around it.
    /// </summary>
    public override Task StopAsync(CancellationToken cancellationToken) => base.StopAsync(CancellationToken.None);

    public override void Dispose()
    {
        base.Dispose();
        _subscription.Dispose();
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var turn = await _turn.TakeAsync(stoppingToken);
        try
        {
            await KeepAsync(stoppingToken);
        }
        finally
        {
            // Requests that are still finished then find their answers in storage.
            _isCurrent = false;
        }
    }

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        var retry = FirstRetry;
        while (!stoppingToken.IsCancellationRequested && !_subscription.IsOver)
        {
            try
            {
                await ReconcileAsync(stoppingToken);
                retry = FirstRetry;
                await FollowAsync(stoppingToken);
                _isCurrent = false;
                if (!_subscription.IsOver)
                {
                    Log.EventsLost(_logger);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                _isCurrent = false;
                Log.Failed(_logger, exception, retry);
                _feed.Report(_feed.Progress with
                {
                    Running = false,
                    Failure = $"The index could not be brought up to date: {exception.Message}",
                });
                await Task.Delay(retry, _time, stoppingToken);
                retry = retry * 2 < LastRetry ? retry * 2 : LastRetry;
            }
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var reported = (At: start, Done: 0);
        var logged = start;
        Log.Started(_logger);
        _feed.Report(new IndexProgress(Running: true, 0));

        // What is owed now was durable before this reading begins, so that the reading covers it.
        _owed += _subscription.TakeLost();
        var covered = _owed;
        var count = await _reconciler.ReconcileAsync(OnRepositoryAsync, cancellationToken);
        _owed -= covered;
        await ApplyWaitingAsync(cancellationToken);
        _isCurrent = true;
        Advance(covered);
        var seconds = _time.GetElapsedTime(start).TotalSeconds;
        Log.Finished(_logger, count, seconds);
        _feed.Report(new IndexProgress(Running: false, count));
        await _pulls.WriteAllAsync(ApplyWaitingAsync, cancellationToken);

        async Task OnRepositoryAsync(int done, CancellationToken stopped)
        {
            await ApplyWaitingAsync(stopped);
            if (done - reported.Done >= RepositoriesPerReport || _time.GetElapsedTime(reported.At) >= ReportInterval)
            {
                reported = (_time.GetTimestamp(), done);
                _feed.Report(new IndexProgress(Running: true, done));
            }

            if (_time.GetElapsedTime(logged) >= LogInterval)
            {
                logged = _time.GetTimestamp();
                Log.Progress(_logger, done);
            }
        }
    }

    /// <summary>Applies events as they come, and pulls now and then, until some events are lost or another application gets them.</summary>
    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var (events, pulls) = (NextEventAsync(), _pulls.DueAsync(over.Token));
            while ((_owed += _subscription.TakeLost()) == 0)
            {
                await Task.WhenAny(events, pulls);
                if (events.IsCompleted)
                {
                    if (!await events)
                    {
                        return;
                    }

                    await ApplyWaitingAsync(cancellationToken);
                    events = NextEventAsync();
                }

                if (pulls.IsCompleted)
                {
                    await pulls;
                    await _pulls.WriteAsync(ApplyWaitingAsync, cancellationToken);
                    pulls = _pulls.DueAsync(over.Token);
                }
            }
        }
        finally
        {
            // Nobody waits for either any more.
            await over.CancelAsync();
        }

        Task<bool> NextEventAsync() => _subscription.Events.WaitToReadAsync(over.Token).AsTask();
    }

    private async Task ApplyWaitingAsync(CancellationToken cancellationToken)
    {
        while (TakeBatch() is { Count: > 0 } batch)
        {
            // Owed until done: a failure on the way leaves them to the next comparison.
            _owed += batch.Count;
            foreach (var changes in batch.GroupBy(registryEvent => registryEvent.Repository))
            {
                await _writer.RefreshAsync(
                    changes.Key,
                    [.. changes.Select(change => change.Digest).OfType<Digest>().Distinct()],
                    [.. changes.Select(change => change.Tag).OfType<Tag>().Distinct()],
                    cancellationToken);
                _feed.Changed(changes.Key);
            }

            _owed -= batch.Count;
            Advance(batch.Count);
        }
    }

    private List<RegistryEvent> TakeBatch()
    {
        var batch = new List<RegistryEvent>();
        while (batch.Count < MaxBatch && _subscription.Events.TryRead(out var registryEvent))
        {
            batch.Add(registryEvent);
        }

        return batch;
    }

    private void Advance(long events)
    {
        Interlocked.Add(ref _applied, events);
        Interlocked.Exchange(ref _advanced, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .TrySetResult();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Comparing the catalog index with storage")]
        public static partial void Started(ILogger logger);

        [LoggerMessage(Level = LogLevel.Information, Message = "Compared {Repositories} repositories so far")]
        public static partial void Progress(ILogger logger, int repositories);

        [LoggerMessage(Level = LogLevel.Information, Message = "The catalog index is current: {Repositories} repositories in {Seconds:0.0} s")]
        public static partial void Finished(ILogger logger, int repositories, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "More changes came than could wait: comparing the index with storage again")]
        public static partial void EventsLost(ILogger logger);

        [LoggerMessage(Level = LogLevel.Error, Message = "The catalog index could not be brought up to date; trying again in {Delay}")]
        public static partial void Failed(ILogger logger, Exception exception, TimeSpan delay);
    }
}
