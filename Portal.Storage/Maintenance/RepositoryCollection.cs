using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
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
    private const int Together = 64;

    private readonly StoragePath _folder = RegistryPaths.Repository(name);
    private readonly RepositoryFolders _folders = new(driver);
    private readonly ManifestGraph _graph = new();
    private readonly HashSet<DigestKey> _going = [];
    private readonly DigestSet _read = new();
    private readonly DigestSet _marked = new();
    private string? _problem;

    public async IAsyncEnumerable<GarbageStep> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.RemovesUntagged)
        {
            await foreach (var step in RemoveUntaggedAsync(cancellationToken))
            {
                yield return step;
            }
        }

        if (_problem is null)
        {
            await foreach (var step in MarkAsync(cancellationToken))
            {
                yield return step;
            }
        }

        if (_problem is null)
        {
            await foreach (var step in RemoveLinksAsync(cancellationToken))
            {
                yield return step;
            }
        }

        if (_problem is not null)
        {
            await KeepAllAsync(_folders, _folder, kept, cancellationToken);
            yield return new GarbageStep(GarbageStepKind.Left, name.ToString(), Text: _problem);
        }
    }

    /// <summary>Whatever a folder links stays.</summary>
    public static async Task KeepAllAsync(RepositoryFolders folders, StoragePath folder, DigestSet kept, CancellationToken cancellationToken)
    {
        await foreach (var digest in folders.RevisionsAsync(folder, cancellationToken).Concat(folders.LayersAsync(folder, cancellationToken)))
        {
            kept.Add(digest);
        }
    }

    private async IAsyncEnumerable<GarbageStep> RemoveUntaggedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A push that was under way when the collection began has set its tag once its turn is over. Whatever a tag is
        // pointed to after that is put after the beginning, and so known to be linked since.
        (await enter(name, cancellationToken)).Dispose();
        await foreach (var (_, digest) in registry.Tags.ListAsync(name, cancellationToken))
        {
            _graph.AddRoot(digest);
        }

        await LearnAsync(cancellationToken);
        if (_problem is not null)
        {
            yield break;
        }

        var staying = _graph.Staying(collection.IsLinked);
        var going = new List<Digest>();
        await foreach (var digest in _folders.RevisionsAsync(_folder, cancellationToken))
        {
            if (_graph.Knows(digest) && !staying.Contains(DigestKey.Of(digest)))
            {
                going.Add(digest);
            }
        }

        var led = _graph.Led(staying);
        foreach (var chunk in going.OrderBy(digest => led.Contains(DigestKey.Of(digest))).Chunk(Together))
        {
            var steps = new List<GarbageStep>();
            var failure = await RemoveAsync(chunk, steps, cancellationToken);
            foreach (var step in steps)
            {
                yield return step;
            }

            failure?.Throw();
            if (_problem is not null)
            {
                yield break;
            }
        }
    }

    /// <summary>Removes manifests that still nothing leads to.</summary>
    /// <param name="steps">Gets what was removed, which is to be told whatever comes after it.</param>
    /// <returns>Why it could not go on; null when it could.</returns>
    private async Task<ExceptionDispatchInfo?> RemoveAsync(Digest[] manifests, List<GarbageStep> steps, CancellationToken cancellationToken)
    {
        using var turn = await enter(name, cancellationToken);
        await LearnAsync(cancellationToken);
        if (_problem is not null)
        {
            return null;
        }

        var staying = _graph.Staying(collection.IsLinked);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            foreach (var digest in manifests.Where(digest => !staying.Contains(DigestKey.Of(digest))))
            {
                var manifest = await registry.Manifests.ReadAsync(digest, CancellationToken.None);
                if (options.IsDryRun)
                {
                    _going.Add(DigestKey.Of(digest));
                }
                else
                {
                    await registry.RemoveManifestAsync(name, digest, manifest);
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

    /// <summary>Reads the manifests that are not known yet.</summary>
    private async Task LearnAsync(CancellationToken cancellationToken)
    {
        await foreach (var digest in _folders.RevisionsAsync(_folder, cancellationToken))
        {
            if (_graph.Knows(digest) || await ReadAsync(digest, cancellationToken) is not { Manifest: { } manifest } found)
            {
                continue;
            }

            _graph.Add(manifest);
            if (found.PushedAt >= options.Before)
            {
                _graph.AddRoot(digest);
            }
        }
    }

    /// <summary>Marks what manifests refer to that were not read yet.</summary>
    private async IAsyncEnumerable<GarbageStep> MarkAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var digest in _folders.RevisionsAsync(_folder, cancellationToken))
        {
            if (_going.Contains(DigestKey.Of(digest)) || _read.Contains(digest))
            {
                continue;
            }

            kept.Add(digest);
            if (await ReadAsync(digest, cancellationToken) is not { Manifest: { } manifest })
            {
                continue;
            }

            _read.Add(digest);
            yield return new GarbageStep(GarbageStepKind.ManifestMarked, name.ToString(), digest);

            // An index may list layers: build caches are kept like that.
            foreach (var reference in manifest.References)
            {
                _marked.Add(reference.Digest);
                kept.Add(reference.Digest);
                yield return new GarbageStep(GarbageStepKind.BlobMarked, name.ToString(), reference.Digest);
            }
        }
    }

    private async IAsyncEnumerable<GarbageStep> RemoveLinksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var unmarked = new List<Digest>(Together);
        await foreach (var digest in _folders.LayersAsync(_folder, cancellationToken))
        {
            if (_marked.Contains(digest))
            {
                kept.Add(digest);
            }
            else if (await driver.StatLinkAsync(RegistryPaths.LayerLink(name, digest), cancellationToken) is { } since)
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
                foreach (var step in await RemoveAsync(unmarked, cancellationToken))
                {
                    yield return step;
                }
            }
        }

        foreach (var step in unmarked.Count == 0 ? [] : await RemoveAsync(unmarked, cancellationToken))
        {
            yield return step;
        }
    }

    /// <summary>Removes links that still no manifest refers to, and empties the list.</summary>
    private async Task<List<GarbageStep>> RemoveAsync(List<Digest> unmarked, CancellationToken cancellationToken)
    {
        var steps = new List<GarbageStep>();
        using var turn = await enter(name, cancellationToken);
        await foreach (var _ in MarkAsync(cancellationToken))
        {
            // Manifests that came since the first look.
        }

        foreach (var digest in unmarked)
        {
            if (_problem is null
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

    /// <summary>Reads a manifest of the repository. One that nobody can read is a problem.</summary>
    private async Task<(Manifest? Manifest, DateTimeOffset PushedAt)> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        if (await driver.StatAsync(RegistryPaths.RevisionLink(name, digest), cancellationToken) is not { IsFolder: false } link)
        {
            return default;
        }

        try
        {
            var manifest = await registry.Manifests.ReadAsync(digest, cancellationToken);

            // A link without a word in it is what a power cut leaves; nobody is served by it, but what it meant is kept.
            _problem ??= manifest is null && link.Size > 0 ? $"the manifest {digest} cannot be read" : null;
            return (manifest, link.Modified);
        }
        catch (InvalidDataException exception)
        {
            _problem ??= exception.Message;
            return default;
        }
    }
}
