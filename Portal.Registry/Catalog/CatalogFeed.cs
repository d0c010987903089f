using System.Collections.Concurrent;
using Portal.Storage.Oci;

namespace Portal.Registry.Catalog;

/// <summary>How far the index is with reading the whole storage.</summary>
/// <param name="Running">Whether a rebuild is under way; while it is, rows may be missing or stale.</param>
/// <param name="Done">Repositories read so far.</param>
/// <param name="Failure">Why the last rebuild ended early, in words for an admin; null when it did not.</param>
public readonly record struct IndexProgress(bool Running, int Done, string? Failure = null);

/// <summary>Tells open pages that rows of the catalog index changed. It carries no data: a page asks again.</summary>
public sealed class CatalogFeed
{
    private readonly ConcurrentDictionary<object, Action<RepositoryName?>> _subscribers = new();

    public IndexProgress Progress { get; private set; }

    /// <param name="onChange">
    /// Called after each change with the repository it concerns, null when it may concern all. It runs on the
    /// publisher's thread: it must return at once and not throw.
    /// </param>
    /// <returns>Dispose it to end the subscription.</returns>
    public IDisposable Subscribe(Action<RepositoryName?> onChange)
    {
        var subscription = new Subscription(this);
        _subscribers[subscription] = onChange;
        return subscription;
    }

    public void Changed(RepositoryName? name)
    {
        foreach (var subscriber in _subscribers.Values)
        {
            subscriber(name);
        }
    }

    public void Report(IndexProgress progress)
    {
        Progress = progress;
        Changed(null);
    }

    private sealed class Subscription(CatalogFeed feed) : IDisposable
    {
        public void Dispose()
        {
            feed._subscribers.TryRemove(this, out _);
        }
    }
}
