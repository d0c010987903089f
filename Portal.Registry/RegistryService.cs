using Portal.Storage.Oci;

namespace Portal.Registry;

/// <summary>Every use case with a rule or an event. The protocol and the pages both call it, so that neither can differ.</summary>
public sealed class RegistryService
{
    /// <summary>Removes one tag; its manifest and other tags stay.</summary>
    /// <returns>False when there is no such tag.</returns>
    /// <exception cref="OciException">UNSUPPORTED when deletion is off.</exception>
    public Task<bool> DeleteTagAsync(RepositoryName name, Tag tag, RequestActor actor, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes a manifest and every tag that points to it.</summary>
    /// <returns>False when the repository does not have it.</returns>
    /// <exception cref="OciException">UNSUPPORTED when deletion is off.</exception>
    public Task<bool> DeleteManifestAsync(RepositoryName name, Digest digest, RequestActor actor, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Every tag that points to the manifest now, in ordinal order: what deleting it takes along.</summary>
    public Task<IReadOnlyList<Tag>> ListTagsOfAsync(RepositoryName name, Digest digest, CancellationToken cancellationToken) => throw new NotImplementedException();
}
