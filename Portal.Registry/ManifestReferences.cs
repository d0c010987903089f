using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Registry;

/// <summary>What a manifest refers to has to be in its repository before it.</summary>
internal static class ManifestReferences
{
    /// <param name="rules">Which manifests of an index may be missing.</param>
    /// <exception cref="OciException">MANIFEST_BLOB_UNKNOWN, with one error for each that is missing.</exception>
    public static async Task RequireAsync(
        LocalRegistry registry, ManifestRules rules, RepositoryName name, Manifest manifest, CancellationToken cancellationToken)
    {
        var reason = manifest.Index is not null
            ? new Reason(RegistryRefusal.ListedManifestAbsent, $"a manifest of the index is not in the repository: push it first")
            : new Reason(RegistryRefusal.BlobAbsent, $"a blob of the manifest is not in the repository: push it first");
        var missing = new List<OciError>();
        foreach (var reference in manifest.References.DistinctBy(descriptor => descriptor.Digest))
        {
            var exists = manifest.Index is not null
                ? !rules.MustExist(reference) || await registry.Manifests.ExistsAsync(name, reference.Digest, cancellationToken)
                : MediaTypes.IsForeignLayer(reference.MediaType)
                    || await registry.Blobs.StatAsync(name, reference.Digest, cancellationToken) is not null;
            if (!exists)
            {
                missing.Add(new OciError(
                    ErrorCode.ManifestBlobUnknown,
                    reason.ToString(),
                    new Dictionary<string, string> { ["digest"] = reference.Digest.ToString() }));
            }
        }

        if (missing.Count > 0)
        {
            throw new OciException(missing, reason);
        }
    }
}
