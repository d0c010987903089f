using System.Runtime.CompilerServices;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Storage.Maintenance;

/// <summary>
/// Frees what nothing refers to, while pushes and pulls go on. First it goes through the repositories and removes their
/// links to blobs that none of their manifests refers to; what is left is noted. Then it goes through the blobs and removes
/// those that were not noted. What was linked since it began is known from <see cref="LinkGate"/>, and stays.
/// </summary>
/// <remarks>
/// A collection that cannot read a part of the repositories' tree removes no blob. Each step leaves a store without a fault,
/// wherever it is stopped. Memory grows by some 50 bytes with each digest that stays; while a repository is gone through, by
/// as much again with each that it has, and by some 200 with each that is linked anywhere meanwhile, until the next look.
/// </remarks>
/// <param name="enter">Takes a repository's turn, in which nobody else changes its manifests.</param>
public sealed class GarbageCollector(
    IStorageDriver driver, LocalRegistry registry, Func<RepositoryName, CancellationToken, Task<IDisposable>> enter)
{
    private readonly RepositoryFolders _folders = new(driver);

    /// <summary>How many repositories a collection will come to.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken) => await _folders.ListAsync(cancellationToken).CountAsync(cancellationToken);

    /// <summary>Collects, step by step as the answer is read. Whoever stops reading stops the collection.</summary>
    /// <exception cref="GarbageRefusedException">
    /// Another process collects; or, after all repositories were looked through, some of what they link is not known.
    /// </exception>
    /// <param name="collection">From <see cref="LinkGate.TryBegin"/> of <see cref="BlobStore.Links"/>; it ends with the caller.</param>
    public async IAsyncEnumerable<GarbageStep> CollectAsync(
        CollectionTurn collection, GarbageOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var turn = options.IsDryRun ? null : await LockAsync(cancellationToken);
        var kept = new DigestSet();
        Reason? unreadable = null;
        yield return new GarbageStep(GarbageStepKind.Begun);
        await foreach (var (name, folder, problem) in _folders.ListAsync(cancellationToken))
        {
            yield return new GarbageStep(GarbageStepKind.Repository, name);
            if (problem is null && RepositoryName.TryParse(name, out var repository))
            {
                var one = new RepositoryCollection(driver, registry, enter, collection, options, repository, kept);
                await foreach (var step in one.RunAsync(cancellationToken))
                {
                    yield return step;
                }

                unreadable ??= one.Unreadable;
            }
            else if ((problem ?? await KeepAllAsync(folder, kept, cancellationToken)) is { } reason)
            {
                yield return new GarbageStep(GarbageStepKind.Left, name, Reason: reason);
                unreadable ??= reason;
            }
        }

        if (unreadable is not null)
        {
            throw new GarbageRefusedException(new Reason(
                GarbageRefusal.Unreadable,
                $"no blob is removed, since it is not known which ones are needed: {unreadable}. Mount or mend it, or remove it if nobody needs what was there, and begin again"));
        }

        yield return new GarbageStep(GarbageStepKind.Marked, Bytes: kept.Count);
        await foreach (var blob in FindAsync(collection, options, kept, cancellationToken))
        {
            yield return blob;
        }

        yield return new GarbageStep(GarbageStepKind.Sweep);
        await foreach (var blob in FindAsync(collection, options, kept, cancellationToken))
        {
            if (options.IsDryRun || await collection.TryRemoveAsync(blob.Digest, () => RemoveAsync(blob.Digest, options.Before)))
            {
                yield return blob with { Kind = GarbageStepKind.BlobRemoved };
            }
        }
    }

    /// <summary>One collection at a time, of all processes over the same storage.</summary>
    private async Task<IDisposable> LockAsync(CancellationToken cancellationToken) =>
        await driver.TryLockAsync(RegistryPaths.CollectionLock, cancellationToken)
        ?? throw new GarbageRefusedException(
            new Reason(GarbageRefusal.CollectedElsewhere, $"another process collects garbage in this storage: wait for its end, or stop it there"));

    /// <returns>Why it is not known what the folder links; null when it is, and noted.</returns>
    private async Task<Reason?> KeepAllAsync(StoragePath folder, DigestSet kept, CancellationToken cancellationToken)
    {
        try
        {
            await _folders.KeepAllAsync(folder, kept, cancellationToken);
            return null;
        }
        catch (UnreadableFolderException exception)
        {
            return exception.Reason;
        }
    }

    /// <summary>The blobs that nothing links, and that are old enough.</summary>
    private async IAsyncEnumerable<GarbageStep> FindAsync(
        CollectionTurn collection, GarbageOptions options, DigestSet kept, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var algorithm in RegistryPaths.Algorithms)
        {
            var all = RegistryPaths.Blobs(algorithm);
            await foreach (var part in driver.ListAsync(all, null, int.MaxValue, cancellationToken))
            {
                if (!StoragePath.IsComponent(part.Name))
                {
                    continue;
                }

                await foreach (var child in driver.ListAsync(all / part.Name, null, int.MaxValue, cancellationToken))
                {
                    if (Digest.TryParse($"{algorithm}:{child.Name}", out var digest)
                        && child.Name.StartsWith(part.Name, StringComparison.Ordinal)
                        && !kept.Contains(digest)
                        && !collection.IsLinked(DigestKey.Of(digest))
                        && await LookAsync(digest, cancellationToken) is { } data
                        && data.Modified < options.Before)
                    {
                        yield return new GarbageStep(GarbageStepKind.BlobFound, Digest: digest, Bytes: data.Size);
                    }
                }
            }
        }
    }

    private async Task<bool> RemoveAsync(Digest digest, DateTimeOffset before)
    {
        return await LookAsync(digest, CancellationToken.None) is { } data
            && data.Modified < before
            && await driver.DeleteAsync(RegistryPaths.BlobData(digest).Parent, CancellationToken.None);
    }

    /// <summary>The bytes; or their folder, where a crash left nothing else.</summary>
    private async ValueTask<StorageEntry?> LookAsync(Digest digest, CancellationToken cancellationToken)
    {
        var data = RegistryPaths.BlobData(digest);
        return await driver.StatAsync(data, cancellationToken) ?? await driver.StatAsync(data.Parent, cancellationToken);
    }
}
