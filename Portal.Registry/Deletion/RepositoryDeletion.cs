using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Deletion;

/// <summary>How far the deletion of a repository is.</summary>
public readonly record struct DeletionProgress(int Tags, int Manifests);

/// <summary>
/// Deletes all of a repository: each tag, then each manifest, as a client would one after the other, with the events of
/// that; and what people wrote about it. Its layers stay on disk until a garbage collection.
/// </summary>
public sealed class RepositoryDeletion(
    LocalRegistry registry, RegistryService service, RegistryPolicy policy, Permissions permissions, DescriptionStore descriptions, TimeProvider time)
{
    private const int Together = 500;

    /// <summary>Deletes. When it is cancelled or fails, what is deleted already is.</summary>
    /// <param name="progress">Told now and then; null when nobody looks.</param>
    /// <param name="deleted">Gets what is deleted, for the way back; null when nobody will ask for it.</param>
    /// <returns>How much was deleted; nothing when there was nothing.</returns>
    /// <exception cref="OciException">DENIED when the actor may not delete; UNSUPPORTED when the registry is read-only or deletion is off.</exception>
    public async Task<DeletionProgress> DeleteAsync(
        RepositoryName name, RequestActor actor, IProgress<DeletionProgress>? progress, DeletedContent? deleted, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, name, RepositoryActions.Delete);
        policy.RequireDeletion();
        var done = default(DeletionProgress);

        // Tags first: a manifest that has none is deleted without a look at each tag of the repository.
        while (await FirstTagsAsync(name, cancellationToken) is { Count: > 0 } tags)
        {
            var before = done.Tags;
            foreach (var tag in tags)
            {
                if (await service.DeleteTagAsync(name, tag, actor, cancellationToken) is { } digest)
                {
                    deleted?.Add(tag, digest);
                    done = done with { Tags = done.Tags + 1 };
                }
            }

            progress?.Report(done);
            if (done.Tags == before)
            {
                break;
            }
        }

        while (await registry.Manifests.ListAsync(name, cancellationToken).Take(Together).ToListAsync(cancellationToken) is { Count: > 0 } manifests)
        {
            var before = done.Manifests;
            foreach (var digest in manifests)
            {
                if (await service.DeleteManifestAsync(name, digest, actor, cancellationToken) is { } pushedMeanwhile)
                {
                    deleted?.Add(digest, pushedMeanwhile);
                    done = done with { Manifests = done.Manifests + 1 };
                }
            }

            progress?.Report(done);
            if (done.Manifests == before)
            {
                break;
            }
        }

        await ForgetDescriptionAsync(name, actor, deleted, cancellationToken);
        return done;
    }

    /// <summary>Deletes one manifest with its tags.</summary>
    /// <returns>False when the repository does not have it.</returns>
    /// <inheritdoc cref="RegistryService.DeleteManifestAsync"/>
    public async Task<bool> DeleteManifestAsync(
        Digest digest, DeletedContent deleted, RequestActor actor, CancellationToken cancellationToken)
    {
        if (await service.DeleteManifestAsync(deleted.Name, digest, actor, cancellationToken) is not { } tags)
        {
            return false;
        }

        deleted.Add(digest, tags);
        return true;
    }

    private async Task<List<Tag>> FirstTagsAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var tags = new List<Tag>();
        await foreach (var page in registry.Tags.ListNamesAsync(name, null, Together, cancellationToken))
        {
            tags.AddRange(page.ToArray());
        }

        return tags;
    }

    private async Task ForgetDescriptionAsync(RepositoryName name, RequestActor actor, DeletedContent? deleted, CancellationToken cancellationToken)
    {
        if (await descriptions.FindAsync(name.ToString(), cancellationToken) is { Text.Length: > 0 } written)
        {
            if (deleted is not null)
            {
                deleted.Description = written.Text;
            }

            await descriptions.SaveAsync(name.ToString(), new Description(string.Empty, written.Version + 1, time.GetUtcNow(), actor.Name), cancellationToken);
        }
    }
}
