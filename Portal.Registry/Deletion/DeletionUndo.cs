using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Registry.Deletion;

/// <summary>What came back of a deletion.</summary>
/// <param name="Problems">Why the rest did not, as clauses for people; none when all of it is back.</param>
public sealed record UndoneDeletion(int Manifests, int Tags, IReadOnlyList<Reason> Problems);

/// <summary>
/// Brings deleted manifests and their tags back, as pushes of the same bytes: by the same rules, and with the same events. A deletion
/// removes links; the bytes are on disk until a garbage collection, and what one has removed does not come back.
/// </summary>
public sealed class DeletionUndo(
    LocalRegistry registry, RegistryService service, RegistryPolicy policy, Permissions permissions, DescriptionStore descriptions, TimeProvider time)
{
    /// <summary>Brings back what can be. A tag that somebody pushed meanwhile stays as it is.</summary>
    /// <exception cref="OciException">DENIED when the actor may not push; UNSUPPORTED when the registry is read-only.</exception>
    public async Task<UndoneDeletion> RestoreAsync(DeletedContent deleted, RequestActor actor, CancellationToken cancellationToken)
    {
        permissions.Require(actor.Identity, deleted.Name, RepositoryActions.Push);
        policy.RequireWritable();
        var run = new Run(registry, service, deleted, actor);
        foreach (var digest in deleted.Manifests.Concat(deleted.Tags.Select(tag => tag.Digest)))
        {
            await run.RestoreAsync(digest, cancellationToken);
        }

        if (deleted.Description is { } text && (deleted.IsDescriptionAlone || run.Manifests + run.Tags > 0))
        {
            await RestoreDescriptionAsync(deleted.Name, text, actor, cancellationToken);
        }

        return new UndoneDeletion(run.Manifests, run.Tags, run.Problems);
    }

    private async Task RestoreDescriptionAsync(RepositoryName name, string text, RequestActor actor, CancellationToken cancellationToken)
    {
        if (await descriptions.FindAsync(name.ToString(), cancellationToken) is { Text.Length: 0 } empty)
        {
            await descriptions.SaveAsync(name.ToString(), new Description(text, empty.Version + 1, time.GetUtcNow(), actor.Name), cancellationToken);
        }
    }

    private sealed class Run(LocalRegistry registry, RegistryService service, DeletedContent deleted, RequestActor actor)
    {
        private readonly ILookup<Digest, Tag> _tags = deleted.Tags.ToLookup(tag => tag.Digest, tag => tag.Tag);
        private readonly HashSet<Digest> _left = [.. deleted.Manifests, .. deleted.Tags.Select(tag => tag.Digest)];
        private readonly HashSet<Digest> _gone = [.. deleted.Manifests];

        public int Manifests { get; private set; }

        public int Tags { get; private set; }

        public List<Reason> Problems { get; } = [];

        /// <summary>Brings a manifest back, after what it lists.</summary>
        public async Task RestoreAsync(Digest first, CancellationToken cancellationToken)
        {
            // No recursion: indexes that list one another make a chain as long as anybody likes.
            var open = new Stack<(Digest Digest, bool IsListed)>([(first, false)]);
            while (open.TryPop(out var next))
            {
                if (!next.IsListed && !_left.Remove(next.Digest))
                {
                    continue;
                }

                await ComeToAsync(next.Digest, next.IsListed, open, cancellationToken);
            }
        }

        /// <summary>Puts a manifest; or opens what an index lists, and the index again below that.</summary>
        private async Task ComeToAsync(Digest digest, bool isListed, Stack<(Digest Digest, bool IsListed)> open, CancellationToken cancellationToken)
        {
            try
            {
                var manifest = _gone.Contains(digest)
                    ? await registry.Manifests.FindDataAsync(digest, cancellationToken)
                    : await registry.Manifests.GetAsync(deleted.Name, digest, cancellationToken);
                if (manifest is null)
                {
                    Problems.Add(new Reason(RegistryRefusal.ManifestNotOnDisk, $"the manifest {digest} is not on disk any more"));
                    return;
                }

                // An index comes after what it lists. Those that list each other in a circle cannot be: a digest is of what it lists.
                var listed = isListed || manifest.Index is null ? [] : manifest.References.Select(reference => reference.Digest).Where(_left.Contains).ToArray();
                if (listed.Length == 0)
                {
                    await PutAsync(manifest, cancellationToken);
                    return;
                }

                open.Push((digest, true));
                foreach (var below in listed.Reverse())
                {
                    open.Push((below, false));
                }
            }
            catch (OciException exception) when (exception.Code is not ErrorCode.Denied)
            {
                Problems.Add(exception.Code is ErrorCode.ManifestBlobUnknown
                    ? new Reason(RegistryRefusal.ReferenceGone, $"something that the manifest {digest} refers to is not there any more")
                    : exception.Reason ?? new Reason(RegistryRefusal.Other, $"{exception.Message}"));
            }
            catch (InvalidDataException)
            {
                Problems.Add(new Reason(RegistryRefusal.ManifestDamaged, $"the manifest {digest} is damaged"));
            }
        }

        private async Task PutAsync(Manifest manifest, CancellationToken cancellationToken)
        {
            var before = Tags;
            foreach (var tag in _tags[manifest.Digest])
            {
                try
                {
                    await service.PutManifestAsync(deleted.Name, tag, manifest, ExpectedTag.None, actor, cancellationToken);
                    Tags++;
                }
                catch (TagMovedException exception)
                {
                    Problems.Add(exception.Reason);
                }
            }

            if (!_gone.Contains(manifest.Digest))
            {
                return;
            }

            // A tag has brought it along; else it comes alone.
            if (Tags == before)
            {
                await service.PutManifestAsync(deleted.Name, manifest.Digest, manifest, actor, cancellationToken);
            }

            Manifests++;
        }
    }
}
