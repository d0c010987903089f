using Portal.Storage.Oci;

namespace Portal.Storage.Manifests;

/// <summary>The manifests of each repository: revision links to blobs.</summary>
public sealed class ManifestStore
{
    /// <returns>Null when the repository does not have it.</returns>
    public Task<Manifest?> GetAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The digests of every manifest of the repository, in no order.</summary>
    public IAsyncEnumerable<Digest> ListAsync(RepositoryName name, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>When the repository got the manifest; null when it does not have it.</summary>
    public ValueTask<DateTimeOffset?> PushedAtAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken) => throw new NotImplementedException();
}
