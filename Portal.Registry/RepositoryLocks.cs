using Portal.Storage.Oci;

namespace Portal.Registry;

/// <summary>
/// One writer a repository at a time where manifests and tags change together: a delete by digest must not miss a tag
/// that is being set. Names share a fixed number of locks, so memory does not grow with repositories.
/// </summary>
public sealed class RepositoryLocks : IDisposable
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 128).Select(_ => new SemaphoreSlim(1, 1))];

    /// <returns>Dispose it to leave.</returns>
    public async Task<IDisposable> EnterAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var stripe = _stripes[(uint)name.GetHashCode() % (uint)_stripes.Length];
        await stripe.WaitAsync(cancellationToken);
        return new Turn(stripe);
    }

    public void Dispose()
    {
        foreach (var stripe in _stripes)
        {
            stripe.Dispose();
        }
    }

    private sealed class Turn(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose()
        {
            stripe.Release();
        }
    }
}
