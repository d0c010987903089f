using System.Runtime.CompilerServices;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;

namespace Portal.Storage.Repositories;

/// <summary>Walks the repositories folder so that whole names come in ordinal order.</summary>
/// <remarks>
/// A naive walk errs: <c>a-b</c> sorts before <c>a/b</c>, but folder <c>a</c> before <c>a-b</c>. So each folder is
/// visited as two keys, <c>a</c> for itself and <c>a/</c> for what is below it, and the keys of a level are sorted.
/// </remarks>
internal sealed class CatalogWalker(IStorageDriver driver)
{
    public IAsyncEnumerable<RepositoryName> WalkAsync(string? after, CancellationToken cancellationToken)
    {
        return WalkAsync(RegistryPaths.Repositories, string.Empty, after ?? string.Empty, cancellationToken);
    }

    public async ValueTask<bool> ExistsAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var folder = RegistryPaths.Repository(name);
        return await driver.StatAsync(folder / RegistryPaths.ManifestsFolder, cancellationToken) is not null
            || await driver.StatAsync(folder / RegistryPaths.LayersFolder, cancellationToken) is not null;
    }

    private async IAsyncEnumerable<RepositoryName> WalkAsync(
        StoragePath folder, string prefix, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var child in driver.ListAsync(folder, null, int.MaxValue, cancellationToken))
        {
            // A name's component never begins with an underscore: such folders are the repository's own.
            if (child.IsFolder && RepositoryName.TryParse(prefix + child.Name, out _))
            {
                keys.Add(child.Name);
                keys.Add(child.Name + "/");
            }
        }

        keys.Sort(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var path = prefix + key;
            if (key[^1] == '/')
            {
                if (string.CompareOrdinal(path, after) > 0 || after.StartsWith(path, StringComparison.Ordinal))
                {
                    await foreach (var name in WalkAsync(folder / key[..^1], path, after, cancellationToken))
                    {
                        yield return name;
                    }
                }
            }
            else if (string.CompareOrdinal(path, after) > 0 && RepositoryName.TryParse(path, out var name)
                && await HasManifestAsync(name, cancellationToken))
            {
                yield return name;
            }
        }
    }

    private async ValueTask<bool> HasManifestAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        await foreach (var _ in driver.ListLinksAsync(algorithm => RegistryPaths.Revisions(name, algorithm), cancellationToken))
        {
            return true;
        }

        return false;
    }
}
