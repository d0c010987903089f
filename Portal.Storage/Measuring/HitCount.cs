namespace Portal.Storage.Measuring;

/// <summary>How often a cache knew what it was asked.</summary>
public sealed class HitCount
{
    private long _hits;
    private long _misses;

    public long Hits => Interlocked.Read(ref _hits);

    public long Misses => Interlocked.Read(ref _misses);

    internal void Add(bool isHit)
    {
        if (isHit)
        {
            Interlocked.Increment(ref _hits);
        }
        else
        {
            Interlocked.Increment(ref _misses);
        }
    }
}
