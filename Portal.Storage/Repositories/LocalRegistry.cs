using Portal.Storage.Oci;

namespace Portal.Storage.Repositories;

/// <summary>The content stores of one storage root, side by side.</summary>
public sealed class LocalRegistry
{
    /// <summary>All repositories that hold a manifest, in ordinal order of the whole name.</summary>
    /// <param name="after">Only names behind this one; null for all.</param>
    public IAsyncEnumerable<RepositoryName> ListAsync(string? after, CancellationToken cancellationToken) => throw new NotImplementedException();
}
