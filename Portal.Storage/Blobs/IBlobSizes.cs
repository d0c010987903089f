using Portal.Storage.Oci;

namespace Portal.Storage.Blobs;

/// <summary>
/// Remembers which repository has which blob and how large it is, so that the storage is not asked each time
/// (<c>storage.cache.blobdescriptor</c>). What it does not know costs a look into the storage and nothing else.
/// </summary>
public interface IBlobSizes
{
    /// <summary>How often it could not be asked although it should have been there.</summary>
    long Failures => 0;

    /// <returns>Bytes of the blob; null when it is not known that the repository has it.</returns>
    ValueTask<long?> GetAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken);

    /// <summary>Remembers what the storage said, whatever happens to the request.</summary>
    ValueTask SetAsync(RepositoryName name, Digest digest, long size);

    /// <summary>
    /// Forgets it, whatever happens to the request: nobody who asks here afterwards is told that the repository has it.
    /// </summary>
    ValueTask RemoveAsync(RepositoryName name, Digest digest);
}
