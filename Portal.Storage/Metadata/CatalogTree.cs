using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.Metadata;

/// <summary>The catalog as a tree of namespaces, one level at a time, and what there is to filter it by.</summary>
public sealed class CatalogTree(IDbContextFactory<PortalDbContext> contexts)
{
    private const int MaxTake = 1000;
    private const int MostNamespaces = 2000;

    // Somebody may push so many made-up platforms that no list of them is of use.
    private const int MostPlatformLists = 500;
    private const int MostPlatforms = 100;

    /// <summary>Namespaces and repositories right below <see cref="RepositoryQuery.In"/>, as far as they pass the query's filters.</summary>
    /// <param name="visible">Which repositories may be seen; what may not is in no sum.</param>
    public async Task<CatalogLevel> FindLevelAsync(RepositoryQuery query, RepositoryFilter visible, CancellationToken cancellationToken)
    {
        var above = query.In ?? string.Empty;
        var take = Math.Clamp(query.Take, 1, MaxTake);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = CatalogFilter.Apply(context.Repositories.AsNoTracking(), query, visible);
        var start = above.Length;
        var namespaces = rows.Where(row => row.Name.Substring(start).Contains('/'))
            .GroupBy(row => row.Name.Substring(start, row.Name.Substring(start).IndexOf('/')))
            .Select(group => new NamespaceSum
            {
                Name = group.Key,
                RepositoryCount = group.Count(),
                TagCount = group.Sum(row => (long)row.TagCount),

                // In floating point: sizes are what manifests claim, and no sum of them may fail.
                Size = group.Sum(row => (double)row.Size),
                LastPush = group.Max(row => row.LastPush),
            });
        var leaves = rows.Where(row => !row.Name.Substring(start).Contains('/'));

        // The sums cost a pass over all rows: one that gives the namespaces also counts them, unless they are too many.
        var found = await Sort(namespaces, query.Sort, query.Descending).Take(MostNamespaces).ToListAsync(cancellationToken);
        var count = found.Count;
        var leafCount = await rows.CountAsync(cancellationToken) - found.Sum(row => row.RepositoryCount);
        var page = found.Skip(query.Skip).Take(take).ToList();
        if (count == MostNamespaces)
        {
            count = await namespaces.CountAsync(cancellationToken);
            leafCount = await leaves.CountAsync(cancellationToken);
            page = await Sort(namespaces, query.Sort, query.Descending).Skip(query.Skip).Take(take).ToListAsync(cancellationToken);
        }

        var left = take - page.Count;
        var repositories = left == 0 || leafCount == 0 ? [] : await CatalogIndex.Sort(leaves, query.Sort, query.Descending)
            .Skip(Math.Max(0, query.Skip - count)).Take(left).ToListAsync(cancellationToken);
        return new CatalogLevel(
            [.. page.Select(row => new NamespaceRow($"{above}{row.Name}/", row.RepositoryCount, row.TagCount, ToBytes(row.Size), row.LastPush))],
            [.. repositories.Select(CatalogIndex.ToRow)],
            count + leafCount);
    }

    /// <summary>The platforms and kinds that the visible repositories hold.</summary>
    public async Task<CatalogFacets> FindFacetsAsync(RepositoryFilter visible, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var lists = await visible.Apply(context.Repositories)
            .GroupBy(row => new { row.Platforms, row.Kinds })
            .Select(group => group.Key)
            .OrderBy(key => key.Platforms).ThenBy(key => key.Kinds)
            .Take(MostPlatformLists)
            .ToListAsync(cancellationToken);
        var kinds = lists.Aggregate(0, (all, list) => all | list.Kinds);
        return new CatalogFacets(
            [.. lists.SelectMany(list => list.Platforms.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                .Distinct().Order(StringComparer.Ordinal).Take(MostPlatforms)],
            [.. Enum.GetValues<ArtifactKind>().Where(kind => (kinds & (1 << (int)kind)) != 0)]);
    }

    private static IQueryable<NamespaceSum> Sort(IQueryable<NamespaceSum> rows, RepositorySort sort, bool descending)
    {
        return (sort, descending) switch
        {
            (RepositorySort.Size, false) => rows.OrderBy(row => row.Size).ThenBy(row => row.Name),
            (RepositorySort.Size, true) => rows.OrderByDescending(row => row.Size).ThenBy(row => row.Name),
            (RepositorySort.Tags, false) => rows.OrderBy(row => row.TagCount).ThenBy(row => row.Name),
            (RepositorySort.Tags, true) => rows.OrderByDescending(row => row.TagCount).ThenBy(row => row.Name),
            (RepositorySort.LastPush, false) => rows.OrderBy(row => row.LastPush).ThenBy(row => row.Name),
            (RepositorySort.LastPush, true) => rows.OrderByDescending(row => row.LastPush).ThenBy(row => row.Name),
            (_, true) => rows.OrderByDescending(row => row.Name),
            _ => rows.OrderBy(row => row.Name),
        };
    }

    private static long ToBytes(double sum) => sum >= long.MaxValue ? long.MaxValue : (long)sum;

    private sealed class NamespaceSum
    {
        public required string Name { get; init; }

        public int RepositoryCount { get; init; }

        public long TagCount { get; init; }

        public double Size { get; init; }

        public DateTimeOffset? LastPush { get; init; }
    }
}
