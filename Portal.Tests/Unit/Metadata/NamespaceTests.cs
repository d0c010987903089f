using Microsoft.EntityFrameworkCore;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

/// <summary>The sums of namespaces that are kept beside the repositories.</summary>
public sealed class NamespaceTests
{
    private static readonly string[] Names = ["single", "a/one", "a/two", "a/b/one", "a/b/c/d/one", "a/b-c/one", "a-b/one", "z/z/z"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Sums_AfterRandomPushesPullsAndDeletes_EqualAFreshComputation(int seed)
    {
        await using var world = await CatalogWorld.CreateAsync();
        var random = new Random(seed);
        var images = new List<(string Name, Digest Digest, string Tag)>();
        for (var step = 0; step < 80; step++)
        {
            world.Time.Advance(TimeSpan.FromMinutes(2));
            var name = Names[random.Next(Names.Length)];
            if (images.Count == 0 || random.Next(3) > 0)
            {
                var layer = random.Next(8) == 0 ? long.MaxValue - random.Next(1000) : random.NextInt64(1L << random.Next(2, 62));
                var tag = $"v{random.Next(3)}";
                var image = await world.PutImageAsync(name, tag, [layer]);
                images.Add((name, image.Digest, tag));
                await world.RefreshAsync(name, [image.Digest], [tag]);
                await world.LastPulls.WriteAsync([new LastPull(name, random.Next(2) == 0 ? tag : $"{image.Digest}", world.Time.GetUtcNow())], CancellationToken.None);
            }
            else
            {
                var gone = images[random.Next(images.Count)];
                images.Remove(gone);
                if (random.Next(3) == 0)
                {
                    await world.DeleteTagAsync(gone.Name, gone.Tag);
                    await world.RefreshAsync(gone.Name, [], [gone.Tag]);
                }
                else
                {
                    await world.DeleteTagAsync(gone.Name, gone.Tag);
                    await world.DeleteManifestAsync(gone.Name, gone.Digest);
                    await world.RefreshAsync(gone.Name, [gone.Digest], [gone.Tag]);
                }
            }

            await RequireTrueSumsAsync(world);
        }

        // All of it goes.
        foreach (var name in Names)
        {
            await foreach (var digest in world.Registry.Manifests.ListAsync(RepositoryName.Parse(name), CancellationToken.None))
            {
                await world.DeleteManifestAsync(name, digest);
            }
        }

        await world.ReconcileAsync();
        await RequireTrueSumsAsync(world);
    }

    /// <summary>The tree is the same by the sums that are kept and by a pass over all repositories.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("a/")]
    [InlineData("a/b/")]
    [InlineData("nothing/")]
    public async Task FindLevel_BySumsAndByAllRows_AreTheSame(string? above)
    {
        await using var world = await CreateAsync();

        foreach (var sort in Enum.GetValues<RepositorySort>())
        {
            foreach (var (skip, take) in new[] { (0, 50), (0, 2), (1, 2), (2, 1), (3, 10), (9, 5) })
            {
                var query = new RepositoryQuery { In = above, Sort = sort, Descending = skip % 2 == 1, Skip = skip, Take = take };
                var kept = await world.Tree.FindLevelAsync(query, RepositoryFilter.All, CancellationToken.None);
                var counted = await world.Tree.FindLevelAsync(query with { MinSize = 0 }, RepositoryFilter.All, CancellationToken.None);

                Assert.Equal(counted.Namespaces, kept.Namespaces);
                Assert.Equal(counted.Repositories, kept.Repositories);
                Assert.Equal(counted.Total, kept.Total);
            }
        }
    }

    [Theory]
    [InlineData(null, "a/**", "a/ 6")]
    [InlineData("a/", "a/**", "a/b/ 3|a/b-c/ 1|a/one|a/two")]
    [InlineData("a/b/", "a/**", "a/b/c/ 2|a/b/one")]
    [InlineData("a/", "a/b/**", "a/b/ 3")]
    [InlineData("a/", "a/*", "a/one|a/two")]
    [InlineData("a-b/", "a/**", "")]
    public async Task FindLevel_SomebodyWhoSeesAPart_FindsTheSumsOfThat(string? above, string pattern, string expected)
    {
        await using var world = await CreateAsync();

        var level = await world.Tree.FindLevelAsync(
            new RepositoryQuery { In = above }, RepositoryFilter.Of([RepositoryPattern.Parse(pattern)]), CancellationToken.None);

        Assert.Equal(
            expected.Split('|', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
            level.Namespaces.Select(row => $"{row.Path} {row.RepositoryCount}").Concat(level.Repositories.Select(row => $"{row.Name}")).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("", "**", true)]
    [InlineData("", "a/**", false)]
    [InlineData("a/", "a/**", true)]
    [InlineData("a/b/", "a/**", true)]
    [InlineData("a/", "a/b/**", false)]
    [InlineData("ab/", "a/**", false)]
    [InlineData("a/", "a/*", false)]
    [InlineData("a/", "*/**", false)]
    [InlineData("a/", "a/**,b/**", true)]
    public void CoversAllOf_Namespace_OnlyWhereARuleIsAboutAllOfIt(string space, string patterns, bool expected)
    {
        var filter = RepositoryFilter.Of([.. patterns.Split(',').Select(RepositoryPattern.Parse)]);

        Assert.Equal(expected, filter.CoversAllOf(space));
        Assert.False(filter.And(new RepositoryFilter([[]])).CoversAllOf(space));
    }

    private static async Task<CatalogWorld> CreateAsync()
    {
        var world = await CatalogWorld.CreateAsync();
        for (var index = 0; index < Names.Length - 1; index++)
        {
            world.Time.Advance(TimeSpan.FromHours(1));
            await world.PutImageAsync(Names[index], "1", [1000 + ((index * 7) % 5)]);
            await world.PutImageAsync(Names[index], index % 2 == 0 ? "2" : "1", [1_000_000_000_000]);
        }

        await world.PutImageAsync("a/b/c/d/two", "1", [1]);
        await world.ReconcileAsync();
        await world.LastPulls.WriteAsync([new LastPull("a/b/one", "1", world.Time.GetUtcNow())], CancellationToken.None);
        return world;
    }

    private static async Task RequireTrueSumsAsync(CatalogWorld world)
    {
        await using var context = world.CreateDbContext();
        var repositories = await context.Database.SqlQuery<Row>($"SELECT Name, Parent, TagCount, Size, LastPush, LastPull FROM Repositories").ToListAsync();
        var expected = repositories
            .SelectMany(row => Enumerable.Range(0, row.Name.Length).Where(index => row.Name[index] == '/').Select(index => (Path: row.Name[..(index + 1)], Row: row)))
            .GroupBy(pair => pair.Path, pair => pair.Row)
            .Select(group => (
                group.Key,
                Parent: group.Key[..(group.Key[..^1].LastIndexOf('/') + 1)],
                Count: group.Count(),
                Tags: group.Sum(row => row.TagCount),
                Size: group.Aggregate((Int128)0, (sum, row) => sum + row.Size),
                Push: group.Max(row => row.LastPush),
                Pull: group.Max(row => row.LastPull)));
        var kept = await context.Database.SqlQuery<Sum>($"SELECT * FROM Namespaces").ToListAsync();
        Assert.Equal(
            expected.OrderBy(sum => sum.Key, StringComparer.Ordinal),
            kept.OrderBy(row => row.Path, StringComparer.Ordinal).Select(row => (
                row.Path, row.Parent, row.RepositoryCount, (int)row.TagCount, ((Int128)row.SizeHigh << 32) + row.SizeLow, row.LastPush, row.LastPull)));
        Assert.All(kept, row => Assert.Equal(row.Path, $"{row.Parent}{row.Name}/"));
        Assert.All(repositories, row => Assert.Equal(row.Name[..(row.Name.LastIndexOf('/') + 1)], row.Parent));
    }

    private sealed record Row(string Name, string Parent, int TagCount, long Size, long? LastPush, long? LastPull);

    private sealed record Sum(
        string Path, string Parent, string Name, int RepositoryCount, long TagCount, long SizeHigh, long SizeLow, long? LastPush, long? LastPull);
}
