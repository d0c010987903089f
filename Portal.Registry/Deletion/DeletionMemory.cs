using Portal.Storage.Oci;

namespace Portal.Registry.Deletion;

/// <summary>A deletion that can be taken back.</summary>
/// <param name="Id">Its number; newer ones are greater.</param>
/// <param name="Time">When it was done.</param>
/// <param name="By">Who did it; null for nobody with a name.</param>
/// <param name="Content">What it took.</param>
public sealed record RecentDeletion(long Id, DateTimeOffset Time, string? By, DeletedContent Content);

/// <summary>
/// What programs deleted lately from a storage. It is remembered for <see cref="Kept"/>, in memory, and the oldest go first
/// where it is too much. A rebuild of the application over the same storage forgets nothing, an end of the process everything.
/// </summary>
/// <param name="mostEntries">How many tags and manifests are remembered in all, descriptions by their length.</param>
public sealed class DeletionMemory(TimeProvider time, int mostEntries = DeletedContent.MaxEntries)
{
    /// <summary>For how long a deletion can be taken back.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly Lock _turn = new();
    private readonly List<RecentDeletion> _all = [];
    private long _last;

    /// <summary>Remembers a deletion.</summary>
    /// <returns>Its number; null for one that is too large to be undone, or of nothing.</returns>
    public long? Add(DeletedContent deleted, string? by)
    {
        if (!deleted.CanReturn || deleted.Weight > mostEntries)
        {
            return null;
        }

        lock (_turn)
        {
            // A number of before a restart never means another deletion.
            var now = time.GetUtcNow();
            _last = Math.Max(_last + 1, now.ToUnixTimeMilliseconds());
            _all.Add(new RecentDeletion(_last, now, by, deleted));
            Forget(now);
            return _last;
        }
    }

    /// <summary>Deletions in a repository, newest first.</summary>
    public IReadOnlyList<RecentDeletion> Of(RepositoryName name)
    {
        lock (_turn)
        {
            Forget(time.GetUtcNow());
            return [.. _all.Where(deletion => deletion.Content.Name == name).Reverse()];
        }
    }

    /// <summary>Forgets one that is done with.</summary>
    public void Remove(RecentDeletion done)
    {
        lock (_turn)
        {
            _all.Remove(done);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        var weight = _all.Sum(deletion => deletion.Content.Weight);
        var gone = 0;
        while (gone < _all.Count && (_all[gone].Time + Kept <= now || weight > mostEntries))
        {
            weight -= _all[gone++].Content.Weight;
        }

        _all.RemoveRange(0, gone);
    }
}
