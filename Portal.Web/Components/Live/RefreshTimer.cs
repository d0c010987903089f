namespace Portal.Web.Components.Live;

/// <summary>Signals that come close together make one refresh, a quarter of a second after the first of them.</summary>
public sealed class RefreshTimer : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(250);

    private readonly ITimer _timer;
    private int _pending;

    /// <param name="refresh">Starts the page's refresh; it runs on a timer's thread and must not throw.</param>
    public RefreshTimer(TimeProvider time, Action refresh)
    {
        _timer = time.CreateTimer(
            _ =>
            {
                // Cleared before the refresh: a signal that comes while it reads makes another.
                Interlocked.Exchange(ref _pending, 0);
                refresh();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public void Signal()
    {
        if (Interlocked.Exchange(ref _pending, 1) == 0)
        {
            _timer.Change(Delay, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();
}
