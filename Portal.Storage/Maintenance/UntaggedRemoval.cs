using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Portal.Storage.Blobs;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Storage.Maintenance;

/// <summary>
/// Removes the manifests of a repository that nothing leads to: no tag, no index and no subject that stays. They are looked
/// through once; from then on only what comes is looked at, so that the work grows with their number.
/// </summary>
/// <param name="enter">Takes the repository's turn, in which nobody else changes its manifests.</param>
/// <param name="reading">Where a problem ends the work.</param>
internal sealed class UntaggedRemoval(
    LocalRegistry registry,
    Func<RepositoryName, CancellationToken, Task<IDisposable>> enter,
    CollectionTurn collection,
    GarbageOptions options,
    RepositoryName name,
    RepositoryReading reading)
{
    private readonly ManifestGraph _graph = new();
    private readonly DigestSet _going = new();

    /// <summary>Whether a dry run left it, and a real one would not.</summary>
    public bool WouldRemove(Digest digest) => _going.Contains(digest);

    public async IAsyncEnumerable<GarbageStep> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A push that was under way when the collection began has set its tag once its turn is over. Whatever a tag is
        // pointed to after that is put after the beginning, and so known to be linked since.
        (await enter(name, cancellationToken)).Dispose();
        await LearnAsync(cancellationToken);
        if (reading.Problem is not null)
        {
            yield break;
        }

        var going = new List<Digest>();
        await foreach (var digest in reading.RevisionsAsync(cancellationToken))
        {
            if (_graph.Knows(digest) && !_graph.Stays(digest))
            {
                going.Add(digest);
            }
        }

        var led = _graph.Led();
        foreach (var chunk in going.OrderBy(digest => led.Contains(DigestKey.Of(digest))).Chunk(RepositoryCollection.Together))
        {
            var steps = new List<GarbageStep>();
            var failure = await RemoveAsync(chunk, steps, cancellationToken);
            foreach (var step in steps)
            {
                yield return step;
            }

            failure?.Throw();
            if (reading.Problem is not null)
            {
                yield break;
            }
        }
    }

    /// <summary>Reads which manifests there are, and which of them stay.</summary>
    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        await foreach (var digest in reading.TaggedAsync(cancellationToken))
        {
            _graph.Stay(DigestKey.Of(digest));
        }

        await foreach (var digest in reading.RevisionsAsync(cancellationToken))
        {
            if (await reading.ReadAsync(digest, cancellationToken) is not { Manifest: { } manifest } found)
            {
                continue;
            }

            _graph.Add(manifest);
            if (found.PushedAt >= options.Before)
            {
                _graph.Stay(DigestKey.Of(digest));
            }
        }

        foreach (var key in _graph.Known.Where(collection.IsLinked))
        {
            _graph.Stay(key);
        }
    }

    /// <summary>Removes manifests that still nothing leads to.</summary>
    /// <param name="steps">Gets what was removed, which is to be told whatever comes after it.</param>
    /// <returns>Why it could not go on; null when it could.</returns>
    private async Task<ExceptionDispatchInfo?> RemoveAsync(Digest[] manifests, List<GarbageStep> steps, CancellationToken cancellationToken)
    {
        // Most of what came is read before the turn, in which others wait.
        await LearnArrivalsAsync(cancellationToken);
        using var turn = await enter(name, cancellationToken);
        await LearnArrivalsAsync(cancellationToken);
        if (reading.Problem is not null)
        {
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            foreach (var digest in manifests)
            {
                if (await registry.Manifests.PushedAtAsync(name, digest, CancellationToken.None) is not { } pushedAt)
                {
                    // Somebody has removed it, and told of it.
                    continue;
                }

                // Another process may have pushed it again, which nobody here was told of.
                if (pushedAt >= options.Before)
                {
                    _graph.Stay(DigestKey.Of(digest));
                }

                if (_graph.Stays(digest))
                {
                    continue;
                }

                var manifest = await registry.Manifests.ReadAsync(digest, CancellationToken.None);
                if (options.IsDryRun)
                {
                    _going.Add(digest);
                }
                else if (!await registry.RemoveManifestAsync(name, digest, manifest))
                {
                    continue;
                }

                steps.Add(new GarbageStep(GarbageStepKind.ManifestRemoved, name.ToString(), digest, Text: manifest?.MediaType));
            }

            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>What came since the last look stays, with all that it leads to.</summary>
    private async Task LearnArrivalsAsync(CancellationToken cancellationToken)
    {
        foreach (var digest in collection.TakeArrivals())
        {
            if (!_graph.Knows(digest) && await reading.ReadArrivalAsync(digest, cancellationToken) is { } manifest)
            {
                _graph.Add(manifest);
            }

            _graph.Stay(DigestKey.Of(digest));
        }
    }
}
