using Portal.Registry.Auth;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;
using Portal.Storage.Tags;

namespace Portal.Registry.Tagging;

/// <summary>A time from which on a tag pointed to a manifest, or was gone.</summary>
/// <param name="Digest">What it points to since then; of a tag that was deleted, what it pointed to.</param>
/// <param name="Actor">Who did it; null for nobody with a name, or when it is not known.</param>
/// <param name="HasManifest">Whether the repository still has the manifest, so that the tag can be put back to it.</param>
public sealed record TagHistoryEntry(
    Tag Tag, TagChangeKind Kind, Digest Digest, DateTimeOffset Time, string? Actor, bool HasManifest);

/// <summary>What is known of a tag.</summary>
/// <param name="Current">What it points to now; null when there is no such tag.</param>
/// <param name="Entries">Newest first, at most <see cref="TagChanges.MaxOfTag"/>; none when it never changed while somebody wrote that down.</param>
public sealed record TagRecord(TagTarget? Current, IReadOnlyList<TagHistoryEntry> Entries);

/// <summary>Which manifests tags pointed to, and when; and the way back. It is a second behind what happens.</summary>
public sealed class TagHistory(TagChanges changes, LocalRegistry registry, RegistryService service, Permissions permissions)
{
    /// <returns>Null when the repository may not be pulled from, or nothing is known of such a tag.</returns>
    public async Task<TagRecord?> FindAsync(Identity who, RepositoryName name, Tag tag, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return null;
        }

        var current = await registry.Tags.ResolveAsync(name, tag, cancellationToken);
        var entries = await ToEntriesAsync(name, await changes.OfTagAsync(name.ToString(), tag.ToString(), cancellationToken), cancellationToken);
        return current is null && entries.Count == 0 ? null : new TagRecord(current, entries);
    }

    /// <summary>Tags that were deleted and are not back, newest first, and how many there are in all.</summary>
    /// <param name="take">1 to 1,000.</param>
    /// <returns>None when the repository may not be pulled from.</returns>
    public async Task<RowPage<TagHistoryEntry>> FindDeletedAsync(
        Identity who, RepositoryName name, int skip, int take, CancellationToken cancellationToken)
    {
        if (!MayPull(who, name))
        {
            return new RowPage<TagHistoryEntry>([], 0);
        }

        var found = await changes.DeletedAsync(name.ToString(), skip, take, cancellationToken);
        return new RowPage<TagHistoryEntry>(await ToEntriesAsync(name, found.Items, cancellationToken), found.Total);
    }

    /// <summary>
    /// Puts a tag to a manifest that the repository has, as a push of the same bytes would: by the same rules, and with the
    /// same event.
    /// </summary>
    /// <param name="expected">What the tag points to as far as the one who asks knows.</param>
    /// <exception cref="OciException">
    /// MANIFEST_UNKNOWN: the manifest is not there any more; DENIED: the actor may not push; and what
    /// <see cref="RegistryService.PutManifestAsync(RepositoryName, Reference, Manifest, RequestActor, CancellationToken)"/> refuses.
    /// </exception>
    /// <exception cref="TagMovedException">Somebody else put or deleted the tag meanwhile; nothing is changed.</exception>
    public async Task RestoreAsync(
        RepositoryName name, Tag tag, Digest digest, ExpectedTag expected, RequestActor actor, CancellationToken cancellationToken)
    {
        // Before anything is told of what is there.
        permissions.Require(actor.Identity, name, RepositoryActions.Push);
        var manifest = await registry.Manifests.GetAsync(name, digest, cancellationToken)
            ?? throw new OciException(
                ErrorCode.ManifestUnknown,
                new Reason(RegistryRefusal.ManifestGone, $"the manifest is not in the repository any more: it cannot be brought back"),
                ("digest", digest.ToString()));
        await service.PutManifestAsync(name, tag, manifest, expected, actor, cancellationToken);
    }

    private async Task<IReadOnlyList<TagHistoryEntry>> ToEntriesAsync(
        RepositoryName name, IReadOnlyList<TagChange> found, CancellationToken cancellationToken)
    {
        var present = new Dictionary<Digest, bool>();
        var entries = new List<TagHistoryEntry>(found.Count);
        foreach (var change in found)
        {
            var digest = Digest.Parse(change.Digest);
            if (!present.TryGetValue(digest, out var isThere))
            {
                present[digest] = isThere = await registry.Manifests.ExistsAsync(name, digest, cancellationToken);
            }

            entries.Add(new TagHistoryEntry(Tag.Parse(change.Tag), change.Kind, digest, change.Time, change.Actor, isThere));
        }

        return entries;
    }

    private bool MayPull(Identity who, RepositoryName name) => permissions.On(who, name).HasFlag(RepositoryActions.Pull);
}
