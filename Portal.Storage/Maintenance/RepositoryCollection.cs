using System.Runtime.CompilerServices;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Storage.Maintenance;

/// <summary>
/// A collection in one repository: removes manifests that nothing leads to, when that is wanted, then links to blobs that
/// no manifest refers to, and notes all that is left. A repository with a manifest that nobody can read is left whole.
/// </summary>
/// <param name="enter">Takes the repository's turn, in which nobody else changes its manifests.</param>
/// <param name="kept">Where what stays is noted.</param>
internal sealed class RepositoryCollection(
    IStorageDriver driver,
    LocalRegistry registry,
    Func<RepositoryName, CancellationToken, Task<IDisposable>> enter,
    CollectionTurn collection,
    GarbageOptions options,
    RepositoryName name,
    DigestSet kept)
{
    // Removed in one turn of the repository, in which pushes of manifests wait.
    internal const int Together = 64;

    private readonly RepositoryReading _reading = new(driver, registry, name);
    private readonly DigestSet _read = new();
    private readonly DigestSet _marked = new();
    private (DateTimeOffset?, DateTimeOffset?)? _changedAt;

    /// <summary>Why it is not known what the repository links; null when it is.</summary>
    public Reason? Unreadable { get; private set; }

    public async IAsyncEnumerable<GarbageStep> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        collection.NoteArrivals();
        await using var steps = CollectAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await TryAsync(steps.MoveNextAsync))
        {
            yield return steps.Current;
        }

        collection.ForgetArrivals();
        if (Unreadable is null && _reading.Problem is not null)
        {
            await TryAsync(async () =>
            {
                await _reading.KeepAllAsync(kept, cancellationToken);
                return true;
            });
        }

        if ((Unreadable ?? _reading.Problem) is { } problem)
        {
            yield return new GarbageStep(GarbageStepKind.Left, name.ToString(), Reason: problem);
        }
    }

    private async IAsyncEnumerable<GarbageStep> CollectAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var untagged = new UntaggedRemoval(registry, enter, collection, options, name, _reading);
        var removed = options.RemovesUntagged ? untagged.RunAsync(cancellationToken) : AsyncEnumerable.Empty<GarbageStep>();
        await foreach (var step in removed.Concat(MarkAsync(untagged, cancellationToken)).Concat(RemoveLinksAsync(untagged, cancellationToken)))
        {
            yield return step;
        }
    }

    /// <summary>Marks what manifests refer to that were not read yet.</summary>
    private async IAsyncEnumerable<GarbageStep> MarkAsync(UntaggedRemoval untagged, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_reading.Problem is not null)
        {
            yield break;
        }

        _changedAt = await _reading.ChangedAtAsync(cancellationToken);
        await foreach (var digest in _reading.RevisionsAsync(cancellationToken))
        {
            if (_read.Contains(digest) || untagged.WouldRemove(digest))
            {
                continue;
            }

            kept.Add(digest);
            if (await _reading.ReadAsync(digest, cancellationToken) is { Manifest: { } manifest })
            {
                Mark(manifest);
                yield return new GarbageStep(GarbageStepKind.ManifestMarked, name.ToString(), digest);
                foreach (var reference in manifest.References)
                {
                    yield return new GarbageStep(GarbageStepKind.BlobMarked, name.ToString(), reference.Digest);
                }
            }
        }
    }

    private void Mark(Manifest manifest)
    {
        _read.Add(manifest.Digest);
        kept.Add(manifest.Digest);

        // An index may list layers: build caches are kept like that.
        foreach (var reference in manifest.References)
        {
            _marked.Add(reference.Digest);
            kept.Add(reference.Digest);
        }
    }

    private async IAsyncEnumerable<GarbageStep> RemoveLinksAsync(UntaggedRemoval untagged, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_reading.Problem is not null)
        {
            yield break;
        }

        var unmarked = new List<Digest>(Together);
        await foreach (var digest in _reading.LayersAsync(cancellationToken))
        {
            if (_marked.Contains(digest))
            {
                kept.Add(digest);
            }
            else if (await _reading.LinkedAtAsync(digest, cancellationToken) is { } since)
            {
                if (since >= options.Before || collection.IsLinked(DigestKey.Of(digest)))
                {
                    kept.Add(digest);
                }
                else if (options.IsDryRun)
                {
                    yield return new GarbageStep(GarbageStepKind.LinkRemoved, name.ToString(), digest);
                }
                else
                {
                    unmarked.Add(digest);
                }
            }

            if (unmarked.Count == Together)
            {
                foreach (var step in await RemoveAsync(unmarked, untagged, cancellationToken))
                {
                    yield return step;
                }
            }
        }

        foreach (var step in unmarked.Count == 0 ? [] : await RemoveAsync(unmarked, untagged, cancellationToken))
        {
            yield return step;
        }
    }

    /// <summary>Removes links that still no manifest refers to, and empties the list.</summary>
    private async Task<List<GarbageStep>> RemoveAsync(List<Digest> unmarked, UntaggedRemoval untagged, CancellationToken cancellationToken)
    {
        // Most of what came is read before the turn, in which others wait.
        var steps = new List<GarbageStep>();
        await MarkArrivalsAsync(untagged, cancellationToken);
        using var turn = await enter(name, cancellationToken);
        await MarkArrivalsAsync(untagged, cancellationToken);
        foreach (var digest in unmarked)
        {
            if (_reading.Problem is null
                && !_marked.Contains(digest)
                && await collection.TryRemoveAsync(digest, () => registry.Blobs.DeleteAsync(name, digest, cancellationToken)))
            {
                steps.Add(new GarbageStep(GarbageStepKind.LinkRemoved, name.ToString(), digest));
            }
            else
            {
                kept.Add(digest);
            }
        }

        unmarked.Clear();
        return steps;
    }

    /// <summary>Marks what manifests refer to that came since the first look.</summary>
    private async Task MarkArrivalsAsync(UntaggedRemoval untagged, CancellationToken cancellationToken)
    {
        foreach (var digest in collection.TakeArrivals())
        {
            if (!_read.Contains(digest) && await _reading.ReadArrivalAsync(digest, cancellationToken) is { } manifest)
            {
                Mark(manifest);
            }
        }

        // What another process pushes, nobody tells of.
        if (_changedAt is null || await _reading.ChangedAtAsync(cancellationToken) != _changedAt)
        {
            await foreach (var _ in MarkAsync(untagged, cancellationToken))
            {
            }
        }
    }

    /// <returns>False at the end, or where something cannot be read.</returns>
    private async ValueTask<bool> TryAsync(Func<ValueTask<bool>> go)
    {
        try
        {
            return await go();
        }
        catch (UnreadableFolderException exception)
        {
            Unreadable ??= exception.Reason;
            return false;
        }
    }
}
