using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Portal.Tests.Fixtures;

/// <summary>
/// A clock that a test moves when somebody waits by it. One that is moved before loses the time for who comes late; one that
/// is moved on and on ends what is under way meanwhile, and has a deadline by the same clock.
/// </summary>
public sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly ConcurrentDictionary<WatchedTimer, TimeSpan> _waiting = new();

    /// <summary>Whether somebody waits for that long, from when it began to wait.</summary>
    public bool HasWaiting(TimeSpan time) => _waiting.Values.Contains(time);

    /// <summary>Waits until somebody waits for that long, and lets the time pass.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        await Patience.UntilAsync(() => HasWaiting(time) ? this : null, $"somebody who waits for {time}");
        Advance(time);
    }

    /// <summary>Lets a second pass, unless somebody has such a deadline: what is under way is given its time.</summary>
    public void AdvanceUnless(TimeSpan deadline)
    {
        if (!HasWaiting(deadline))
        {
            Advance(TimeSpan.FromSeconds(1));
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this);
        timer.Start(base.CreateTimer(
            told =>
            {
                if (period == Timeout.InfiniteTimeSpan)
                {
                    _waiting.TryRemove(timer, out _);
                }

                callback(told);
            },
            state,
            dueTime,
            period));
        _waiting[timer] = dueTime;
        return timer;
    }

    private sealed class WatchedTimer(WatchedTime time) : ITimer
    {
        private ITimer? _timer;

        public void Start(ITimer timer) => _timer = timer;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._waiting[this] = dueTime;
            return _timer!.Change(dueTime, period);
        }

        public void Dispose()
        {
            time._waiting.TryRemove(this, out _);
            _timer!.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
