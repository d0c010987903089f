using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Drivers;
using Portal.Storage.Drivers;
using Portal.Storage.History;
using Portal.Storage.Reasons;

namespace Portal.Registry.Health;

/// <summary>
/// Looks at what the <c>health</c> section names, each check at its own pace, and keeps <see cref="HealthState"/>. A change
/// of the section counts at once; a check that stays as it was goes on from where it stood. Without the section nothing runs.
/// </summary>
public sealed partial class HealthMonitor(
    LiveConfiguration live,
    IStorageDriver driver,
    HealthState state,
    HealthJournal journal,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<HealthMonitor> logger) : SoleWorker
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _turn = new();
    private readonly SemaphoreSlim _changed = new(0, 1);

    // Another driver takes a restart: until then the one that is there is looked at.
    private readonly DriverConfiguration _storage = live.Current.Storage.Driver;

    private HealthConfiguration? _applied;
    private List<Watch> _watches = [];

    /// <summary>Goes on from where another one stands, with the checks that both have: who takes a place begins with what is known.</summary>
    public void TakeOver(HealthMonitor former)
    {
        List<Watch> theirs;
        lock (former._turn)
        {
            theirs = [.. former._watches];
        }

        lock (_turn)
        {
            foreach (var watch in _watches)
            {
                var known = theirs.Find(other => other.Probe.IsSameAs(watch.Probe))?.State;
                if (known is { IsFailing: true } && !watch.State.IsFailing && (watch.State.LastRun is null || watch.State.Message is not null))
                {
                    watch.State = known with { Name = watch.State.Name };
                }
            }

            Publish();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _changed.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        // A check may be about a listener of this process: none begins before they listen.
        using var starting = lifetime.ApplicationStarted.Register(_started.SetResult);
        live.Changed += Wake;
        try
        {
            while (true)
            {
                Apply(live.Current.Health, stoppingToken);
                await _changed.WaitAsync(stoppingToken);
            }
        }
        finally
        {
            live.Changed -= Wake;
            await Task.WhenAll(_watches.Select(watch => watch.EndAsync()));
        }
    }

    private void Wake()
    {
        lock (_turn)
        {
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    private void Apply(HealthConfiguration health, CancellationToken stoppingToken)
    {
        if (ReferenceEquals(health, _applied))
        {
            return;
        }

        _applied = health;
        var former = _watches;
        var next = new List<Watch>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var probe in ProbesOf(health))
        {
            var name = probe.Name;
            for (var number = 2; !names.Add(name); number++)
            {
                name = $"{probe.Name} ({number})";
            }

            var kept = former.Find(watch => watch.Probe.IsSameAs(probe) && !next.Contains(watch));
            next.Add(kept ?? new Watch(probe, new CheckState(name, probe.Kind, probe.Pace)));
            if (kept is not null)
            {
                kept.State = kept.State with { Name = name };
                probe.Dispose();
            }
        }

        if (next.SequenceEqual(former))
        {
            return;
        }

        lock (_turn)
        {
            _watches = next;
            Publish();
        }

        foreach (var gone in former.Except(next))
        {
            _ = gone.EndAsync();
        }

        foreach (var watch in next.Except(former))
        {
            watch.Begin(RunAsync, stoppingToken);
        }
    }

    private IEnumerable<HealthProbe> ProbesOf(HealthConfiguration health) =>
    [
        .. health.StorageDriver is { } pace ? [new StorageProbe(driver, _storage, pace)] : Array.Empty<HealthProbe>(),
        .. health.Files.Select(file => new FileProbe(file)),
        .. health.Http.Select(http => new HttpProbe(http)),
        .. health.Tcp.Select(tcp => new TcpProbe(tcp)),
    ];

    private async Task RunAsync(Watch watch, CancellationToken cancellationToken)
    {
        await _started.Task.WaitAsync(cancellationToken);
        using var timer = new PeriodicTimer(watch.Probe.Pace.Interval, time);
        do
        {
            var started = time.GetTimestamp();
            var fault = await watch.Probe.LookAsync(time, cancellationToken);
            Record(watch, fault, time.GetElapsedTime(started));
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private void Record(Watch watch, Reason? fault, TimeSpan duration)
    {
        CheckState before, after;
        lock (_turn)
        {
            if (!_watches.Contains(watch))
            {
                return;
            }

            before = watch.State;
            after = watch.State = before.After(fault, time.GetUtcNow(), duration);
            Publish();
        }

        if (after.IsFailing != before.IsFailing)
        {
            if (after.IsFailing)
            {
                Log.Fails(logger, after.Name, after.Message!);
            }
            else
            {
                Log.Healed(logger, after.Name);
            }
        }

        // At the first look too: a check may have healed while no registry was running.
        if (after.IsFailing != before.IsFailing || (before.LastRun is null && after.Message is null))
        {
            journal.Add(new HealthChange(after.LastRun!.Value, after.Name, !after.IsFailing, after.Fault));
        }
    }

    private void Publish() => state.Set([.. _watches.Select(watch => watch.State)]);

    /// <summary>A check that is run.</summary>
    private sealed class Watch(HealthProbe probe, CheckState state)
    {
        private CancellationTokenSource? _end;
        private Task _running = Task.CompletedTask;

        public HealthProbe Probe => probe;

        public CheckState State { get; set; } = state;

        public void Begin(Func<Watch, CancellationToken, Task> run, CancellationToken stoppingToken)
        {
            _end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            _running = run(this, _end.Token);
        }

        public async Task EndAsync()
        {
            if (_end is not null)
            {
                await _end.CancelAsync();
                await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _end.Dispose();
            }

            probe.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "the health check {Check} fails, and the registry is out of service: {Reason}")]
        public static partial void Fails(ILogger logger, string check, string reason);

        [LoggerMessage(LogLevel.Information, "the health check {Check} is well again")]
        public static partial void Healed(ILogger logger, string check);
    }
}
