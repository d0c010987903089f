using Portal.Registry.Auth;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;
using Portal.Storage.Tags;

namespace Portal.Registry.Copying;

/// <summary>
/// Gives an image another tag, or another repository, without moving a byte: its configs and layers are mounted, its
/// manifests put as they are. Each step is a client's, by the same rules and with the same events.
/// </summary>
public sealed class ImageCopier(LocalRegistry registry, RegistryService service, Permissions permissions)
{
    /// <summary>What a tag points to now where a copy would go: for a question before it is overwritten.</summary>
    /// <returns>Null when there is no such tag, or the one who asks may not pull there.</returns>
    public async Task<TagTarget?> FindTargetAsync(Identity who, RepositoryName name, Tag tag, CancellationToken cancellationToken)
    {
        return permissions.On(who, name).HasFlag(RepositoryActions.Pull) ? await registry.Tags.ResolveAsync(name, tag, cancellationToken) : null;
    }

    /// <summary>Copies. When it is cancelled or fails, what is there already stays, without the tag.</summary>
    /// <param name="progress">Told after each manifest; null when nobody looks.</param>
    /// <returns>The digest of what was copied.</returns>
    /// <exception cref="OciException">
    /// DENIED: the actor may not pull from the one or push to the other; MANIFEST_UNKNOWN: it is not there; MANIFEST_BLOB_UNKNOWN:
    /// a layer is missing at the source; and whatever a push may be refused for.
    /// </exception>
    /// <exception cref="TagMovedException">The tag points elsewhere than was expected.</exception>
    public async Task<Digest> CopyAsync(
        CopyRequest request, RequestActor actor, IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, request.From, RepositoryActions.Pull);
        permissions.Require(actor.Identity, request.To, RepositoryActions.Push);
        var root = await ResolveAsync(request, cancellationToken);
        if (request is { Tag: { } wanted, Expected: { } expected })
        {
            // Early, for the one who asks; it is looked at once more as the tag is put.
            expected.Require(wanted, await registry.Tags.FindAsync(request.To, wanted, cancellationToken));
        }

        var steps = await new CopyPlan(registry, request.From, request.WithReferrers).MakeAsync(root, cancellationToken);
        var mounted = 0;
        progress?.Report(new CopyProgress(0, steps.Count, 0));
        for (var done = 0; done < steps.Count; done++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = steps[done];
            var manifest = await registry.Manifests.GetAsync(request.From, step.Digest, cancellationToken)
                ?? throw CopyPlan.Unknown(request.From, step.Digest.ToString());
            if (request.From != request.To)
            {
                mounted += await MountAsync(request, manifest, actor, cancellationToken);
            }

            await PutAsync(request, manifest, step, isRoot: step.Digest == root, actor, cancellationToken);
            progress?.Report(new CopyProgress(done + 1, steps.Count, mounted));
        }

        return root;
    }

    private async Task<Digest> ResolveAsync(CopyRequest request, CancellationToken cancellationToken)
    {
        return request.Reference.IsDigest
            ? request.Reference.Digest
            : await registry.Tags.FindAsync(request.From, request.Reference.Tag, cancellationToken)
                ?? throw CopyPlan.Unknown(request.From, request.Reference.ToString());
    }

    /// <returns>How many contents the repository did not have before.</returns>
    private async Task<int> MountAsync(CopyRequest request, Manifest manifest, RequestActor actor, CancellationToken cancellationToken)
    {
        var mounted = 0;
        foreach (var content in manifest.Index is null ? manifest.Contents.DistinctBy(content => content.Digest) : [])
        {
            // As a client does: what is there needs no mount, and makes no event.
            if (await registry.Blobs.StatAsync(request.To, content.Digest, cancellationToken) is not null)
            {
                continue;
            }

            if (!await service.MountBlobAsync(request.From, request.To, content.Digest, actor, cancellationToken))
            {
                throw new OciException(
                    ErrorCode.ManifestBlobUnknown,
                    new Reason(RegistryRefusal.ContentGone, $"a layer or config of the image is not in {request.From} any more: push the image again"),
                    ("digest", content.Digest.ToString()));
            }

            mounted++;
        }

        return mounted;
    }

    private async Task PutAsync(
        CopyRequest request, Manifest manifest, CopyStep step, bool isRoot, RequestActor actor, CancellationToken cancellationToken)
    {
        if (isRoot && request.Tag is { } tag)
        {
            await service.PutManifestAsync(request.To, tag, manifest, request.Expected, actor, cancellationToken);
            return;
        }

        var isThere = await registry.Manifests.ExistsAsync(request.To, manifest.Digest, cancellationToken);
        if (step.Tag is { } itsOwn && await registry.Tags.FindAsync(request.To, itsOwn, cancellationToken) is null)
        {
            try
            {
                await service.PutManifestAsync(request.To, itsOwn, manifest, ExpectedTag.None, actor, cancellationToken);
                return;
            }
            catch (TagMovedException)
            {
                // Signatures that are there may be others: they are not overwritten.
            }
        }

        if (!isThere)
        {
            await service.PutManifestAsync(request.To, manifest.Digest, manifest, actor, cancellationToken);
        }
    }
}
