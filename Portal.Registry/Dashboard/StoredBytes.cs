using Portal.Storage.Metadata;

namespace Portal.Registry.Dashboard;

/// <summary>How many bytes the blobs take that manifests refer to, each counted once. It is remembered, since the sum takes a while where there are many.</summary>
public sealed class StoredBytes(CatalogIndex index, TimeProvider time)
{
    // So that a page that is left open takes no more than a small share of the database's time.
    private const int Patience = 50;
    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(5);

    private volatile Measured? _last;

    /// <summary>Adds up anew.</summary>
    public async Task<long> MeasureAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var bytes = await index.SumContentAsync(cancellationToken);
        _last = new Measured(bytes, time.GetTimestamp(), time.GetElapsedTime(began));
        return bytes;
    }

    /// <summary>What was added up a moment ago, or anew.</summary>
    public async Task<long> GetAsync(CancellationToken cancellationToken)
    {
        var last = _last;
        return last is not null && time.GetElapsedTime(last.At) < LeastAge + (last.Took * Patience)
            ? last.Bytes
            : await MeasureAsync(cancellationToken);
    }

    private sealed record Measured(long Bytes, long At, TimeSpan Took);
}
