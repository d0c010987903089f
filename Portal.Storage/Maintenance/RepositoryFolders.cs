using System.Runtime.CompilerServices;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Storage.Maintenance;

/// <summary>A folder with links to blobs or manifests, or one that may have some and cannot be read.</summary>
/// <param name="Name">As it lies below the folder of repositories, whether that is a repository's name or not.</param>
/// <param name="Problem">Why it cannot be read; null when it can.</param>
internal readonly record struct RepositoryFolder(string Name, StoragePath Path, Reason? Problem = null);

/// <summary>
/// Every folder that may hold links, those of repositories without a manifest too, and those whose name nobody can ask
/// for: whatever they link stays. A driver takes what it cannot come to for absent; here each folder is gone to from the one
/// that lists it, so that what is there and cannot be read is an <see cref="UnreadableFolderException"/>.
/// </summary>
internal sealed class RepositoryFolders(IStorageDriver driver)
{
    // How often is looked at what comes or goes just then: a push makes a folder first, and then what is in it.
    internal const int Looks = 3;

    private static readonly string[] Layers = [RegistryPaths.LayersFolder];
    private static readonly string[] Revisions = [RegistryPaths.ManifestsFolder, RegistryPaths.RevisionsFolder];
    private static readonly string[] Tags = [RegistryPaths.ManifestsFolder, RegistryPaths.TagsFolder];

    /// <summary>All of them. After one that cannot be read, which comes with its problem, the others follow.</summary>
    public async IAsyncEnumerable<RepositoryFolder> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (isThere, problem) = await FindRootAsync(cancellationToken);
        if (problem is not null)
        {
            yield return new RepositoryFolder(RegistryPaths.Repositories.ToString(), RegistryPaths.Repositories, problem);
        }
        else if (isThere)
        {
            await foreach (var folder in ListAsync(RegistryPaths.Repositories, "", cancellationToken))
            {
                yield return folder;
            }
        }
    }

    /// <summary>The digests that have a folder among the layers.</summary>
    /// <exception cref="UnreadableFolderException">Not all of it can be read.</exception>
    public IAsyncEnumerable<Digest> LayersAsync(StoragePath repository, CancellationToken cancellationToken) =>
        DigestsAsync(repository, Layers, cancellationToken);

    /// <summary>The digests that have a folder among the revisions.</summary>
    /// <inheritdoc cref="LayersAsync"/>
    public IAsyncEnumerable<Digest> RevisionsAsync(StoragePath repository, CancellationToken cancellationToken) =>
        DigestsAsync(repository, Revisions, cancellationToken);

    /// <summary>Notes that whatever a folder links stays.</summary>
    /// <inheritdoc cref="LayersAsync"/>
    public async Task KeepAllAsync(StoragePath repository, DigestSet kept, CancellationToken cancellationToken)
    {
        await foreach (var digest in RevisionsAsync(repository, cancellationToken).Concat(LayersAsync(repository, cancellationToken)))
        {
            kept.Add(digest);
        }
    }

    /// <summary>What has a folder among the tags, whether it points to anything or not.</summary>
    /// <inheritdoc cref="LayersAsync"/>
    public async IAsyncEnumerable<Tag> TagsAsync(StoragePath repository, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await GoAsync(repository, Tags, cancellationToken) is not { } folder)
        {
            yield break;
        }

        await foreach (var child in ChildrenAsync(folder, cancellationToken))
        {
            if (Tag.TryParse(child.Name, out var tag) && (child.IsFolder || child.IsLink))
            {
                RequireFolder(folder, child);
                yield return tag;
            }
        }
    }

    /// <summary>Asks the driver for something of the tree, whose refusal is told with the place.</summary>
    public static async ValueTask<T> ReadAsync<T>(StoragePath path, Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UnreadableFolderException.Refused(path, exception);
        }
    }

    /// <summary>Makes sure that a file which was not found is not there.</summary>
    /// <param name="listed">A folder that was there.</param>
    /// <param name="way">The folders from there to the file, and the file.</param>
    /// <exception cref="UnreadableFolderException">It is there, or that cannot be known.</exception>
    public async Task RequireAbsentAsync(StoragePath listed, string[] way, CancellationToken cancellationToken)
    {
        try
        {
            if (await GoAsync(listed, way[..^1], cancellationToken) is { } folder
                && await FindAsync(folder, way[^1], cancellationToken) is not null)
            {
                throw UnreadableFolderException.Unknown(folder / way[^1]);
            }
        }
        catch (UnreadableFolderException)
        {
            // Somebody may have removed it since it was listed.
            if (await StatAsync(listed, cancellationToken) is not null
                || await StatAsync(listed.Parent, cancellationToken) is not { IsFolder: true })
            {
                throw;
            }
        }
    }

    /// <summary>The digests that have a folder <c>ALG/HEX</c>, by its place and not by what lies in it.</summary>
    private async IAsyncEnumerable<Digest> DigestsAsync(
        StoragePath repository, string[] way, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await GoAsync(repository, way, cancellationToken) is not { } all)
        {
            yield break;
        }

        foreach (var algorithm in RegistryPaths.Algorithms)
        {
            if (await GoAsync(all, [algorithm], cancellationToken) is not { } folder)
            {
                continue;
            }

            await foreach (var child in ChildrenAsync(folder, cancellationToken))
            {
                if (Digest.TryParse($"{algorithm}:{child.Name}", out var digest))
                {
                    RequireFolder(folder, child);
                    yield return digest;
                }
            }
        }
    }

    private async IAsyncEnumerable<RepositoryFolder> ListAsync(
        StoragePath folder, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (below, hasLinks, problem) = await LookAsync(folder, cancellationToken);
        if (hasLinks || problem is not null)
        {
            yield return new RepositoryFolder(name.Length == 0 ? folder.ToString() : name, folder, problem);
        }

        foreach (var child in below)
        {
            var path = folder / child.Name;
            var itsName = name.Length == 0 ? child.Name : $"{name}/{child.Name}";
            if (child.IsLink)
            {
                yield return new RepositoryFolder(itsName, path, UnreadableFolderException.Link(path).Reason);
                continue;
            }

            await foreach (var found in ListAsync(path, itsName, cancellationToken))
            {
                yield return found;
            }
        }
    }

    private async Task<(List<StorageChild> Below, bool HasLinks, Reason? Problem)> LookAsync(StoragePath folder, CancellationToken cancellationToken)
    {
        var below = new List<StorageChild>();
        var hasLinks = false;
        try
        {
            await foreach (var child in ChildrenAsync(folder, cancellationToken))
            {
                hasLinks |= child.Name is RegistryPaths.LayersFolder or RegistryPaths.ManifestsFolder;

                // What has another name than a path can have was put there by something else; no registry finds it either.
                if ((child.IsFolder || child.IsLink) && !child.Name.StartsWith('_') && StoragePath.IsComponent(child.Name))
                {
                    below.Add(child);
                }
            }
        }
        catch (UnreadableFolderException exception)
        {
            return ([], hasLinks, exception.Reason);
        }

        return (below, hasLinks, null);
    }

    /// <summary>Whether there is a folder of repositories. Without one, where there are blobs, something is not as it should be.</summary>
    private async Task<(bool IsThere, Reason? Problem)> FindRootAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await StatAsync(RegistryPaths.Root, cancellationToken) is null)
            {
                return (false, null);
            }

            var root = RegistryPaths.Repositories;
            if (await GoAsync(RegistryPaths.Root, [root.Name], cancellationToken) is not null)
            {
                return (true, null);
            }

            return await FindAsync(RegistryPaths.Root, RegistryPaths.BlobsFolder, cancellationToken) is null
                ? (false, null)
                : throw UnreadableFolderException.Missing(root);
        }
        catch (UnreadableFolderException exception)
        {
            return (false, exception.Reason);
        }
    }

    /// <summary>Goes down from a folder that is there.</summary>
    /// <returns>Null when the way ends before: the rest is not there.</returns>
    private async Task<StoragePath?> GoAsync(StoragePath folder, string[] way, CancellationToken cancellationToken)
    {
        foreach (var name in way)
        {
            if (await FindAsync(folder, name, cancellationToken) is not { } child)
            {
                return null;
            }

            RequireFolder(folder, child);
            folder /= name;
        }

        return folder;
    }

    private async Task<StorageChild?> FindAsync(StoragePath folder, string name, CancellationToken cancellationToken)
    {
        await foreach (var child in ChildrenAsync(folder, cancellationToken))
        {
            if (child.Name == name)
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>
    /// The children of a folder that is known to be there. The registry removes none of those that are gone through: one that
    /// vanishes may lie on a disk that was taken away, also when the folder above does not list it any more.
    /// </summary>
    private async IAsyncEnumerable<StorageChild> ChildrenAsync(StoragePath folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var isEmpty = true;
            await using var children = driver.ListAsync(folder, null, int.MaxValue, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await ReadAsync(folder, children.MoveNextAsync))
            {
                isEmpty = false;
                yield return children.Current;
            }

            if (!isEmpty || await StatAsync(folder, cancellationToken) is { IsFolder: true })
            {
                yield break;
            }

            if (look == Looks)
            {
                throw UnreadableFolderException.Vanished(folder);
            }
        }
    }

    private ValueTask<StorageEntry?> StatAsync(StoragePath path, CancellationToken cancellationToken) =>
        ReadAsync(path, () => driver.StatAsync(path, cancellationToken));

    private static void RequireFolder(StoragePath above, StorageChild child)
    {
        if (!child.IsFolder)
        {
            throw child.IsLink ? UnreadableFolderException.Link(above / child.Name) : UnreadableFolderException.NoFolder(above / child.Name);
        }
    }
}
