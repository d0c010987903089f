using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>
/// Asks the catalog index who refers to what: bytes that repositories share, what a deletion leaves without a reference,
/// manifests without a tag.
/// </summary>
/// <remarks>
/// What becomes of contents, and what a repository shares, takes one pass over all contents of the index: a second for some
/// millions. It is for a page that shows it when it is there, not for a list. What a few manifests have of their own is found
/// by the beginnings of digests.
/// </remarks>
public sealed class ContentIndex(IDbContextFactory<PortalDbContext> contexts)
{
    private const int MaxTake = 1000;

    /// <summary>What a repository takes, and how much of it others share; nothing when the index does not have it.</summary>
    public async Task<StorageUse> MeasureAsync(RepositoryName name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindIdAsync(context, name, cancellationToken) is not { } repository)
        {
            return new StorageUse(0, 0);
        }

        var sums = await context.Database.SqlQuery<UseSums>($"""
            WITH mine AS MATERIALIZED (
                SELECT content.Digest AS Digest, MAX(content.Size) AS Size FROM Manifests manifest
                JOIN ManifestContents content ON content.ManifestId = manifest.Id
                WHERE manifest.RepositoryId = {repository} AND content.Size > 0
                GROUP BY content.Digest
            ),
            theirs AS MATERIALIZED (
                SELECT DISTINCT content.Digest AS Digest FROM ManifestContents content
                JOIN Manifests manifest ON manifest.Id = content.ManifestId
                WHERE content.Size > 0 AND content.Digest IN (SELECT Digest FROM mine) AND manifest.RepositoryId <> {repository}
            )
            SELECT
                CAST(TOTAL(CASE WHEN Digest IN (SELECT Digest FROM theirs) THEN 0 ELSE Size END) AS INTEGER) AS Own,
                CAST(TOTAL(CASE WHEN Digest IN (SELECT Digest FROM theirs) THEN Size ELSE 0 END) AS INTEGER) AS Shared
            FROM mine
            """).SingleAsync(cancellationToken);
        return new StorageUse(sums.Own, sums.Shared);
    }

    /// <summary>What becomes of the contents of manifests when just these go.</summary>
    public async Task<ContentFate> FateOfAsync(
        RepositoryName name, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindIdAsync(context, name, cancellationToken) is not { } repository)
        {
            return ContentFate.None;
        }

        var digests = ToJson(manifests);
        var going = await context.Database.SqlQuery<long>($"""
            SELECT Id AS Value FROM Manifests
            WHERE RepositoryId = {repository} AND Digest IN (SELECT value FROM json_each({digests}))
            """).ToListAsync(cancellationToken);
        return await FateOfAsync(context, repository, going, cancellationToken);
    }

    /// <summary>
    /// What a garbage collection that also removes untagged manifests would free once some tags are gone: their manifests
    /// with what those list and what refers to them, without what another tag leads to.
    /// </summary>
    public async Task<ContentFate> FateOfUntaggedAsync(RepositoryName name, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindIdAsync(context, name, cancellationToken) is not { } repository)
        {
            return ContentFate.None;
        }

        return await FateOfAsync(context, repository, await FindUntaggedAsync(context, repository, tags, cancellationToken), cancellationToken);
    }

    /// <summary>The same manifests as <see cref="FateOfUntaggedAsync"/>: which of their bytes nothing else in the registry refers to.</summary>
    public async Task<StorageUse> MeasureUntaggedAsync(RepositoryName name, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await FindIdAsync(context, name, cancellationToken) is not { } repository)
        {
            return new StorageUse(0, 0);
        }

        var ids = JsonSerializer.Serialize(await FindUntaggedAsync(context, repository, tags, cancellationToken));
        var sums = await context.Database.SqlQuery<UseSums>($"""
            WITH doomed(Id) AS MATERIALIZED (SELECT value FROM json_each({ids})),
            mine AS MATERIALIZED (
                SELECT Digest, MAX(Size) AS Size FROM ManifestContents
                WHERE ManifestId IN (SELECT Id FROM doomed) AND Size > 0
                GROUP BY Digest
            ),
            sums AS MATERIALIZED (
                SELECT Size, EXISTS (
                    SELECT 1 FROM ManifestContents other
                    WHERE substr(other.Digest, 8, 16) = substr(mine.Digest, 8, 16) AND other.Digest = mine.Digest
                        AND other.ManifestId NOT IN (SELECT Id FROM doomed)) AS IsShared
                FROM mine
            )
            SELECT
                CAST(TOTAL(CASE WHEN IsShared THEN 0 ELSE Size END) AS INTEGER) AS Own,
                CAST(TOTAL(CASE WHEN IsShared THEN Size ELSE 0 END) AS INTEGER) AS Shared
            FROM sums
            """).SingleAsync(cancellationToken);
        return new StorageUse(sums.Own, sums.Shared);
    }

    /// <summary>The tags that point to manifests, in ordinal order, by digest.</summary>
    public async Task<ILookup<Digest, Tag>> TagsOfAsync(
        RepositoryName name, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        var digests = ToJson(manifests);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var repository = await FindIdAsync(context, name, cancellationToken) ?? 0;
        var rows = await context.Database.SqlQuery<TagOfDigest>($"""
            SELECT Name, Digest FROM Tags
            WHERE RepositoryId = {repository} AND Digest IN (SELECT value FROM json_each({digests})) ORDER BY Name
            """).ToListAsync(cancellationToken);
        return rows.ToLookup(row => Digest.Parse(row.Digest), row => Tag.Parse(row.Name));
    }

    /// <summary>What tags point to, in their ordinal order; those that the index does not have are left out.</summary>
    public async Task<IReadOnlyList<(Tag Tag, Digest Digest)>> DigestsOfAsync(
        RepositoryName name, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        var names = ToJson(tags);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var repository = await FindIdAsync(context, name, cancellationToken) ?? 0;
        var rows = await context.Database.SqlQuery<TagOfDigest>($"""
            SELECT Name, Digest FROM Tags
            WHERE RepositoryId = {repository} AND Name IN (SELECT value FROM json_each({names})) ORDER BY Name
            """).ToListAsync(cancellationToken);
        return [.. rows.Select(row => (Tag.Parse(row.Name), Digest.Parse(row.Digest)))];
    }

    /// <summary>Indexes that list one of some manifests and are not among them.</summary>
    public async Task<IReadOnlyList<Digest>> ParentsOfAsync(
        RepositoryName name, IReadOnlyCollection<Digest> manifests, CancellationToken cancellationToken)
    {
        var digests = ToJson(manifests);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var repository = await FindIdAsync(context, name, cancellationToken) ?? 0;
        var parents = await context.Database.SqlQuery<string>($"""
            SELECT DISTINCT parent.Digest AS Value FROM ManifestContents entry
            JOIN Manifests parent ON parent.Id = entry.ManifestId AND parent.RepositoryId = {repository}
            WHERE entry.Size = 0 AND entry.Digest IN (SELECT value FROM json_each({digests}))
                AND parent.Digest NOT IN (SELECT value FROM json_each({digests}))
            """).ToListAsync(cancellationToken);
        return [.. parents.Select(parent => Digest.Parse(parent))];
    }

    /// <summary>Manifests without a tag, newest first, and how many there are in all.</summary>
    /// <param name="take">1 to 1,000.</param>
    public async Task<RowPage<UntaggedRow>> FindUntaggedAsync(RepositoryName name, int skip, int take, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var repository = await FindIdAsync(context, name, cancellationToken) ?? 0;
        var rows = context.Manifests.AsNoTracking().Where(row => row.RepositoryId == repository
            && !context.Tags.Any(tag => tag.RepositoryId == repository && tag.Digest == row.Digest));
        var items = await rows.OrderByDescending(row => row.PushedAt).ThenBy(row => row.Digest)
            .Skip(skip).Take(Math.Clamp(take, 1, MaxTake)).ToListAsync(cancellationToken);

        var digests = items.Select(row => row.Digest).ToArray();
        var parents = await context.Contents
            .Where(entry => entry.Size == 0 && digests.Contains(entry.Digest))
            .Join(context.Manifests.Where(parent => parent.RepositoryId == repository), entry => entry.ManifestId, parent => parent.Id,
                (entry, parent) => new { Child = entry.Digest, Parent = parent.Digest })
            .ToListAsync(cancellationToken);
        var subjects = items.Select(row => row.SubjectDigest).OfType<string>().ToArray();
        var present = await context.Manifests.Where(row => row.RepositoryId == repository && subjects.Contains(row.Digest))
            .Select(row => row.Digest).ToHashSetAsync(cancellationToken);
        var byChild = parents.ToLookup(pair => pair.Child, pair => Digest.Parse(pair.Parent));
        return new RowPage<UntaggedRow>(
            [.. items.Select(row => ToRow(row, [.. byChild[row.Digest]], present))], await rows.CountAsync(cancellationToken));
    }

    /// <summary>Manifests that nothing keeps once some tags are gone.</summary>
    private static async Task<List<long>> FindUntaggedAsync(
        PortalDbContext context, long repository, IReadOnlyCollection<Tag> tags, CancellationToken cancellationToken)
    {
        // CROSS JOIN keeps the order: from a manifest to the few it lists, not to each of the repository to see whether it is listed.
        var names = ToJson(tags);
        return await context.Database.SqlQuery<long>($"""
            WITH RECURSIVE
            doomed(Name) AS MATERIALIZED (SELECT value FROM json_each({names})),
            referrers(Id, Digest, Subject) AS MATERIALIZED (
                SELECT Id, Digest, SubjectDigest FROM Manifests WHERE RepositoryId = {repository} AND SubjectDigest IS NOT NULL
            ),
            going(Id, Digest) AS (
                SELECT manifest.Id, manifest.Digest FROM Tags tag
                JOIN Manifests manifest ON manifest.RepositoryId = {repository} AND manifest.Digest = tag.Digest
                WHERE tag.RepositoryId = {repository} AND tag.Name IN (SELECT Name FROM doomed)
                UNION
                SELECT child.Id, child.Digest FROM going
                CROSS JOIN ManifestContents entry ON entry.ManifestId = going.Id AND entry.Size = 0
                CROSS JOIN Manifests child ON child.RepositoryId = {repository} AND child.Digest = entry.Digest
                UNION
                SELECT referrer.Id, referrer.Digest FROM going JOIN referrers referrer ON referrer.Subject = going.Digest
            ),
            staying(Id, Digest) AS (
                SELECT manifest.Id, manifest.Digest FROM Tags tag
                JOIN Manifests manifest ON manifest.RepositoryId = {repository} AND manifest.Digest = tag.Digest
                WHERE tag.RepositoryId = {repository} AND tag.Name NOT IN (SELECT Name FROM doomed)
                UNION
                SELECT child.Id, child.Digest FROM staying
                CROSS JOIN ManifestContents entry ON entry.ManifestId = staying.Id AND entry.Size = 0
                CROSS JOIN Manifests child ON child.RepositoryId = {repository} AND child.Digest = entry.Digest
                UNION
                SELECT referrer.Id, referrer.Digest FROM staying JOIN referrers referrer ON referrer.Subject = staying.Digest
            )
            SELECT Id AS Value FROM going EXCEPT SELECT Id FROM staying
            """).ToListAsync(cancellationToken);
    }

    private static async Task<ContentFate> FateOfAsync(
        PortalDbContext context, long repository, List<long> going, CancellationToken cancellationToken)
    {
        var ids = JsonSerializer.Serialize(going);
        var sums = await context.Database.SqlQuery<FateSums>($"""
            WITH doomed(Id) AS MATERIALIZED (SELECT value FROM json_each({ids})),
            mine AS MATERIALIZED (
                SELECT Digest, MAX(Size) AS Size FROM ManifestContents
                WHERE ManifestId IN (SELECT Id FROM doomed) AND Size > 0
                GROUP BY Digest
            ),
            theirs AS MATERIALIZED (
                SELECT Digest, ManifestId FROM ManifestContents
                WHERE Size > 0 AND Digest IN (SELECT Digest FROM mine) AND ManifestId NOT IN (SELECT Id FROM doomed)
            ),
            sharers AS MATERIALIZED (
                SELECT Id, RepositoryId FROM Manifests WHERE Id IN (SELECT ManifestId FROM theirs)
            )
            SELECT
                (SELECT CAST(TOTAL(Size) AS INTEGER) FROM mine WHERE Digest NOT IN (SELECT Digest FROM theirs)) AS Freed,
                (SELECT CAST(TOTAL(Size) AS INTEGER) FROM mine WHERE Digest IN (SELECT Digest FROM theirs)) AS Shared,
                (SELECT COUNT(*) FROM sharers WHERE RepositoryId = {repository}) AS Here,
                (SELECT COUNT(*) FROM sharers WHERE RepositoryId <> {repository}) AS Elsewhere
            """).SingleAsync(cancellationToken);
        return new ContentFate(going.Count, sums.Freed, sums.Shared, sums.Here, sums.Elsewhere);
    }

    private static async Task<long?> FindIdAsync(PortalDbContext context, RepositoryName name, CancellationToken cancellationToken)
    {
        var text = name.ToString();
        return await context.Repositories.Where(row => row.Name == text).Select(row => (long?)row.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private static UntaggedRow ToRow(ManifestEntity row, IReadOnlyList<Digest> parents, HashSet<string> present) => new()
    {
        Digest = Digest.Parse(row.Digest),
        MediaType = row.MediaType,
        Kind = row.Kind,
        ArtifactType = row.ArtifactType,
        Size = row.Size,
        Platforms = row.Platforms,
        PushedAt = row.PushedAt,
        Parents = parents,
        Subject = Digest.TryParse(row.SubjectDigest, out var subject) ? subject : null,
        HasSubject = row.SubjectDigest is { } text && present.Contains(text),
    };

    private static string ToJson<T>(IEnumerable<T> values)
        where T : notnull
    {
        return JsonSerializer.Serialize(values.Select(value => value.ToString()));
    }

    private sealed record UseSums(long Own, long Shared);

    private sealed record FateSums(long Freed, long Shared, int Here, int Elsewhere);

    private sealed record TagOfDigest(string Name, string Digest);
}
