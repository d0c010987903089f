using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Storage.History;
using Portal.Storage.Reasons;

namespace Portal.Registry.Notifications;

/// <summary>
/// Sends what is recorded: brings events into the queues, has one sender for each endpoint, follows the configuration, and
/// removes what is old. Without an endpoint, and without anything left of one, it opens nothing.
/// </summary>
public sealed partial class NotificationWorker(
    PendingEvents pending,
    NotificationTargets targets,
    DeliveryQueue queue,
    DeliveryLog log,
    NotificationFigures figures,
    LiveConfiguration live,
    TimeProvider time,
    ILogger<NotificationWorker> logger) : SoleWorker
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _reconfigured = new(0);

    // Replaced as a whole, by the worker alone.
    private volatile Dictionary<string, EndpointSender> _senders = [];

    /// <summary>Raised when deliveries came, were tried or were changed. It runs on the worker's thread: return at once.</summary>
    public event Action? Changed;

    /// <summary>Why the last request to an endpoint failed; null when it did not, or nothing was sent yet.</summary>
    public Reason? LastErrorOf(string endpoint) => _senders.GetValueOrDefault(endpoint)?.LastError;

    /// <summary>Has an endpoint's queue looked at again at once, whatever it waits for.</summary>
    public async Task TellAsync(string endpoint, CancellationToken cancellationToken)
    {
        if (_senders.TryGetValue(endpoint, out var sender))
        {
            sender.IsPaused = (await log.ListPausesAsync(cancellationToken)).ContainsKey(endpoint);
            figures.Of(endpoint).SetPending((await queue.CountWaitingAsync(cancellationToken)).GetValueOrDefault(endpoint));
            sender.Tell();
        }

        Changed?.Invoke();
    }

    /// <summary>Breaks off requests that are under way, and keeps what came of others, whatever <c>http.draintimeout</c> says.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken) =>
        await base.StopAsync(CancellationToken.None).WaitAsync(LastWrite, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public override void Dispose()
    {
        base.Dispose();
        _reconfigured.Dispose();
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        live.Changed += Reconfigure;
        try
        {
            while (!HasWork)
            {
                await _reconfigured.WaitAsync(stoppingToken);
            }

            using var turn = await pending.Turn.TakeAsync(stoppingToken);
            while (true)
            {
                try
                {
                    await RunAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Log.Failed(logger, exception);
                    await Task.Delay(Rest, time, stoppingToken);
                }
            }
        }
        finally
        {
            live.Changed -= Reconfigure;
        }
    }

    private bool HasWork => targets.Current.Count > 0 || pending.Journal.Exists;

    private void Reconfigure()
    {
        if (_reconfigured.CurrentCount == 0)
        {
            _reconfigured.Release();
        }
    }

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var import = new EventImport(pending, targets, queue, figures, Arrived, time, logger);
        foreach (var (endpoint, count) in await queue.CountWaitingAsync(stoppingToken))
        {
            figures.Of(endpoint).SetPending(count);
        }

        Task[] work = [import.RunAsync(end.Token), FollowConfigurationAsync(end.Token), RemoveOldAsync(end.Token)];
        await Task.WhenAny(work);
        await end.CancelAsync();
        await Task.WhenAll(work);
    }

    private void Arrived(string endpoint)
    {
        _senders.GetValueOrDefault(endpoint)?.Arrive();
        Changed?.Invoke();
    }

    /// <summary>Has a sender running for each endpoint of the configuration in force, and no other.</summary>
    private async Task FollowConfigurationAsync(CancellationToken cancellationToken)
    {
        var running = new Dictionary<EndpointSender, (Task Work, CancellationTokenSource End)>();
        try
        {
            while (true)
            {
                var pauses = await log.ListPausesAsync(cancellationToken);
                var wanted = targets.Current;
                foreach (var (sender, work) in running.Where(one => !wanted.Contains(one.Key.Target)).ToList())
                {
                    await EndAsync(sender, work);
                    running.Remove(sender);
                }

                foreach (var target in wanted.Where(target => !running.Keys.Any(sender => sender.Target == target)))
                {
                    var sender = new EndpointSender(target, queue, figures.Of(target.Name), () => Changed?.Invoke(), time, logger)
                    {
                        IsPaused = pauses.ContainsKey(target.Name),
                    };
                    var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    running[sender] = (sender.RunAsync(end.Token), end);
                }

                _senders = running.Keys.ToDictionary(sender => sender.Target.Name, StringComparer.Ordinal);
                Changed?.Invoke();
                await _reconfigured.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            _senders = [];
            foreach (var (sender, work) in running)
            {
                await EndAsync(sender, work);
            }
        }
    }

    private static async Task EndAsync(EndpointSender sender, (Task Work, CancellationTokenSource End) work)
    {
        await work.End.CancelAsync();
        await work.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        work.End.Dispose();
        sender.Dispose();
    }

    private async Task RemoveOldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (live.Current.Portal.Notifications.Retention is { Ticks: > 0 } retention)
            {
                var names = live.Current.Notifications.Endpoints.Select(endpoint => endpoint.Name).ToList();
                if (await log.RemoveBeforeAsync(time.GetUtcNow() - retention, names, cancellationToken) is var count and > 0)
                {
                    Log.Removed(logger, count, retention);
                }
            }

            await Task.Delay(RetentionInterval, time, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "events cannot be brought on their way; they are kept, and it is tried again in a moment")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Information, "{Count} deliveries to endpoints, older than {Retention}, are removed")]
        public static partial void Removed(ILogger logger, int count, TimeSpan retention);
    }
}
