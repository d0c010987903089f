using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Portal.Storage.Blobs;

/// <summary>
/// A map of bounded weight in two generations. New and used entries live in the young one; when it is full it becomes
/// the old one, and the old one is dropped whole. So what is asked for stays, and no list has to be kept in order.
/// </summary>
/// <param name="capacity">The most that all entries may weigh together.</param>
public sealed class BoundedCache<TKey, TValue>(long capacity, Func<TValue, long> weight)
    where TKey : notnull
{
    private readonly Lock _turn = new();
    private volatile ConcurrentDictionary<TKey, TValue> _young = new();
    private volatile ConcurrentDictionary<TKey, TValue> _old = new();
    private long _youngWeight;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_young.TryGetValue(key, out value))
        {
            return true;
        }

        if (!_old.TryGetValue(key, out value))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        var size = weight(value);
        if (size > capacity / 2)
        {
            return;
        }

        if (Interlocked.Add(ref _youngWeight, size) > capacity / 2)
        {
            lock (_turn)
            {
                if (Interlocked.Read(ref _youngWeight) > capacity / 2)
                {
                    _old = _young;
                    _young = new ConcurrentDictionary<TKey, TValue>();
                    Interlocked.Exchange(ref _youngWeight, size);
                }
            }
        }

        _young[key] = value;
    }

    public void Remove(TKey key)
    {
        // Old first: else a reader could carry the entry over into the young generation between the two steps.
        _old.TryRemove(key, out _);
        _young.TryRemove(key, out _);
    }
}
