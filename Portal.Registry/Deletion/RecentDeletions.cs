using Portal.Registry.Auth;
using Portal.Storage.Oci;

namespace Portal.Registry.Deletion;

/// <summary>A deletion that can be taken back.</summary>
/// <param name="Id">Its number; newer ones are greater.</param>
/// <param name="Time">When it was done.</param>
/// <param name="By">Who did it; null for nobody with a name.</param>
/// <param name="Content">What it took.</param>
public sealed record RecentDeletion(long Id, DateTimeOffset Time, string? By, DeletedContent Content);

/// <summary>
/// What programs deleted lately, so that they can take it back, as a person does with the button of a page. It is remembered for
/// <see cref="Kept"/>, in memory: at most <see cref="MostEntries"/> tags and manifests in all, of which the oldest
/// deletions go first. A restart forgets it.
/// </summary>
public sealed class RecentDeletions(DeletionUndo undo, Permissions permissions, TimeProvider time)
{
    /// <summary>For how long a deletion can be taken back.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    /// <summary>How many tags and manifests are remembered in all.</summary>
    public int MostEntries { get; init; } = DeletedContent.MaxEntries;

    private readonly Lock _turn = new();
    private readonly Queue<RecentDeletion> _all = new();
    private long _last;

    /// <summary>Remembers a deletion.</summary>
    /// <returns>Its number; null for one that is too large to be undone, or of nothing.</returns>
    public long? Add(DeletedContent deleted, string? by)
    {
        if (!deleted.CanReturn || deleted.ManifestCount + deleted.TagCount > MostEntries)
        {
            return null;
        }

        lock (_turn)
        {
            // A number of before a restart never means another deletion.
            var now = time.GetUtcNow();
            _last = Math.Max(_last + 1, now.ToUnixTimeMilliseconds());
            _all.Enqueue(new RecentDeletion(_last, now, by, deleted));
            Forget(now);
            return _last;
        }
    }

    /// <summary>Deletions in a repository that can be taken back, newest first.</summary>
    /// <exception cref="OciException">DENIED: the one who asks may not pull from it.</exception>
    public IReadOnlyList<RecentDeletion> List(Identity who, RepositoryName name)
    {
        permissions.Require(who, name, RepositoryActions.Pull);
        lock (_turn)
        {
            Forget(time.GetUtcNow());
            return [.. _all.Where(deletion => deletion.Content.Name == name).Reverse()];
        }
    }

    /// <summary>Takes a deletion back. One of which all is back is forgotten.</summary>
    /// <returns>Null when there is none of this number any more.</returns>
    /// <inheritdoc cref="DeletionUndo.RestoreAsync" path="/exception"/>
    public async Task<UndoneDeletion?> UndoAsync(RepositoryName name, long id, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Push);
        if (List(actor.Identity, name).FirstOrDefault(deletion => deletion.Id == id) is not { } found)
        {
            return null;
        }

        var undone = await undo.RestoreAsync(found.Content, actor, cancellationToken);
        if (undone.Problems.Count == 0)
        {
            Remove(found);
        }

        return undone;
    }

    private void Remove(RecentDeletion done)
    {
        lock (_turn)
        {
            for (var left = _all.Count; left > 0; left--)
            {
                if (_all.Dequeue() is { } deletion && deletion != done)
                {
                    _all.Enqueue(deletion);
                }
            }
        }
    }

    private void Forget(DateTimeOffset now)
    {
        while (_all.TryPeek(out var oldest)
            && (oldest.Time + Kept <= now || _all.Sum(deletion => deletion.Content.ManifestCount + deletion.Content.TagCount) > MostEntries))
        {
            _all.Dequeue();
        }
    }
}
