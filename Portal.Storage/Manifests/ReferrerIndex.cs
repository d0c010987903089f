using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;

namespace Portal.Storage.Manifests;

/// <summary>
/// Which manifests name a subject (OCI distribution 1.1, "Listing Referrers"). A store written by upstream lacks these
/// links: they are built from the revisions when a repository is first asked.
/// </summary>
public sealed class ReferrerIndex(IStorageDriver driver, ManifestStore manifests)
{
    public async Task AddAsync(RepositoryName name, Digest subject, Digest manifest, CancellationToken cancellationToken)
    {
        var path = RegistryPaths.ReferrerLink(name, subject, manifest);
        if (await driver.ReadLinkAsync(path, cancellationToken) is null)
        {
            await driver.WriteLinkAsync(path, manifest, cancellationToken);
        }
    }

    public async Task RemoveAsync(RepositoryName name, Digest subject, Digest manifest, CancellationToken cancellationToken)
    {
        await driver.DeleteAsync(RegistryPaths.Referrer(name, subject, manifest), cancellationToken);
    }

    /// <summary>The digests of the manifests that name the subject, which itself need not exist.</summary>
    public async Task<IReadOnlyList<Digest>> ListAsync(RepositoryName name, Digest subject, CancellationToken cancellationToken)
    {
        if (await driver.StatAsync(RegistryPaths.ReferrersComplete(name), cancellationToken) is null)
        {
            await BuildAsync(name, cancellationToken);
        }

        var referrers = new List<Digest>();
        await foreach (var digest in driver.ListLinksAsync(
            algorithm => RegistryPaths.Referrers(name, subject, algorithm), cancellationToken))
        {
            referrers.Add(digest);
        }

        return referrers;
    }

    private async Task BuildAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var any = false;
        await foreach (var digest in manifests.ListAsync(name, cancellationToken))
        {
            any = true;
            if ((await manifests.GetAsync(name, digest, cancellationToken))?.Subject is { } subject)
            {
                await AddAsync(name, subject.Digest, digest, cancellationToken);
            }
        }

        if (any)
        {
            await driver.PutAsync(RegistryPaths.ReferrersComplete(name), ReadOnlyMemory<byte>.Empty, cancellationToken);
        }
    }
}
