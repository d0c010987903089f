using Microsoft.EntityFrameworkCore;
using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>Finds repositories, tags, manifests and labels in the whole index by a text.</summary>
/// <remarks>
/// Rows are read one after the other and only until there are enough, so that a text that matches everything costs no
/// more than one that matches little. Who sees few repositories is served from those; who sees many, from what matches.
/// Both look at a bounded number of rows.
/// </remarks>
public sealed class CatalogSearch(IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>Rows that can be asked for, pages that were skipped included.</summary>
    public const int MaxRows = 1000;

    // Rows that are looked at before a search says that there may be more.
    private const int MostCandidates = 30_000;

    // Repositories that the first half of "app:1." may mean.
    private const int MostMeant = 200;

    /// <summary>Repositories whose names hold the text: those named so first, then those with a part that begins so.</summary>
    /// <param name="visible">What may be seen: nothing else is found.</param>
    public async Task<Found<RepositoryRow>> FindRepositoriesAsync(
        SearchText text, int skip, int take, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        if (text.AsRepository is not { } part)
        {
            return new Found<RepositoryRow>([], HasMore: false);
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var containing = LikePattern.Containing(part);
        var beginning = LikePattern.StartingWith(part);
        var inside = LikePattern.Containing("/" + part);
        var end = LikePattern.EndingWith("/" + part);
        var rows = await visible.Apply(context.Repositories.AsNoTracking().Where(row => EF.Functions.Like(row.Name, containing, LikePattern.Escape)))
            .OrderBy(row => row.Name == part || EF.Functions.Like(row.Name, end, LikePattern.Escape) ? 0
                : EF.Functions.Like(row.Name, beginning, LikePattern.Escape) || EF.Functions.Like(row.Name, inside, LikePattern.Escape) ? 1
                : 2)
            .ThenBy(row => row.Name)
            .Skip(skip).Take(Bound(skip, take) + 1)
            .ToListAsync(cancellationToken);
        return Page(rows.Select(CatalogIndex.ToRow), 0, take, isWhole: true);
    }

    /// <summary>Tags whose names hold the text, those that begin so first; for <c>app:1.</c> those of the repositories meant, <c>app</c> itself first, then <c>…/app</c>.</summary>
    /// <inheritdoc cref="FindRepositoriesAsync"/>
    public async Task<Found<TagHit>> FindTagsAsync(
        SearchText text, int skip, int take, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (text.AsReference is var (repository, beginning))
        {
            var end = LikePattern.EndingWith(repository);
            var part = LikePattern.EndingWith("/" + repository);
            var meant = await visible.Apply(context.Repositories.Where(row => EF.Functions.Like(row.Name, end, LikePattern.Escape)))
                .Select(row => new { row.Id, row.Name, Rank = row.Name == repository ? 0 : EF.Functions.Like(row.Name, part, LikePattern.Escape) ? 1 : 2 })
                .OrderBy(row => row.Rank).ThenBy(row => row.Name).Take(MostMeant + 1).ToListAsync(cancellationToken);
            var ranks = meant.Take(MostMeant).GroupBy(row => row.Rank, row => row.Id).Select(rank => rank.ToList());
            var found = await TakeAsync(
                TagsOf(context, ranks, LikePattern.StartingWith(beginning)), RepositoryFilter.All, row => row.Repository, ToHit, skip, take, cancellationToken);
            return found with { HasMore = found.HasMore || meant.Count > MostMeant };
        }

        if (text.AsTag is not { } name)
        {
            return new Found<TagHit>([], HasMore: false);
        }

        if (await SeesLittleAsync(context, visible, cancellationToken))
        {
            var hits = new List<TagCandidate>();
            await foreach (var row in TagsOf(context, visible.Apply(context.Repositories), LikePattern.Containing(name)).WithCancellation(cancellationToken))
            {
                hits.Add(row);
            }

            return Page(hits.OrderBy(row => Rank(row.Name, name)).ThenBy(row => row.Name, StringComparer.OrdinalIgnoreCase).Select(ToHit), skip, take, isWhole: true);
        }

        return await TakeAsync(Matching(context, text, name), visible, row => row.Repository, ToHit, skip, take, cancellationToken);
    }

    /// <summary>Manifests whose digests begin with the text, which has four digits or more.</summary>
    /// <inheritdoc cref="FindRepositoriesAsync"/>
    public async Task<Found<DigestHit>> FindDigestsAsync(
        SearchText text, int skip, int take, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        if (text.AsHex is not { } hex)
        {
            return new Found<DigestHit>([], HasMore: false);
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var beginning = hex[..Math.Min(hex.Length, 12)];
        var end = CatalogFilter.RangeEnd(beginning);
        var rows = await SeesLittleAsync(context, visible, cancellationToken)
            ? from repository in visible.Apply(context.Repositories)
              from manifest in context.Manifests.Where(manifest => manifest.RepositoryId == repository.Id
                  && ((string.Compare(manifest.Digest, "sha256:" + beginning) >= 0 && string.Compare(manifest.Digest, "sha256:" + end) < 0)
                      || (string.Compare(manifest.Digest, "sha512:" + beginning) >= 0 && string.Compare(manifest.Digest, "sha512:" + end) < 0)))
              select new ManifestCandidate
              {
                  Repository = repository.Name,
                  Digest = manifest.Digest,
                  Kind = manifest.ArtifactKind,
                  Pushed = manifest.PushedAt,
              }
            : context.Database.SqlQuery<ManifestCandidate>($"""
                SELECT r.Name AS Repository, m.Digest, m.ArtifactKind AS Kind, m.PushedAt AS Ticks, '' AS Lines
                FROM Manifests m CROSS JOIN Repositories r ON r.Id = m.RepositoryId
                WHERE substr(m.Digest, 8, 12) >= {beginning} AND substr(m.Digest, 8, 12) < {end}
                ORDER BY substr(m.Digest, 8, 12)
                """);
        return await TakeAsync(
            rows.AsAsyncEnumerable(),
            visible,
            row => row.Repository,
            row => Digest.TryParse(row.Digest, out var digest) && digest.Hex.StartsWith(hex, StringComparison.Ordinal)
                ? new DigestHit(RepositoryName.Parse(row.Repository), digest, row.Kind, row.PushedAt)
                : null,
            skip,
            take,
            cancellationToken);
    }

    /// <summary>Manifests with a label or an annotation that holds the text, of three characters or more; each label of a repository once, with the newest manifest that has it.</summary>
    /// <inheritdoc cref="FindRepositoriesAsync"/>
    public async Task<Found<LabelHit>> FindLabelsAsync(
        SearchText text, int skip, int take, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        if (text.AsMatch is not { } match)
        {
            return new Found<LabelHit>([], HasMore: false);
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var part = LikePattern.Resembling(text.Text);
        var rows = await SeesLittleAsync(context, visible, cancellationToken)
            ? from repository in visible.Apply(context.Repositories)
              from manifest in context.Manifests.Where(manifest => manifest.RepositoryId == repository.Id)
              join lines in context.Texts on manifest.Id equals lines.ManifestId
              where EF.Functions.Like(lines.Lines, part, LikePattern.Escape)
              orderby manifest.Id descending
              select new ManifestCandidate
              {
                  Repository = repository.Name,
                  Digest = manifest.Digest,
                  Kind = manifest.ArtifactKind,
                  Pushed = manifest.PushedAt,
                  Lines = lines.Lines,
              }
            : context.Database.SqlQuery<ManifestCandidate>($"""
                SELECT r.Name AS Repository, m.Digest, m.ArtifactKind AS Kind, m.PushedAt AS Ticks, t.Lines
                FROM TextSearch s
                CROSS JOIN ManifestTexts t ON t.ManifestId = s.rowid
                CROSS JOIN Manifests m ON m.Id = s.rowid
                CROSS JOIN Repositories r ON r.Id = m.RepositoryId
                WHERE s.TextSearch MATCH {match} ORDER BY s.rowid DESC
                """);
        var seen = new HashSet<(string, string)>();
        return await TakeAsync(
            rows.AsAsyncEnumerable(),
            visible,
            row => row.Repository,
            row => row.Lines.Split('\n').FirstOrDefault(line => line.Contains(text.Text, StringComparison.OrdinalIgnoreCase)) is { } line
                && seen.Add((row.Repository, line))
                ? new LabelHit(RepositoryName.Parse(row.Repository), Digest.Parse(row.Digest), row.Kind, line, row.PushedAt)
                : null,
            skip,
            take,
            cancellationToken);
    }

    /// <summary>Whether reading all that somebody sees costs less than looking through what matches.</summary>
    private static async Task<bool> SeesLittleAsync(PortalDbContext context, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        return visible.Sets.Count > 0
            && await visible.Apply(context.Repositories).SumAsync(row => (long)row.ManifestCount + row.TagCount, cancellationToken) <= 2 * MostCandidates;
    }

    private static IAsyncEnumerable<TagCandidate> TagsOf(PortalDbContext context, IQueryable<RepositoryEntity> repositories, string pattern)
    {
        var rows = from repository in repositories
                   from tag in context.Tags.Where(tag => tag.RepositoryId == repository.Id)
                   where EF.Functions.Like(tag.Name, pattern, LikePattern.Escape)
                   orderby repository.Name, tag.Name
                   select new TagCandidate { Repository = repository.Name, Name = tag.Name, Digest = tag.Digest, Pushed = tag.PushedAt };
        return rows.AsAsyncEnumerable();
    }

    /// <summary>The tags of repositories, those of the first group first.</summary>
    private static async IAsyncEnumerable<TagCandidate> TagsOf(PortalDbContext context, IEnumerable<List<long>> groups, string pattern)
    {
        foreach (var group in groups)
        {
            await foreach (var row in TagsOf(context, context.Repositories.Where(row => group.Contains(row.Id)), pattern))
            {
                yield return row;
            }
        }
    }

    /// <summary>Tags that begin with the text, then those that hold it elsewhere; for one or two characters the former alone.</summary>
    private static async IAsyncEnumerable<TagCandidate?> Matching(PortalDbContext context, SearchText text, string part)
    {
        var beginning = part.ToLowerInvariant();
        var end = CatalogFilter.RangeEnd(beginning);
        var first = context.Database.SqlQuery<TagCandidate>($"""
            SELECT r.Name AS Repository, t.Name, t.Digest, t.PushedAt AS Ticks
            FROM Tags t CROSS JOIN Repositories r ON r.Id = t.RepositoryId
            WHERE t.Name COLLATE NOCASE >= {beginning} AND t.Name COLLATE NOCASE < {end}
            ORDER BY t.Name COLLATE NOCASE
            """);
        await foreach (var row in first.AsAsyncEnumerable())
        {
            yield return row.Name.StartsWith(part, StringComparison.OrdinalIgnoreCase) ? row : null;
        }

        if (text.AsMatch is not { } match)
        {
            yield break;
        }

        var others = context.Database.SqlQuery<TagCandidate>($"""
            SELECT r.Name AS Repository, t.Name, t.Digest, t.PushedAt AS Ticks
            FROM TagSearch s
            CROSS JOIN Tags t ON t.Id = s.rowid
            CROSS JOIN Repositories r ON r.Id = t.RepositoryId
            WHERE s.TagSearch MATCH {match} ORDER BY s.rowid DESC
            """);
        await foreach (var row in others.AsAsyncEnumerable())
        {
            yield return row.Name.IndexOf(part, StringComparison.OrdinalIgnoreCase) > 0 ? row : null;
        }
    }

    /// <summary>Takes what may be seen and is a hit, and stops when there is enough or enough was looked at.</summary>
    private static async Task<Found<THit>> TakeAsync<TRow, THit>(
        IAsyncEnumerable<TRow?> rows,
        RepositoryFilter visible,
        Func<TRow, string> repository,
        Func<TRow, THit?> toHit,
        int skip,
        int take,
        CancellationToken cancellationToken)
        where TRow : class
        where THit : class
    {
        var hits = new List<THit>();
        var wanted = skip + Bound(skip, take) + 1;
        var candidates = 0;
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (row is not null && visible.Matches(repository(row)) && toHit(row) is { } hit)
            {
                hits.Add(hit);
            }

            if (hits.Count == wanted || ++candidates == MostCandidates)
            {
                return Page(hits, skip, take, isWhole: false);
            }
        }

        return Page(hits, skip, take, isWhole: true);
    }

    private static Found<T> Page<T>(IEnumerable<T> hits, int skip, int take, bool isWhole)
    {
        var page = hits.Skip(skip).Take(take + 1).ToList();
        return new Found<T>(page.Count > take ? page[..take] : page, page.Count > take || !isWhole);
    }

    private static int Bound(int skip, int take) => Math.Clamp(take, 1, Math.Max(1, MaxRows - skip));

    private static int Rank(string name, string part)
    {
        return name.Equals(part, StringComparison.OrdinalIgnoreCase) ? 0 : name.StartsWith(part, StringComparison.OrdinalIgnoreCase) ? 1 : 2;
    }

    private static TagHit ToHit(TagCandidate row)
    {
        return new TagHit(RepositoryName.Parse(row.Repository), Tag.Parse(row.Name), Digest.Parse(row.Digest), row.PushedAt);
    }
}
