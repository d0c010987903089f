using Portal.Registry.Auth;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Inspection;

/// <summary>The exact bytes of manifests and blobs, for people who save them. Looking is no pull: it makes no event.</summary>
public sealed class ContentFiles(LocalRegistry registry, Permissions permissions)
{
    /// <returns>Null when the repository does not have it, or <paramref name="who"/> may not pull from it.</returns>
    public async Task<ReadOnlyMemory<byte>?> ReadManifestAsync(Identity who, RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return MayPull(who, name) ? (await registry.Manifests.GetAsync(name, digest, cancellationToken))?.Content : null;
    }

    /// <returns>Its bytes and how many they are; null when the repository does not have it, or <paramref name="who"/> may not pull from it.</returns>
    public async Task<(Stream Content, long Size)?> OpenBlobAsync(Identity who, RepositoryName name, Digest digest, CancellationToken cancellationToken)
    {
        return MayPull(who, name)
            && await registry.Blobs.StatAsync(name, digest, cancellationToken) is { } size
            && await registry.Blobs.OpenAsync(digest, 0, cancellationToken) is { } content
            ? (content, size)
            : null;
    }

    private bool MayPull(Identity who, RepositoryName name) => permissions.On(who, name).HasFlag(RepositoryActions.Pull);
}
