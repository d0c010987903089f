using Microsoft.EntityFrameworkCore;
using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>What the index says of one repository now; nothing for one it does not have (id 0).</summary>
internal sealed class KnownRows(PortalDbContext context, long repositoryId)
{
    private readonly IQueryable<ManifestEntity> _manifests =
        context.Manifests.Where(manifest => manifest.RepositoryId == repositoryId);

    private readonly IQueryable<TagEntity> _tags = context.Tags.Where(tag => tag.RepositoryId == repositoryId);

    public Task<Dictionary<string, ManifestEntity>> ManifestsAsync(
        IEnumerable<Digest> digests, CancellationToken cancellationToken)
    {
        var texts = ToText(digests);
        return _manifests.Where(manifest => texts.Contains(manifest.Digest))
            .ToDictionaryAsync(manifest => manifest.Digest, cancellationToken);
    }

    public Task<Dictionary<string, TagEntity>> TagsAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        return _tags.Where(tag => names.Contains(tag.Name)).ToDictionaryAsync(tag => tag.Name, cancellationToken);
    }

    /// <summary>The names of the tags that point to one of the manifests.</summary>
    public Task<List<string>> TagsOfAsync(IEnumerable<Digest> digests, CancellationToken cancellationToken)
    {
        var texts = ToText(digests);
        return _tags.Where(tag => texts.Contains(tag.Digest)).Select(tag => tag.Name).ToListAsync(cancellationToken);
    }

    private static string[] ToText(IEnumerable<Digest> digests)
    {
        return [.. digests.Select(digest => digest.ToString())];
    }
}
