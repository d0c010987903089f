using Portal.Registry.Catalog;
using Portal.Storage.Oci;

namespace Portal.Web.Components.Live;

/// <summary>
/// Refreshes a page when the catalog changes: changes that come close together make one refresh, a quarter of a
/// second after the first of them.
/// </summary>
public sealed class CatalogWatch : IDisposable
{
    private readonly RefreshTimer _timer;
    private readonly IDisposable _subscription;

    /// <param name="concerns">Whether a change to a repository (null: to any) matters to the page.</param>
    /// <param name="refresh">Starts the page's refresh; it runs on a timer's thread and must not throw.</param>
    public CatalogWatch(CatalogFeed feed, TimeProvider time, Func<RepositoryName?, bool> concerns, Action refresh)
    {
        _timer = new RefreshTimer(time, refresh);
        _subscription = feed.Subscribe(name =>
        {
            if (concerns(name))
            {
                _timer.Signal();
            }
        });
    }

    public void Dispose()
    {
        _subscription.Dispose();
        _timer.Dispose();
    }
}
