using Portal.Registry.Auth;
using Portal.Registry.Events;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Storage.Uploads;

namespace Portal.Registry;

/// <summary>
/// Every use case with a rule or an event. The protocol and the pages both call it, so that neither can differ. Whatever
/// changes something asks the permissions; what is only read, the protocol has asked about before, with its challenge.
/// </summary>
public sealed class RegistryService(
    LocalRegistry registry, RegistryPolicy policy, Permissions permissions, EventStream events, RepositoryLocks locks, TimeProvider time)
{
    /// <summary>Whether anybody hears of pulls of manifests; else nobody need find out who pulls.</summary>
    public bool ReportsPulls => events.IsHeard(EventAction.Pull);

    /// <summary>Whether anybody hears of pulls of blobs.</summary>
    public bool ReportsBlobPulls => events.IsHeard(EventAction.Pull, ofBlob: true);

    /// <summary>A manifest by tag or digest, for a client that pulls it.</summary>
    /// <param name="puller">Who gets the content; null when it is not sent, or <see cref="ReportsPulls"/> is false.</param>
    /// <returns>Null when the repository does not have it.</returns>
    public async ValueTask<Manifest?> GetManifestAsync(
        RepositoryName name, Reference reference, RequestActor? puller, CancellationToken cancellationToken)
    {
        var digest = reference.IsDigest
            ? reference.Digest
            : await registry.Tags.FindAsync(name, reference.Tag, cancellationToken);
        if (digest is null || await registry.Manifests.GetAsync(name, digest.Value, cancellationToken) is not { } manifest)
        {
            return null;
        }

        if (puller is not null)
        {
            Publish(EventAction.Pull, name, manifest, reference, puller);
        }

        return manifest;
    }

    /// <summary>Stores a manifest whose references exist, and points the tag to it when the reference is one.</summary>
    /// <exception cref="OciException">
    /// DENIED when the actor may not push; UNSUPPORTED when the registry is read-only; NAME_INVALID or TAG_INVALID when one is longer than the policy allows;
    /// DIGEST_INVALID when the reference is a digest and not the content's; MANIFEST_INVALID or DENIED when the content
    /// breaks a rule (<see cref="ManifestRules"/>);
    /// MANIFEST_BLOB_UNKNOWN with one error for each missing reference.
    /// </exception>
    public async Task PutManifestAsync(
        RepositoryName name, Reference reference, Manifest manifest, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Push);
        policy.RequireWritable();
        policy.RequireLength(name);
        if (!reference.IsDigest)
        {
            policy.RequireLength(reference.Tag);
        }
        else if (reference.Digest != manifest.Digest)
        {
            throw new OciException(
                ErrorCode.DigestInvalid,
                "the manifest does not have the digest in the address",
                ("digest", reference.Digest.ToString()),
                ("actual", manifest.Digest.ToString()));
        }

        policy.Manifests.Require(manifest, name, actor.Identity.Granted);
        using (await locks.EnterAsync(name, cancellationToken))
        {
            await RequireReferencesAsync(name, manifest, cancellationToken);

            // Carried through once begun. The tag comes last: a crash before it leaves an untagged manifest, no broken tag.
            await registry.Manifests.PutAsync(name, manifest, CancellationToken.None);
            if (manifest.Subject is { } subject)
            {
                await registry.Referrers.AddAsync(name, subject.Digest, manifest.Digest, CancellationToken.None);
            }

            if (!reference.IsDigest)
            {
                await registry.Tags.SetAsync(name, reference.Tag, manifest.Digest, CancellationToken.None);
            }
        }

        Publish(EventAction.Push, name, manifest, reference, actor);
    }

    /// <summary>Removes one tag; its manifest and other tags stay.</summary>
    /// <returns>False when there is no such tag.</returns>
    /// <exception cref="OciException">DENIED when the actor may not delete; UNSUPPORTED when the registry is read-only or deletion is off.</exception>
    public async Task<bool> DeleteTagAsync(
        RepositoryName name, Tag tag, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Delete);
        policy.RequireDeletion();
        using (await locks.EnterAsync(name, cancellationToken))
        {
            if (!await registry.Tags.DeleteAsync(name, tag, CancellationToken.None))
            {
                return false;
            }
        }

        events.Publish(NewEvent(EventAction.Delete, name, actor) with { Tag = tag });
        return true;
    }

    /// <summary>Removes a manifest and every tag that points to it.</summary>
    /// <returns>False when the repository does not have it.</returns>
    /// <exception cref="OciException">DENIED when the actor may not delete; UNSUPPORTED when the registry is read-only or deletion is off.</exception>
    public async Task<bool> DeleteManifestAsync(
        RepositoryName name, Digest digest, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Delete);
        policy.RequireDeletion();
        Manifest? manifest;
        IReadOnlyList<Tag> tags;
        using (await locks.EnterAsync(name, cancellationToken))
        {
            if (!await registry.Manifests.ExistsAsync(name, digest, cancellationToken))
            {
                return false;
            }

            manifest = await registry.Manifests.GetAsync(name, digest, cancellationToken);
            tags = await registry.Tags.ListOfAsync(name, digest, cancellationToken);
            foreach (var tag in tags)
            {
                await registry.Tags.DeleteAsync(name, tag, CancellationToken.None);
            }

            if (manifest?.Subject is { } subject)
            {
                await registry.Referrers.RemoveAsync(name, subject.Digest, digest, CancellationToken.None);
            }

            await registry.Manifests.DeleteAsync(name, digest, CancellationToken.None);
        }

        events.Publish(NewEvent(EventAction.Delete, name, actor) with { Digest = digest, MediaType = manifest?.MediaType, RemovedTags = tags });
        return true;
    }

    /// <summary>Every tag that points to the manifest now, in ordinal order: what deleting it takes along.</summary>
    /// <exception cref="OciException">DENIED when the repository may not be pulled from.</exception>
    public Task<IReadOnlyList<Tag>> ListTagsOfAsync(RepositoryName name, Digest digest, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Pull);
        return registry.Tags.ListOfAsync(name, digest, cancellationToken);
    }

    /// <summary>Opens a blob for a client that pulls it.</summary>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="puller">Who gets it; null when <see cref="ReportsBlobPulls"/> is false.</param>
    /// <returns>Null when the bytes are not there.</returns>
    public async ValueTask<Stream?> OpenBlobAsync(
        RepositoryName name, Digest digest, long size, long offset, RequestActor? puller, CancellationToken cancellationToken)
    {
        var content = await registry.Blobs.OpenAsync(digest, offset, cancellationToken);
        if (content is not null && puller is not null)
        {
            PublishBlob(EventAction.Pull, name, digest, size, puller);
        }

        return content;
    }

    /// <summary>Begins an upload and takes its turn.</summary>
    /// <exception cref="OciException">DENIED when the actor may not push; UNSUPPORTED when the registry is read-only; NAME_INVALID when the name is longer than the policy allows.</exception>
    public Task<UploadSession> StartUploadAsync(RepositoryName name, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Push);
        policy.RequireWritable();
        policy.RequireLength(name);
        return registry.Uploads.StartAsync(name, cancellationToken);
    }

    /// <summary>Makes a finished upload a blob.</summary>
    /// <exception cref="OciException">DENIED when the actor may not push; UNSUPPORTED when the registry is read-only; DIGEST_INVALID when the content has another digest.</exception>
    public async Task CommitUploadAsync(
        UploadSession upload, Digest digest, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, upload.Repository, RepositoryActions.Push);
        policy.RequireWritable();
        await upload.CommitAsync(digest, cancellationToken);
        PublishBlob(EventAction.Push, upload.Repository, digest, upload.Length, actor);
    }

    /// <summary>Lets a repository serve a blob of another one.</summary>
    /// <returns>False when <paramref name="from"/> does not have it, or the actor may not pull from there.</returns>
    /// <exception cref="OciException">DENIED when the actor may not push; UNSUPPORTED when the registry is read-only; NAME_INVALID when the name of <paramref name="to"/> is longer than the policy allows.</exception>
    public async Task<bool> MountBlobAsync(
        RepositoryName from, RepositoryName to, Digest digest, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, to, RepositoryActions.Push);
        policy.RequireWritable();
        policy.RequireLength(to);
        if (!permissions.On(actor.Identity, from).HasFlag(RepositoryActions.Pull)
            || await registry.Blobs.MountAsync(from, to, digest, cancellationToken) is not { } size)
        {
            return false;
        }

        events.Publish(NewEvent(EventAction.Mount, to, actor) with
        {
            Digest = digest,
            MediaType = MediaTypes.OctetStream,
            Size = size,
            FromRepository = from,
        });
        return true;
    }

    /// <summary>Removes a blob from a repository; manifests that refer to it are the caller's care.</summary>
    /// <returns>False when the repository does not have it.</returns>
    /// <exception cref="OciException">DENIED when the actor may not delete; UNSUPPORTED when the registry is read-only or deletion is off.</exception>
    public async Task<bool> DeleteBlobAsync(
        RepositoryName name, Digest digest, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Delete);
        policy.RequireDeletion();
        if (!await registry.Blobs.DeleteAsync(name, digest, cancellationToken))
        {
            return false;
        }

        events.Publish(NewEvent(EventAction.Delete, name, actor) with { Digest = digest, MediaType = MediaTypes.OctetStream });
        return true;
    }

    private async Task RequireReferencesAsync(RepositoryName name, Manifest manifest, CancellationToken cancellationToken)
    {
        var missing = new List<OciError>();
        foreach (var reference in manifest.References.DistinctBy(descriptor => descriptor.Digest))
        {
            var exists = manifest.Index is not null
                ? !policy.Manifests.MustExist(reference) || await registry.Manifests.ExistsAsync(name, reference.Digest, cancellationToken)
                : MediaTypes.IsForeignLayer(reference.MediaType)
                    || await registry.Blobs.StatAsync(name, reference.Digest, cancellationToken) is not null;
            if (!exists)
            {
                missing.Add(new OciError(
                    ErrorCode.ManifestBlobUnknown,
                    manifest.Index is not null
                        ? "a manifest of the index is not in the repository: push it first"
                        : "a blob of the manifest is not in the repository: push it first",
                    new Dictionary<string, string> { ["digest"] = reference.Digest.ToString() }));
            }
        }

        if (missing.Count > 0)
        {
            throw new OciException(missing);
        }
    }

    private void Publish(EventAction action, RepositoryName name, Manifest manifest, Reference reference, RequestActor actor)
    {
        events.Publish(NewEvent(action, name, actor) with
        {
            Digest = manifest.Digest,
            MediaType = manifest.MediaType,
            Size = manifest.Content.Length,
            Tag = reference.IsDigest ? null : reference.Tag,
            Manifest = manifest,
        });
    }

    private void PublishBlob(EventAction action, RepositoryName name, Digest digest, long size, RequestActor actor)
    {
        events.Publish(NewEvent(action, name, actor) with { Digest = digest, MediaType = MediaTypes.OctetStream, Size = size });
    }

    private RegistryEvent NewEvent(EventAction action, RepositoryName name, RequestActor actor)
    {
        return new RegistryEvent { Timestamp = time.GetUtcNow(), Action = action, Repository = name, Actor = actor };
    }
}
