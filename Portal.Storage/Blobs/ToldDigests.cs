using Portal.Storage.Oci;

namespace Portal.Storage.Blobs;

/// <summary>
/// Digests that were lately answered to be there, for a garbage collection that begins soon after: those of one to two hours, in two sets that
/// take turns. Of more than <see cref="Most"/> in an hour, older ones are forgotten earlier. Its owner sees to it that one uses it at a time.
/// </summary>
internal sealed class ToldDigests(TimeProvider time)
{
    private const int Most = 50_000;

    private static readonly TimeSpan Turn = TimeSpan.FromHours(1);

    private DigestSet _now = new();
    private DigestSet _before = new();
    private long _begun = time.GetTimestamp();
    private long _told;
    private long _toldBefore;

    public void Add(DigestKey key)
    {
        _told = time.GetTimestamp();
        if (_now.Count >= Most || (_now.Count > 0 && time.GetElapsedTime(_begun, _told) > Turn))
        {
            (_before, _toldBefore) = (_now, _told);
            _now = new DigestSet();
        }

        if (_now.Count == 0)
        {
            _begun = _told;
        }

        _now.Add(key);
    }

    /// <summary>All that were told within this time, and others of the same hours.</summary>
    public DigestSet Since(TimeSpan span)
    {
        var found = new DigestSet();
        foreach (var key in Since(_now, _told, span).Concat(Since(_before, _toldBefore, span)))
        {
            found.Add(key);
        }

        return found;
    }

    private IEnumerable<DigestKey> Since(DigestSet set, long told, TimeSpan span) => time.GetElapsedTime(told) < span ? set.Keys : [];
}
