using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.Manifests;
using Portal.Storage.Oci;
using Portal.Storage.Tags;
using Portal.Storage.Uploads;

namespace Portal.Storage.Repositories;

/// <summary>The content stores of one storage root, side by side.</summary>
public sealed class LocalRegistry : IDisposable
{
    private const long ManifestCacheBytes = 32 * 1024 * 1024;

    // What a parsed manifest costs beside its bytes, roughly.
    private const int ManifestOverhead = 1024;

    private readonly CatalogWalker _walker;

    /// <param name="driver">Where the bytes lie.</param>
    /// <param name="blobSizes">Remembers the sizes of blobs (<c>storage.cache.blobdescriptor</c>); null asks the driver each time.</param>
    /// <param name="tagLookups">Tags that are looked at side by side when a manifest is deleted (<c>storage.tag.concurrencylimit</c>).</param>
    public LocalRegistry(IStorageDriver driver, TimeProvider time, IBlobSizes? blobSizes = null, int tagLookups = 1)
    {
        Time = time;
        Blobs = new BlobStore(driver, blobSizes, time);
        Manifests = new ManifestStore(
            driver,
            Blobs,
            new BoundedCache<Digest, Manifest>(ManifestCacheBytes, manifest => manifest.Content.Length + ManifestOverhead));
        Tags = new TagStore(driver, time, tagLookups);
        Referrers = new ReferrerIndex(driver, Manifests);
        Uploads = new UploadStore(driver, Blobs, time);
        _walker = new CatalogWalker(driver);
    }

    internal TimeProvider Time { get; }

    public BlobStore Blobs { get; }

    public ManifestStore Manifests { get; }

    public TagStore Tags { get; }

    public ReferrerIndex Referrers { get; }

    public UploadStore Uploads { get; }

    /// <summary>All repositories that hold a manifest, in ordinal order of the whole name.</summary>
    /// <param name="after">Only names behind this one; null for all.</param>
    public IAsyncEnumerable<RepositoryName> ListAsync(string? after, CancellationToken cancellationToken)
    {
        return _walker.WalkAsync(after, cancellationToken);
    }

    /// <summary>Whether anything was ever linked into the repository.</summary>
    public ValueTask<bool> ExistsAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        return _walker.ExistsAsync(name, cancellationToken);
    }

    /// <summary>Removes a manifest with what it says of its subject. The caller has the repository's turn, and removed its tags.</summary>
    /// <param name="manifest">What it says; null when nobody can read it.</param>
    /// <returns>False when the repository does not have it.</returns>
    public async Task<bool> RemoveManifestAsync(RepositoryName name, Digest digest, Manifest? manifest)
    {
        if (manifest?.Subject is { } subject)
        {
            await Referrers.RemoveAsync(name, subject.Digest, digest, CancellationToken.None);
        }

        return await Manifests.DeleteAsync(name, digest, CancellationToken.None);
    }

    public void Dispose()
    {
        Uploads.Dispose();
    }
}
