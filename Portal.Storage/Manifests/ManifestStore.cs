using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Measuring;
using Portal.Storage.Oci;

namespace Portal.Storage.Manifests;

/// <summary>The manifests of each repository: revision links to blobs.</summary>
/// <param name="cache">Parsed manifests by digest, which cannot change.</param>
public sealed class ManifestStore(IStorageDriver driver, BlobStore blobs, BoundedCache<Digest, Manifest> cache)
{
    /// <summary>How often a manifest that was asked for was in memory.</summary>
    public HitCount Lookups { get; } = new();

    /// <returns>Null when the repository does not have it, or it is of a kind that nobody can read.</returns>
    /// <exception cref="InvalidDataException">What is stored does not have the digest it is stored under.</exception>
    public async ValueTask<Manifest?> GetAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return await ExistsAsync(name, digest, cancellationToken) ? await FindDataAsync(digest, cancellationToken) : null;
    }

    /// <summary>A manifest whose bytes are on disk, whatever repository has it: who may see it is the caller's care.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public async ValueTask<Manifest?> FindDataAsync(Digest digest, CancellationToken cancellationToken)
    {
        var isCached = cache.TryGet(digest, out var manifest);
        Lookups.Add(isCached);
        if (isCached)
        {
            return manifest;
        }

        manifest = await ReadAsync(digest, cancellationToken);
        if (manifest is not null)
        {
            cache.Set(digest, manifest);
        }

        return manifest;
    }

    /// <summary>Reads a manifest past the memory, for who reads all of them once. Whether a repository has it is not asked.</summary>
    /// <returns>Null when its bytes are not there, or of a kind that nobody can read.</returns>
    /// <exception cref="InvalidDataException">What is stored does not have the digest it is stored under.</exception>
    public async ValueTask<Manifest?> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        var content = await driver.ReadAsync(RegistryPaths.BlobData(digest), Manifest.LargestSize, cancellationToken);
        if (content is null)
        {
            return null;
        }

        if (Digest.Of(content, digest.Algorithm) != digest)
        {
            throw new InvalidDataException($"the bytes stored for manifest {digest} have another digest: the storage is damaged");
        }

        try
        {
            return Manifest.IsSchema1(content, null)
                ? Manifest.ParseSchema1(content, digest.Algorithm)
                : Manifest.Parse(content, null, digest.Algorithm);
        }
        catch (OciException)
        {
            return null;
        }
    }

    /// <summary>Whether the repository has the manifest.</summary>
    public async ValueTask<bool> ExistsAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return await PushedAtAsync(name, digest, cancellationToken) is not null;
    }

    /// <summary>Stores the bytes and links them. What it refers to must have been checked before.</summary>
    public async Task PutAsync(RepositoryName name, Manifest manifest, CancellationToken cancellationToken)
    {
        using var passage = await blobs.Links.EnterAsync(manifest.Digest, cancellationToken);

        // Bytes that are there but have another length were cut by a fault: write them anew.
        if (await blobs.StatDataAsync(manifest.Digest, cancellationToken) != manifest.Content.Length)
        {
            await driver.PutAsync(RegistryPaths.BlobData(manifest.Digest), manifest.Content, cancellationToken);
        }

        await driver.WriteLinkAsync(RegistryPaths.RevisionLink(name, manifest.Digest), manifest.Digest, cancellationToken);
        cache.Set(manifest.Digest, manifest);
    }

    /// <summary>Removes the repository's link. Tags that point to it must be gone before.</summary>
    /// <returns>False when the repository does not have it.</returns>
    public async Task<bool> DeleteAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return await ExistsAsync(name, digest, cancellationToken)
            && await driver.DeleteAsync(RegistryPaths.Revision(name, digest), cancellationToken);
    }

    /// <summary>The digests of every manifest of the repository.</summary>
    public IAsyncEnumerable<Digest> ListAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        return driver.ListLinksAsync(algorithm => RegistryPaths.Revisions(name, algorithm), cancellationToken);
    }

    /// <summary>When the repository got the manifest; null when it does not have it.</summary>
    public ValueTask<DateTimeOffset?> PushedAtAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return driver.StatLinkAsync(RegistryPaths.RevisionLink(name, digest), cancellationToken);
    }
}
