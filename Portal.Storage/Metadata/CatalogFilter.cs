using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.Metadata;

/// <summary>The conditions of a <see cref="RepositoryQuery"/>, all of them on the repositories' own rows.</summary>
internal static class CatalogFilter
{
    /// <param name="now">From which <see cref="RepositoryQuery.Pulled"/> counts back.</param>
    public static IQueryable<RepositoryEntity> Apply(
        IQueryable<RepositoryEntity> rows, RepositoryQuery query, RepositoryFilter visible, DateTimeOffset now)
    {
        if (query.In is { } start)
        {
            // Up to what comes right behind all that begins so; the index of the names answers it.
            var end = RangeEnd(start);
            rows = rows.Where(row => string.Compare(row.Name, start) > 0 && string.Compare(row.Name, end) < 0);
        }

        if (!string.IsNullOrEmpty(query.Search))
        {
            var part = LikePattern.Containing(query.Search);
            rows = rows.Where(row => EF.Functions.Like(row.Name, part, LikePattern.Escape));
        }

        if (query.Platform is { } platform)
        {
            var line = $"\n{platform}\n";
            rows = rows.Where(row => row.Platforms.Contains(line));
        }

        if (query.Kind is { } kind)
        {
            var bit = 1 << (int)kind;
            rows = rows.Where(row => (row.Kinds & bit) != 0);
        }

        rows = query.MinSize is { } min ? rows.Where(row => row.Size >= min) : rows;
        rows = query.MaxSize is { } max ? rows.Where(row => row.Size <= max) : rows;
        rows = query.PushedFrom is { } from ? rows.Where(row => row.LastPush >= from) : rows;
        rows = query.PushedBefore is { } before ? rows.Where(row => row.LastPush == null || row.LastPush < before) : rows;
        rows = query.Pulled?.From(now) is { } pulled ? rows.Where(row => row.LastPull >= pulled) : rows;
        rows = query.Pulled?.Before(now) is { } rested ? rows.Where(row => row.LastPull == null || row.LastPull < rested) : rows;
        rows = query.HasUnsigned ? rows.Where(row => row.UnsignedCount > 0) : rows;
        rows = query.HasUntagged ? rows.Where(row => row.UntaggedCount > 0) : rows;

        // Last, since it may be a regular expression: of what is left after the others.
        return visible.Apply(rows);
    }

    /// <summary>The first text behind all that begin with <paramref name="prefix"/>.</summary>
    public static string RangeEnd(string prefix) => prefix[..^1] + (char)(prefix[^1] + 1);
}
