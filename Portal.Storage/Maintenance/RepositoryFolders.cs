using System.Runtime.CompilerServices;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;

namespace Portal.Storage.Maintenance;

/// <summary>A folder with links to blobs or manifests.</summary>
/// <param name="Name">As it lies below the folder of repositories, whether that is a repository's name or not.</param>
internal readonly record struct RepositoryFolder(string Name, StoragePath Path);

/// <summary>
/// Every folder that may hold links, those of repositories without a manifest too, and those whose name nobody can ask
/// for: whatever they link stays.
/// </summary>
internal sealed class RepositoryFolders(IStorageDriver driver)
{
    private static readonly string[] Algorithms = ["sha256", "sha512"];

    public IAsyncEnumerable<RepositoryFolder> ListAsync(CancellationToken cancellationToken) =>
        ListAsync(RegistryPaths.Repositories, "", cancellationToken);

    /// <summary>The digests that have a folder among the layers.</summary>
    public IAsyncEnumerable<Digest> LayersAsync(StoragePath repository, CancellationToken cancellationToken) =>
        DigestsAsync(repository / RegistryPaths.LayersFolder, cancellationToken);

    /// <summary>The digests that have a folder among the revisions.</summary>
    public IAsyncEnumerable<Digest> RevisionsAsync(StoragePath repository, CancellationToken cancellationToken) =>
        DigestsAsync(repository / $"{RegistryPaths.ManifestsFolder}/revisions", cancellationToken);

    /// <summary>The digests that have a folder <c>ALG/HEX</c>, by its place and not by what lies in it.</summary>
    private async IAsyncEnumerable<Digest> DigestsAsync(StoragePath folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var algorithm in Algorithms)
        {
            await foreach (var child in driver.ListAsync(folder / algorithm, null, int.MaxValue, cancellationToken))
            {
                if (Digest.TryParse($"{algorithm}:{child.Name}", out var digest))
                {
                    yield return digest;
                }
            }
        }
    }

    private async IAsyncEnumerable<RepositoryFolder> ListAsync(
        StoragePath folder, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var below = new List<string>();
        var hasLinks = false;
        await foreach (var child in driver.ListAsync(folder, null, int.MaxValue, cancellationToken))
        {
            hasLinks |= child.Name is RegistryPaths.LayersFolder or RegistryPaths.ManifestsFolder;

            // What has another name than a path can have was put there by something else; no registry finds it either.
            if (child.IsFolder && !child.Name.StartsWith('_') && StoragePath.IsComponent(child.Name))
            {
                below.Add(child.Name);
            }
        }

        if (hasLinks)
        {
            yield return new RepositoryFolder(name, folder);
        }

        foreach (var child in below)
        {
            await foreach (var found in ListAsync(folder / child, name.Length == 0 ? child : $"{name}/{child}", cancellationToken))
            {
                yield return found;
            }
        }
    }
}
