using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Registry.Copying;

/// <summary>One manifest to copy.</summary>
/// <param name="Tag">The tag that goes along; null for none.</param>
internal readonly record struct CopyStep(Digest Digest, Tag? Tag);

/// <summary>
/// The manifests of a copy in the order in which they are put: what a manifest lists and what refers to it before it, so
/// that whoever sees the tag finds all of it.
/// </summary>
internal sealed class CopyPlan(LocalRegistry registry, RepositoryName from, bool withReferrers)
{
    /// <summary>Manifests of one copy; more is no image.</summary>
    public const int MaxManifests = 5000;

    private const int MaxDepth = 16;

    // Where cosign and clients of registries without the referrers API keep what refers to a digest. The list comes last: what it names may have a tag.
    private static readonly string[] TagEndings = [".sig", ".att", ".sbom", ""];

    private readonly HashSet<Digest> _seen = [];
    private readonly List<CopyStep> _steps = [];

    /// <exception cref="OciException">MANIFEST_UNKNOWN: the repository does not have it; MANIFEST_INVALID: it is too much, or nested too deeply.</exception>
    public async Task<IReadOnlyList<CopyStep>> MakeAsync(Digest root, CancellationToken cancellationToken)
    {
        if (!await registry.Manifests.ExistsAsync(from, root, cancellationToken))
        {
            throw Unknown(from, root.ToString());
        }

        await AddAsync(root, null, 0, cancellationToken);
        return _steps;
    }

    public static OciException Unknown(RepositoryName name, string reference)
    {
        return new OciException(ErrorCode.ManifestUnknown, new Reason(RegistryRefusal.NothingToCopy, $"{name} has no such manifest now"), ("reference", reference));
    }

    private async Task AddAsync(Digest digest, Tag? tag, int depth, CancellationToken cancellationToken)
    {
        if (!_seen.Add(digest))
        {
            return;
        }

        if (_seen.Count > MaxManifests || depth > MaxDepth)
        {
            throw new OciException(
                ErrorCode.ManifestInvalid,
                new Reason(
                    RegistryRefusal.TooMuchToCopy,
                    $"what is to be copied has more than {MaxManifests} manifests, or they are nested more than {MaxDepth} times"));
        }

        if (await registry.Manifests.GetAsync(from, digest, cancellationToken) is not { } manifest)
        {
            // An index may list what the repository does not have; whether that is allowed, putting it decides.
            return;
        }

        foreach (var child in manifest.Index?.Manifests ?? [])
        {
            await AddAsync(child.Digest, null, depth + 1, cancellationToken);
        }

        if (withReferrers)
        {
            await AddReferrersAsync(digest, depth + 1, cancellationToken);
        }

        _steps.Add(new CopyStep(digest, tag));
    }

    private async Task AddReferrersAsync(Digest subject, int depth, CancellationToken cancellationToken)
    {
        // First, as each manifest is put once: a signature that also names its subject keeps its tag.
        foreach (var ending in TagEndings)
        {
            if (Tag.TryParse($"{subject.AlgorithmName}-{subject.Hex}{ending}", out var tag)
                && await registry.Tags.FindAsync(from, tag, cancellationToken) is { } target)
            {
                await AddAsync(target, tag, depth, cancellationToken);
            }
        }

        foreach (var referrer in await registry.Referrers.ListAsync(from, subject, cancellationToken))
        {
            await AddAsync(referrer, null, depth, cancellationToken);
        }
    }
}
