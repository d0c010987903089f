using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Storage.Oci;
using Portal.Storage.Tags;

namespace Portal.Storage.Metadata;

/// <summary>
/// What pages and the catalog ask instead of walking storage: repositories, tags and sizes in SQLite. Storage is the
/// truth; the index follows it and can be built anew from it. <see cref="CatalogWriter"/> writes it.
/// </summary>
public sealed class CatalogIndex(IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
{
    private const int MaxTake = 1000;

    // The collation by which SQLite sorts tags by name.
    private const string Versions = "VERSIONS";

    /// <param name="visible">Which of them may be seen; what may not is not counted either.</param>
    public async Task<RowPage<RepositoryRow>> FindRepositoriesAsync(
        RepositoryQuery query, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = CatalogFilter.Apply(context.Repositories.AsNoTracking(), query, visible, time.GetUtcNow());
        var page = Sort(rows, query.Sort, query.Descending).Skip(query.Skip).Take(Math.Clamp(query.Take, 1, MaxTake));
        var items = await page.ToListAsync(cancellationToken);
        return new RowPage<RepositoryRow>([.. items.Select(ToRow)], await rows.CountAsync(cancellationToken));
    }

    /// <returns>Null when the index has no such repository.</returns>
    public async Task<RepositoryRow?> FindRepositoryAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        var text = name.ToString();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Repositories.AsNoTracking().FirstOrDefaultAsync(row => row.Name == text, cancellationToken);
        return row is null ? null : ToRow(row);
    }

    public async Task<RowPage<TagRow>> FindTagsAsync(RepositoryName name, TagQuery query, CancellationToken cancellationToken)
    {
        var text = name.ToString();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var tags = context.Repositories.Where(repository => repository.Name == text)
            .Join(context.Tags, repository => repository.Id, tag => tag.RepositoryId, (_, tag) => tag);
        if (!string.IsNullOrEmpty(query.Search))
        {
            var part = LikePattern.Containing(query.Search);
            var digest = LikePattern.StartingWith(query.Search);
            var hex = LikePattern.Containing(":" + query.Search);
            tags = tags.Where(tag => EF.Functions.Like(tag.Name, part, LikePattern.Escape)
                || EF.Functions.Like(tag.Digest, digest, LikePattern.Escape)
                || EF.Functions.Like(tag.Digest, hex, LikePattern.Escape));
        }

        var rows = from tag in tags
                   join manifest in context.Manifests
                       on new { tag.RepositoryId, tag.Digest } equals new { manifest.RepositoryId, manifest.Digest }
                       into found
                   from manifest in found.DefaultIfEmpty()
                   select new TagWithManifest
                   {
                       Tag = tag,
                       Manifest = manifest,
                       LastPull = manifest!.LastPull == null || tag.LastPull > manifest.LastPull ? tag.LastPull : manifest.LastPull,
                       IsSigned = context.Manifests.Any(signature => signature.RepositoryId == tag.RepositoryId
                               && signature.SubjectDigest == tag.Digest
                               && signature.ArtifactKind == ArtifactKind.Signature)
                           || context.Tags.Any(signature => signature.RepositoryId == tag.RepositoryId
                               && signature.Name == tag.Digest.Replace(":", "-") + ".sig"),
                   };
        rows = query.Pulled?.From(time.GetUtcNow()) is { } pulled ? rows.Where(row => row.LastPull >= pulled) : rows;
        rows = query.Pulled?.Before(time.GetUtcNow()) is { } rested ? rows.Where(row => row.LastPull == null || row.LastPull < rested) : rows;
        if (query.Sort is TagSort.Name)
        {
            await context.Database.OpenConnectionAsync(cancellationToken);
            ((SqliteConnection)context.Database.GetDbConnection()).CreateCollation(Versions, TagOrder.Compare);
        }

        var items = await Sort(rows, query.Sort, query.Descending)
            .Skip(query.Skip).Take(Math.Clamp(query.Take, 1, MaxTake))
            .AsNoTracking()
            .ToListAsync(cancellationToken);
        return new RowPage<TagRow>([.. items.Select(ToRow)], await (query.Pulled is null ? tags.CountAsync(cancellationToken) : rows.CountAsync(cancellationToken)));
    }

    /// <summary>Names in ordinal order that have a manifest, after <paramref name="after"/> (exclusive).</summary>
    /// <param name="after">Any text, which need not be a name; null for all.</param>
    /// <param name="limit">How many at the most.</param>
    /// <param name="visible">Which of them may be seen.</param>
    public async Task<IReadOnlyList<RepositoryName>> ListRepositoriesAsync(
        string? after, int limit, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var names = await visible.Apply(context.Repositories)
            .Where(row => string.Compare(row.Name, after ?? string.Empty) > 0)
            .OrderBy(row => row.Name)
            .Select(row => row.Name)
            .Take(limit)
            .ToListAsync(cancellationToken);
        return [.. names.Select(name => RepositoryName.Parse(name))];
    }

    /// <summary>How many repositories and tags there are, whoever may see them.</summary>
    public async Task<(int Repositories, long Tags)> CountAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return (
            await context.Repositories.CountAsync(cancellationToken),
            await context.Repositories.SumAsync(row => (long)row.TagCount, cancellationToken));
    }

    /// <summary>Bytes of everything that manifests refer to, each content once. It reads the whole index.</summary>
    /// <remarks>Sizes are what manifests claim: see <see cref="CatalogSums"/>.</remarks>
    public async Task<long> SumContentAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Database.SqlQuery<long>($"""
            SELECT CAST(TOTAL(once.Size) AS INTEGER) AS Value
            FROM (SELECT MAX(Size) AS Size FROM ManifestContents GROUP BY Digest) once
            """).SingleAsync(cancellationToken);
    }

    internal static IQueryable<RepositoryEntity> Sort(IQueryable<RepositoryEntity> rows, RepositorySort sort, bool descending)
    {
        return (sort, descending) switch
        {
            (RepositorySort.Size, false) => rows.OrderBy(row => row.Size).ThenBy(row => row.Name),
            (RepositorySort.Size, true) => rows.OrderByDescending(row => row.Size).ThenBy(row => row.Name),
            (RepositorySort.Tags, false) => rows.OrderBy(row => row.TagCount).ThenBy(row => row.Name),
            (RepositorySort.Tags, true) => rows.OrderByDescending(row => row.TagCount).ThenBy(row => row.Name),
            (RepositorySort.LastPush, false) => rows.OrderBy(row => row.LastPush).ThenBy(row => row.Name),
            (RepositorySort.LastPush, true) => rows.OrderByDescending(row => row.LastPush).ThenBy(row => row.Name),
            (RepositorySort.LastPull, false) => rows.OrderBy(row => row.LastPull).ThenBy(row => row.Name),
            (RepositorySort.LastPull, true) => rows.OrderByDescending(row => row.LastPull).ThenBy(row => row.Name),
            (_, true) => rows.OrderByDescending(row => row.Name),
            _ => rows.OrderBy(row => row.Name),
        };
    }

    private static IQueryable<TagWithManifest> Sort(IQueryable<TagWithManifest> rows, TagSort sort, bool descending)
    {
        return (sort, descending) switch
        {
            (TagSort.Size, false) => rows.OrderBy(row => row.Manifest!.Size).ThenBy(row => row.Tag.Name),
            (TagSort.Size, true) => rows.OrderByDescending(row => row.Manifest!.Size).ThenBy(row => row.Tag.Name),
            (TagSort.LastPull, false) => rows.OrderBy(row => row.LastPull).ThenBy(row => row.Tag.Name),
            (TagSort.LastPull, true) => rows.OrderByDescending(row => row.LastPull).ThenBy(row => row.Tag.Name),
            (TagSort.Name, false) => rows.OrderBy(row => EF.Functions.Collate(row.Tag.Name, Versions)),
            (TagSort.Name, true) => rows.OrderByDescending(row => EF.Functions.Collate(row.Tag.Name, Versions)),
            (_, false) => rows.OrderBy(row => row.Tag.PushedAt).ThenBy(row => row.Tag.Name),
            _ => rows.OrderByDescending(row => row.Tag.PushedAt).ThenBy(row => row.Tag.Name),
        };
    }

    internal static RepositoryRow ToRow(RepositoryEntity row)
    {
        return new RepositoryRow(RepositoryName.Parse(row.Name), row.TagCount, row.ManifestCount, row.Size, row.LastPush)
        {
            LastPull = row.LastPull,
            UnsignedCount = row.UnsignedCount,
            UntaggedCount = row.UntaggedCount,
        };
    }

    private static TagRow ToRow(TagWithManifest row)
    {
        return new TagRow
        {
            Name = Tag.Parse(row.Tag.Name),
            Digest = Digest.Parse(row.Tag.Digest),
            MediaType = row.Manifest?.MediaType ?? string.Empty,
            Kind = row.Manifest?.Kind ?? ManifestKind.Artifact,
            ArtifactKind = row.Manifest?.ArtifactKind ?? ArtifactKind.Other,
            IsSigned = row.IsSigned,
            Size = row.Manifest?.Size ?? 0,
            Platforms = row.Manifest?.Platforms ?? [],
            ArtifactType = row.Manifest?.ArtifactType,
            PushedAt = row.Tag.PushedAt,
            CreatedAt = row.Manifest?.CreatedAt,
        };
    }

    private sealed class TagWithManifest
    {
        public required TagEntity Tag { get; init; }

        /// <summary>Null when storage has the tag but not its manifest.</summary>
        public ManifestEntity? Manifest { get; init; }

        public DateTimeOffset? LastPull { get; init; }

        public bool IsSigned { get; init; }
    }
}
