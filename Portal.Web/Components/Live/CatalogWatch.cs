using Portal.Registry.Catalog;
using Portal.Storage.Oci;

namespace Portal.Web.Components.Live;

/// <summary>
/// Refreshes a page when the catalog changes: changes that come close together make one refresh, a quarter of a
/// second after the first of them.
/// </summary>
public sealed class CatalogWatch : IDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(250);

    private readonly Func<RepositoryName?, bool> _concerns;
    private readonly ITimer _timer;
    private readonly IDisposable _subscription;
    private int _pending;

    /// <param name="concerns">Whether a change to a repository (null: to any) matters to the page.</param>
    /// <param name="refresh">Starts the page's refresh; it runs on a timer's thread and must not throw.</param>
    public CatalogWatch(CatalogFeed feed, TimeProvider time, Func<RepositoryName?, bool> concerns, Action refresh)
    {
        _concerns = concerns;
        _timer = time.CreateTimer(
            _ =>
            {
                // Cleared before the refresh: a change that comes while it reads makes another.
                Interlocked.Exchange(ref _pending, 0);
                refresh();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        _subscription = feed.Subscribe(OnChange);
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _timer.Dispose();
    }

    private void OnChange(RepositoryName? name)
    {
        if (_concerns(name) && Interlocked.Exchange(ref _pending, 1) == 0)
        {
            _timer.Change(Delay, Timeout.InfiniteTimeSpan);
        }
    }
}
