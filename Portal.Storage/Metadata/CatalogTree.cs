using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.Metadata;

/// <summary>The catalog as a tree of namespaces, one level at a time, and what there is to filter it by.</summary>
public sealed class CatalogTree(IDbContextFactory<PortalDbContext> contexts, TimeProvider time)
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
        if (!query.IsFiltered && string.IsNullOrEmpty(query.Search) && visible.CoversAllOf(above))
        {
            return await FindWholeLevelAsync(context, query, take, cancellationToken);
        }

        var rows = CatalogFilter.Apply(context.Repositories.AsNoTracking(), query, visible, time.GetUtcNow());
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
                LastPull = group.Max(row => row.LastPull),
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
        return ToLevel(above, page, repositories, count + leafCount);
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

    /// <summary>A level of which nothing is left out: from the sums that are kept, whatever lies below it.</summary>
    private static async Task<CatalogLevel> FindWholeLevelAsync(
        PortalDbContext context, RepositoryQuery query, int take, CancellationToken cancellationToken)
    {
        var above = query.In ?? string.Empty;
        var namespaces = context.Namespaces.AsNoTracking().Where(row => row.Parent == above).Select(row => new NamespaceSum
        {
            Name = row.Name,
            RepositoryCount = row.RepositoryCount,
            TagCount = row.TagCount,
            Size = (row.SizeHigh * 4294967296.0) + row.SizeLow,
            LastPush = row.LastPush,
            LastPull = row.LastPull,
        });
        var leaves = context.Repositories.AsNoTracking().Where(row => row.Parent == above);
        var count = await namespaces.CountAsync(cancellationToken);
        var page = await Sort(namespaces, query.Sort, query.Descending).Skip(query.Skip).Take(take).ToListAsync(cancellationToken);
        var leafCount = await leaves.CountAsync(cancellationToken);
        var left = take - page.Count;
        var repositories = left == 0 || leafCount == 0 ? [] : await CatalogIndex.Sort(leaves, query.Sort, query.Descending)
            .Skip(Math.Max(0, query.Skip - count)).Take(left).ToListAsync(cancellationToken);
        return ToLevel(above, page, repositories, count + leafCount);
    }

    private static CatalogLevel ToLevel(string above, List<NamespaceSum> namespaces, List<RepositoryEntity> repositories, int total)
    {
        return new CatalogLevel(
            [.. namespaces.Select(row => new NamespaceRow(
                $"{above}{row.Name}/", row.RepositoryCount, row.TagCount, ToBytes(row.Size), row.LastPush, row.LastPull))],
            [.. repositories.Select(CatalogIndex.ToRow)],
            total);
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
            (RepositorySort.LastPull, false) => rows.OrderBy(row => row.LastPull).ThenBy(row => row.Name),
            (RepositorySort.LastPull, true) => rows.OrderByDescending(row => row.LastPull).ThenBy(row => row.Name),
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

        public DateTimeOffset? LastPull { get; init; }
    }
}
