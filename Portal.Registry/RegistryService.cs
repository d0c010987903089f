using Portal.Registry.Auth;
using Portal.Registry.Events;
using Portal.Registry.Notifications;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Storage.Tags;
using Portal.Storage.Uploads;

namespace Portal.Registry;

/// <summary>
/// Every use case with a rule or an event. The protocol and the pages both call it, so that neither can differ. Whatever
/// changes something asks the permissions; what is only read, the protocol has asked about before, with its challenge.
/// </summary>
public sealed class RegistryService(
    LocalRegistry registry, RegistryPolicy policy, Permissions permissions, EventStream events, EventRecorder recorder, RepositoryLocks locks, TimeProvider time)
{
    /// <summary>A manifest by tag or digest.</summary>
    /// <returns>Null when the repository does not have it.</returns>
    public async ValueTask<Manifest?> GetManifestAsync(RepositoryName name, Reference reference, CancellationToken cancellationToken)
    {
        var digest = reference.IsDigest
            ? reference.Digest
            : await registry.Tags.FindAsync(name, reference.Tag, cancellationToken);
        return digest is null ? null : await registry.Manifests.GetAsync(name, digest.Value, cancellationToken);
    }

    /// <summary>Whether anybody hears of pulls; else nobody need find out who pulls.</summary>
    /// <param name="ofBlob">Of a blob, not of a manifest.</param>
    /// <param name="isHead">The client asks for the head alone: of that upstream tells its endpoints, and nobody else wants to know.</param>
    public bool ReportsPulls(bool ofBlob, bool isHead) =>
        recorder.Hears(EventAction.Pull) || (!isHead && events.IsHeard(EventAction.Pull, ofBlob));

    /// <summary>A client gets a manifest, whose sending has not begun.</summary>
    /// <param name="isHead">It gets the head alone.</param>
    public ValueTask ReportPullAsync(RepositoryName name, Manifest manifest, Reference reference, bool isHead, RequestActor puller) =>
        ReportPullAsync(OfManifest(EventAction.Pull, name, manifest, reference, puller), isHead);

    /// <summary>A client gets a blob or a part of it, whose sending has not begun.</summary>
    /// <param name="isHead">It gets the head alone.</param>
    public ValueTask ReportPullAsync(RepositoryName name, Digest digest, long size, bool isHead, RequestActor puller) =>
        ReportPullAsync(OfBlob(EventAction.Pull, name, digest, size, puller), isHead);

    /// <summary>Stores a manifest whose references exist, and points the tag to it when the reference is one.</summary>
    /// <exception cref="OciException">
    /// DENIED when the actor may not push; UNSUPPORTED when the registry is read-only; NAME_INVALID or TAG_INVALID when one is longer than the policy allows;
    /// DIGEST_INVALID when the reference is a digest and not the content's; MANIFEST_INVALID or DENIED when the content
    /// breaks a rule (<see cref="ManifestRules"/>);
    /// MANIFEST_BLOB_UNKNOWN with one error for each missing reference.
    /// </exception>
    public Task PutManifestAsync(
        RepositoryName name, Reference reference, Manifest manifest, RequestActor actor, CancellationToken cancellationToken)
    {
        return PutManifestAsync(name, reference, manifest, expected: null, actor, cancellationToken);
    }

    /// <inheritdoc cref="PutManifestAsync(RepositoryName, Reference, Manifest, RequestActor, CancellationToken)"/>
    /// <param name="expected">What the tag was seen to point to, when it must not be put unless it still does; null to put it in any case.</param>
    /// <exception cref="TagMovedException">The tag points elsewhere meanwhile; nothing is changed.</exception>
    public async Task PutManifestAsync(
        RepositoryName name, Reference reference, Manifest manifest, ExpectedTag? expected, RequestActor actor, CancellationToken cancellationToken)
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
        TagTarget? before = null;
        using (await locks.EnterAsync(name, cancellationToken))
        {
            if (!reference.IsDigest)
            {
                before = await registry.Tags.ResolveAsync(name, reference.Tag, cancellationToken);
                expected?.Require(reference.Tag, before?.Digest);
            }

            await ManifestReferences.RequireAsync(registry, policy.Manifests, name, manifest, cancellationToken);

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

        await PublishAsync(OfManifest(EventAction.Push, name, manifest, reference, actor) with { Before = before });
    }

    /// <summary>Removes one tag; its manifest and other tags stay.</summary>
    /// <returns>What it pointed to; null when there is no such tag.</returns>
    /// <exception cref="OciException">DENIED when the actor may not delete; UNSUPPORTED when the registry is read-only or deletion is off.</exception>
    public Task<Digest?> DeleteTagAsync(RepositoryName name, Tag tag, RequestActor actor, CancellationToken cancellationToken)
    {
        return DeleteTagAsync(name, tag, expected: null, actor, cancellationToken);
    }

    /// <inheritdoc cref="DeleteTagAsync(RepositoryName, Tag, RequestActor, CancellationToken)"/>
    /// <param name="expected">What the tag was seen to point to, when it must not be deleted unless it still does; null to delete it in any case.</param>
    /// <exception cref="TagMovedException">The tag points elsewhere meanwhile; nothing is changed. A tag that is gone is no error.</exception>
    public async Task<Digest?> DeleteTagAsync(
        RepositoryName name, Tag tag, ExpectedTag? expected, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Delete);
        policy.RequireDeletion();
        TagTarget? before;
        using (await locks.EnterAsync(name, cancellationToken))
        {
            before = await registry.Tags.ResolveAsync(name, tag, cancellationToken);
            if (before is { } now)
            {
                expected?.Require(tag, now.Digest);
            }

            if (!await registry.Tags.DeleteAsync(name, tag, CancellationToken.None))
            {
                return null;
            }
        }

        await PublishAsync(NewEvent(EventAction.Delete, name, actor) with { Tag = tag, Before = before });
        return before?.Digest;
    }

    /// <summary>Removes a manifest and every tag that points to it.</summary>
    /// <returns>Those tags; null when the repository does not have it.</returns>
    /// <exception cref="OciException">DENIED when the actor may not delete; UNSUPPORTED when the registry is read-only or deletion is off.</exception>
    public async Task<IReadOnlyList<Tag>?> DeleteManifestAsync(
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
                return null;
            }

            manifest = await registry.Manifests.GetAsync(name, digest, cancellationToken);
            tags = await registry.Tags.ListOfAsync(name, digest, cancellationToken);
            foreach (var tag in tags)
            {
                await registry.Tags.DeleteAsync(name, tag, CancellationToken.None);
            }

            await registry.RemoveManifestAsync(name, digest, manifest);
        }

        await PublishAsync(NewEvent(EventAction.Delete, name, actor) with { Digest = digest, MediaType = manifest?.MediaType, RemovedTags = tags });
        foreach (var tag in tags)
        {
            // As upstream tells its endpoints; whoever listens here knows that tags go with their manifest.
            await recorder.RecordAsync(NewEvent(EventAction.Delete, name, actor) with { Tag = tag });
        }

        return tags;
    }

    /// <summary>A manifest that no tag pointed to was removed by a garbage collection.</summary>
    /// <param name="mediaType">Null when nobody could read it.</param>
    /// <param name="actor">Who began the collection.</param>
    internal ValueTask ReportRemovalAsync(RepositoryName name, Digest digest, string? mediaType, RequestActor actor) =>
        PublishAsync(NewEvent(EventAction.Delete, name, actor) with { Digest = digest, MediaType = mediaType, RemovedTags = [] });

    /// <summary>Every tag that points to the manifest now, in ordinal order: what deleting it takes along.</summary>
    /// <exception cref="OciException">DENIED when the repository may not be pulled from.</exception>
    public Task<IReadOnlyList<Tag>> ListTagsOfAsync(RepositoryName name, Digest digest, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Pull);
        return registry.Tags.ListOfAsync(name, digest, cancellationToken);
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
        await PublishAsync(OfBlob(EventAction.Push, upload.Repository, digest, upload.Length, actor));
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

        await PublishAsync(OfBlob(EventAction.Mount, to, digest, size, actor) with { FromRepository = from });
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

        await PublishAsync(NewEvent(EventAction.Delete, name, actor) with { Digest = digest, MediaType = MediaTypes.OctetStream });
        return true;
    }

    /// <summary>First to disk for endpoints that want it, then to whoever listens in the process.</summary>
    private async ValueTask PublishAsync(RegistryEvent registryEvent)
    {
        await recorder.RecordAsync(registryEvent);
        events.Publish(registryEvent);
    }

    private ValueTask ReportPullAsync(RegistryEvent pull, bool isHead)
    {
        if (!isHead)
        {
            events.Publish(pull);
        }

        return recorder.RecordAsync(pull);
    }

    // Each pull makes one of these two: at once, since a changed copy of another is a second one.
    private RegistryEvent OfManifest(EventAction action, RepositoryName name, Manifest manifest, Reference reference, RequestActor actor) =>
        new()
        {
            Timestamp = time.GetUtcNow(),
            Action = action,
            Repository = name,
            Actor = actor,
            Digest = manifest.Digest,
            MediaType = manifest.MediaType,
            Size = manifest.Content.Length,
            Tag = reference.IsDigest ? null : reference.Tag,
            Manifest = manifest,
        };

    private RegistryEvent OfBlob(EventAction action, RepositoryName name, Digest digest, long size, RequestActor actor) =>
        new()
        {
            Timestamp = time.GetUtcNow(),
            Action = action,
            Repository = name,
            Actor = actor,
            Digest = digest,
            MediaType = MediaTypes.OctetStream,
            Size = size,
        };

    private RegistryEvent NewEvent(EventAction action, RepositoryName name, RequestActor actor) =>
        new() { Timestamp = time.GetUtcNow(), Action = action, Repository = name, Actor = actor };
}
