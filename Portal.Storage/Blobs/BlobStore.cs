using Portal.Storage.Oci;

namespace Portal.Storage.Blobs;

/// <summary>The blobs: bytes once for all, linked into each repository that may serve them.</summary>
public sealed class BlobStore
{
    /// <returns>Bytes of the blob; null when the repository does not have it.</returns>
    public ValueTask<long?> StatAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A small blob whole, say an image config.</summary>
    /// <param name="maxSize">A larger blob is not read.</param>
    /// <returns>Null when the repository does not have it, or it is larger.</returns>
    public Task<byte[]?> ReadAsync(RepositoryName name, Digest digest, int maxSize, CancellationToken cancellationToken) => throw new NotImplementedException();
}
