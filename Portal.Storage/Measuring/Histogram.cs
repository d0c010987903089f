namespace Portal.Storage.Measuring;

/// <summary>
/// How amounts spread, in buckets as Prometheus counts them. Adding takes two interlocked additions and no memory.
/// </summary>
public sealed class Histogram
{
    private readonly long[] _bounds;
    private readonly long[] _buckets;
    private long _sum;

    /// <param name="bounds">The largest amount of each bucket, ascending; what is larger goes into one more.</param>
    public Histogram(IReadOnlyList<long> bounds)
    {
        _bounds = [.. bounds];
        _buckets = new long[_bounds.Length + 1];
    }

    public void Add(long amount)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && amount > _bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _buckets[bucket]);
        Interlocked.Add(ref _sum, amount);
    }

    /// <summary>What was added so far. What comes while it is read may be in the sum or in a bucket alone.</summary>
    public HistogramReading Read()
    {
        var sum = Interlocked.Read(ref _sum);
        var buckets = new long[_buckets.Length];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = Interlocked.Read(ref _buckets[i]);
        }

        return new HistogramReading(_bounds, buckets, sum);
    }
}

/// <summary>A histogram as of one moment.</summary>
/// <param name="Bounds">The largest amount of each bucket but the last.</param>
/// <param name="Buckets">How many amounts are in each bucket, those of smaller ones not among them.</param>
/// <param name="Sum">All amounts together.</param>
public sealed record HistogramReading(IReadOnlyList<long> Bounds, IReadOnlyList<long> Buckets, long Sum)
{
    /// <summary>How many amounts there are.</summary>
    public long Count { get; } = Buckets.Sum();

    /// <summary>The amounts of both.</summary>
    /// <param name="other">One with the same bounds.</param>
    public HistogramReading Plus(HistogramReading other) =>
        new(Bounds, [.. Buckets.Zip(other.Buckets, (left, right) => left + right)], Sum + other.Sum);

    /// <summary>The amounts that came since.</summary>
    /// <param name="earlier">The same histogram at an earlier moment.</param>
    public HistogramReading Since(HistogramReading earlier) =>
        new(Bounds, [.. Buckets.Zip(earlier.Buckets, (now, before) => now - before)], Sum - earlier.Sum);

    /// <summary>
    /// The amount that a share of all does not exceed, as if amounts lay evenly in their bucket.
    /// </summary>
    /// <param name="share">Between 0 and 1.</param>
    /// <returns>Null when there are none. What is beyond the last bound counts as that bound.</returns>
    public double? Quantile(double share)
    {
        var left = share * Count;
        for (var i = 0; i < Bounds.Count && Count > 0; i++)
        {
            if (left <= Buckets[i])
            {
                var from = i == 0 ? 0 : Bounds[i - 1];
                return from + ((Bounds[i] - from) * (Buckets[i] == 0 ? 1 : left / Buckets[i]));
            }

            left -= Buckets[i];
        }

        return Count == 0 ? null : Bounds[^1];
    }
}
