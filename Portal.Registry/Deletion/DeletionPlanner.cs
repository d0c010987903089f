using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Registry.Deletion;

/// <summary>
/// Says what a deletion would take along, what stays, and what a garbage collection could free after it. It changes
/// nothing: who may not delete may look, as far as that one may pull.
/// </summary>
public sealed class DeletionPlanner(
    LocalRegistry registry, CatalogIndex index, ContentIndex contents, CatalogIndexer indexer, Permissions permissions)
{
    /// <summary>Tags of one deletion.</summary>
    public const int MaxTags = 10_000;

    private const int PageOfTags = 1000;

    /// <summary>All tags of a repository that a search finds, the first <see cref="MaxTags"/> of them by name.</summary>
    /// <param name="which">What is searched and filtered by; order and page are passed over.</param>
    /// <exception cref="OciException">DENIED when the repository may not be pulled from.</exception>
    public async Task<IReadOnlyList<Tag>> FindTagsAsync(Identity who, RepositoryName name, TagQuery which, CancellationToken cancellationToken)
    {
        permissions.Require(who, name, RepositoryActions.Pull);
        await indexer.CaughtUpAsync(cancellationToken);
        var found = new List<Tag>();
        while (found.Count < MaxTags)
        {
            var query = which with { Sort = TagSort.Name, Descending = false, Skip = found.Count, Take = PageOfTags };
            var page = await index.FindTagsAsync(name, query, cancellationToken);
            found.AddRange(page.Items.Select(row => row.Name));
            if (page.Items.Count < PageOfTags)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>What goes and what stays when tags are deleted. Those that are not there are left out, and so are those beyond <see cref="MaxTags"/>.</summary>
    /// <exception cref="OciException">DENIED when the repository may not be pulled from.</exception>
    public async Task<DeletionPlan> PlanTagsAsync(
        Identity who, RepositoryName name, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        permissions.Require(who, name, RepositoryActions.Pull);
        var doomed = tags.Take(MaxTags).ToHashSet();
        var isCurrent = await indexer.CaughtUpAsync(cancellationToken);
        var targets = isCurrent ? await contents.DigestsOfAsync(name, doomed, cancellationToken) : await ResolveAsync(name, doomed, cancellationToken);
        var digests = targets.Select(target => target.Digest).Distinct().ToList();
        var all = isCurrent ? await contents.TagsOfAsync(name, digests, cancellationToken) : await ScanAsync(name, digests, cancellationToken);
        var remaining = digests.ToDictionary(digest => digest, digest => all[digest].Where(tag => !doomed.Contains(tag)).ToList());
        return new DeletionPlan
        {
            Name = name,
            Scope = DeletionScope.Tags,
            Tags = [.. targets.Select(target => new DoomedTag(target.Tag, target.Digest, remaining[target.Digest]))],
            TagCount = targets.Count,
            Fate = await contents.FateOfUntaggedAsync(name, [.. targets.Select(target => target.Tag)], cancellationToken),
            IsCurrent = isCurrent,
        };
    }

    /// <summary>What goes and what stays when manifests are deleted.</summary>
    /// <exception cref="OciException">DENIED when the repository may not be pulled from.</exception>
    public async Task<DeletionPlan> PlanManifestsAsync(
        Identity who, RepositoryName name, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        permissions.Require(who, name, RepositoryActions.Pull);
        var isCurrent = await indexer.CaughtUpAsync(cancellationToken);
        var digests = manifests.Distinct().ToList();
        var tags = isCurrent ? await contents.TagsOfAsync(name, digests, cancellationToken) : await ScanAsync(name, digests, cancellationToken);
        var doomed = digests.SelectMany(digest => tags[digest].Select(tag => new DoomedTag(tag, digest, [])))
            .OrderBy(tag => tag.Tag.ToString(), StringComparer.Ordinal).ToList();
        return new DeletionPlan
        {
            Name = name,
            Scope = DeletionScope.Manifests,
            Tags = doomed,
            TagCount = doomed.Count,
            Manifests = digests,
            BrokenIndexes = await contents.ParentsOfAsync(name, digests, cancellationToken),
            Fate = await contents.FateOfAsync(name, digests, cancellationToken),
            IsCurrent = isCurrent,
        };
    }

    /// <summary>What goes when a whole repository is deleted.</summary>
    /// <returns>Null when the index has no such repository.</returns>
    /// <exception cref="OciException">DENIED when the repository may not be pulled from.</exception>
    public async Task<DeletionPlan?> PlanRepositoryAsync(Identity who, RepositoryName name, CancellationToken cancellationToken)
    {
        permissions.Require(who, name, RepositoryActions.Pull);
        var isCurrent = await indexer.CaughtUpAsync(cancellationToken);
        if (await index.FindRepositoryAsync(name, cancellationToken) is not { } repository)
        {
            return null;
        }

        var use = await contents.MeasureAsync(name, cancellationToken);
        return new DeletionPlan
        {
            Name = name,
            Scope = DeletionScope.Repository,
            TagCount = repository.TagCount,
            Fate = new ContentFate(repository.ManifestCount, use.Own, use.Shared, 0, 0),
            IsCurrent = isCurrent,
        };
    }

    private async Task<IReadOnlyList<(Tag Tag, Digest Digest)>> ResolveAsync(
        RepositoryName name, IEnumerable<Tag> tags, CancellationToken cancellationToken)
    {
        var targets = new List<(Tag Tag, Digest Digest)>();
        foreach (var tag in tags.OrderBy(tag => tag.ToString(), StringComparer.Ordinal))
        {
            if (await registry.Tags.FindAsync(name, tag, cancellationToken) is { } digest)
            {
                targets.Add((tag, digest));
            }
        }

        return targets;
    }

    /// <summary>The tags that point to manifests: one pass over all of the repository.</summary>
    private async Task<ILookup<Digest, Tag>> ScanAsync(RepositoryName name, IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken)
    {
        var wanted = digests.ToHashSet();
        var found = new List<(Tag Tag, Digest Digest)>();
        await foreach (var target in registry.Tags.ListAsync(name, cancellationToken))
        {
            if (wanted.Contains(target.Digest))
            {
                found.Add(target);
            }
        }

        return found.ToLookup(target => target.Digest, target => target.Tag);
    }
}
