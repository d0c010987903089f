using Portal.Storage.Oci;

namespace Portal.Storage.Blobs;

/// <summary>
/// Keeps a garbage collection away from what is just being linked. Whoever links a digest passes through here, from the
/// look at its bytes to the link; nobody waits for anybody but for the one digest that is being removed at that moment.
/// While a collection runs, it is remembered what was linked since it began, or was answered to be there then or shortly before;
/// and, for who looks through a repository meanwhile, what of it came since the last look.
/// </summary>
/// <remarks>It holds for everyone who shares this object. Another process over the same storage is not seen: what that links is known by the age of its files alone.</remarks>
public sealed class LinkGate(TimeProvider time)
{
    private readonly Lock _turn = new();
    private readonly ToldDigests _told = new(time);
    private readonly Dictionary<Digest, int> _linking = [];
    private DigestSet? _linked;
    private HashSet<Digest>? _arrivals;
    private Digest _going;
    private TaskCompletionSource? _gone;

    /// <summary>Begins a collection.</summary>
    /// <param name="grace">What was answered to be there within this time is left alone, as far as is remembered: an hour at least.</param>
    /// <returns>Null when one runs.</returns>
    public CollectionTurn? TryBegin(TimeSpan grace)
    {
        lock (_turn)
        {
            if (_linked is not null)
            {
                return null;
            }

            _linked = _told.Since(grace);
            return new CollectionTurn(this);
        }
    }

    /// <returns>Dispose it when the link is written.</returns>
    internal ValueTask<Passage> EnterAsync(Digest digest, CancellationToken cancellationToken)
    {
        return TryEnter(digest) is { } gone ? WaitAsync(gone, digest, cancellationToken) : new(new Passage(this, digest));
    }

    /// <summary>Somebody is about to be told that it is there, and may build on that.</summary>
    internal void Tell(Digest digest)
    {
        var key = DigestKey.Of(digest);
        lock (_turn)
        {
            if (_linked?.Add(key) == true)
            {
                _arrivals?.Add(digest);
            }

            _told.Add(key);
        }
    }

    internal void End()
    {
        lock (_turn)
        {
            (_linked, _arrivals) = (null, null);
        }
    }

    /// <returns>What was linked since the last call, or newly answered to be there; nothing at the first call, which begins to note it.</returns>
    internal IReadOnlyCollection<Digest> TakeArrivals()
    {
        lock (_turn)
        {
            var arrivals = _arrivals;
            _arrivals = [];
            return arrivals ?? [];
        }
    }

    internal void ForgetArrivals()
    {
        lock (_turn)
        {
            _arrivals = null;
        }
    }

    internal bool IsLinked(DigestKey key)
    {
        lock (_turn)
        {
            return _linked!.Contains(key);
        }
    }

    /// <returns>False when it was linked since the collection began, is just being linked, or does not want to go.</returns>
    internal async Task<bool> TryRemoveAsync(Digest digest, Func<Task<bool>> remove)
    {
        TaskCompletionSource gone;
        lock (_turn)
        {
            if (_linked!.Contains(digest) || _linking.ContainsKey(digest))
            {
                return false;
            }

            gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (_going, _gone) = (digest, gone);
        }

        try
        {
            return await remove();
        }
        finally
        {
            lock (_turn)
            {
                (_going, _gone) = (default, null);
            }

            gone.SetResult();
        }
    }

    private async ValueTask<Passage> WaitAsync(Task? gone, Digest digest, CancellationToken cancellationToken)
    {
        for (var next = gone; next is not null; next = TryEnter(digest))
        {
            await next.WaitAsync(cancellationToken);
        }

        return new Passage(this, digest);
    }

    /// <returns>What to wait for before the next try; null when it is in.</returns>
    private Task? TryEnter(Digest digest)
    {
        lock (_turn)
        {
            if (_gone is { } gone && _going == digest)
            {
                return gone.Task;
            }

            _linking[digest] = _linking.GetValueOrDefault(digest) + 1;
            return null;
        }
    }

    private void Leave(Digest digest)
    {
        lock (_turn)
        {
            // In any case: what failed half-way may have written the link.
            _linked?.Add(digest);
            _arrivals?.Add(digest);
            if (_linking[digest] is var count and > 1)
            {
                _linking[digest] = count - 1;
            }
            else
            {
                _linking.Remove(digest);
            }
        }
    }

    /// <summary>One that links a digest.</summary>
    internal readonly struct Passage(LinkGate gate, Digest digest) : IDisposable
    {
        public void Dispose() => gate.Leave(digest);
    }
}

/// <summary>A collection under way; dispose it to end it.</summary>
public sealed class CollectionTurn : IDisposable
{
    private readonly LinkGate _gate;

    internal CollectionTurn(LinkGate gate)
    {
        _gate = gate;
    }

    public void Dispose() => _gate.End();

    /// <summary>Whether it was linked, or answered to be there, since the collection began.</summary>
    internal bool IsLinked(DigestKey key) => _gate.IsLinked(key);

    /// <summary>From now on it is noted what is linked, for <see cref="TakeArrivals"/>, until <see cref="ForgetArrivals"/>.</summary>
    internal void NoteArrivals() => _gate.TakeArrivals();

    /// <returns>What was linked since the last look, anywhere, or newly answered to be there.</returns>
    internal IReadOnlyCollection<Digest> TakeArrivals() => _gate.TakeArrivals();

    internal void ForgetArrivals() => _gate.ForgetArrivals();

    /// <inheritdoc cref="LinkGate.TryRemoveAsync"/>
    internal Task<bool> TryRemoveAsync(Digest digest, Func<Task<bool>> remove) => _gate.TryRemoveAsync(digest, remove);
}
