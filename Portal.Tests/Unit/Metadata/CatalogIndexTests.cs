using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

public sealed class CatalogIndexTests
{
    [Theory]
    [InlineData("%", "")]
    [InlineData("_", "a_b")]
    [InlineData("\\", "")]
    [InlineData("A_B", "a_b")]
    [InlineData("b", "a-b,a/b,a_b")]
    [InlineData("", "a,a-b,a/b,a_b,z")]
    public async Task FindRepositories_Search_TakesTextLiterally(string search, string expected)
    {
        await using var world = await CreateAsync("z", "a/b", "a", "a_b", "a-b");

        var page = await world.Index.FindRepositoriesAsync(new RepositoryQuery { Search = search }, RepositoryFilter.All, CancellationToken.None);

        Assert.Equal(expected, Join(page));
        Assert.Equal(page.Items.Count, page.Total);
    }

    [Theory]
    [InlineData(RepositorySort.Name, false, "few,many,none")]
    [InlineData(RepositorySort.Name, true, "none,many,few")]
    [InlineData(RepositorySort.Size, false, "none,few,many")]
    [InlineData(RepositorySort.Size, true, "many,few,none")]
    [InlineData(RepositorySort.Tags, true, "many,few,none")]
    [InlineData(RepositorySort.Tags, false, "none,few,many")]
    [InlineData(RepositorySort.LastPush, true, "few,none,many")]
    [InlineData(RepositorySort.LastPush, false, "many,none,few")]
    public async Task FindRepositories_Sort_Orders(RepositorySort sort, bool descending, string expected)
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("many", "1", [3000]);
        await world.PutImageAsync("many", "2", [3000]);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await world.PutImageAsync("none", null, [1]);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        await world.PutImageAsync("few", "1", [2000]);
        await world.ReconcileAsync();

        var page = await world.Index.FindRepositoriesAsync(
            new RepositoryQuery { Sort = sort, Descending = descending }, RepositoryFilter.All, CancellationToken.None);

        Assert.Equal(expected, Join(page));
    }

    [Fact]
    public async Task FindRepositories_SkipAndTake_GivePartAndTotal()
    {
        await using var world = await CreateAsync("a", "b", "c", "d");

        var page = await world.Index.FindRepositoriesAsync(new RepositoryQuery { Skip = 1, Take = 2 }, RepositoryFilter.All, CancellationToken.None);

        Assert.Equal("b,c", Join(page));
        Assert.Equal(4, page.Total);
    }

    [Theory]
    [InlineData(null, 10, "a,a-b,a/b,a_b")]
    [InlineData("a-b", 10, "a/b,a_b")]
    [InlineData("a-c", 1, "a/b")]
    [InlineData("z", 10, "")]
    public async Task ListRepositories_After_IsOrdinalAndExclusive(string? after, int limit, string expected)
    {
        await using var world = await CreateAsync("a/b", "a_b", "a-b", "a");

        var names = await world.Index.ListRepositoriesAsync(after, limit, RepositoryFilter.All, CancellationToken.None);

        Assert.Equal(expected, string.Join(',', names));
    }

    [Fact]
    public async Task FindRepository_Unknown_IsNull()
    {
        await using var world = await CreateAsync("a");

        Assert.Null(await world.FindAsync("b"));
    }

    [Theory]
    [InlineData(TagSort.PushedAt, true, "v2,v1,v10")]
    [InlineData(TagSort.PushedAt, false, "v10,v1,v2")]
    [InlineData(TagSort.Name, false, "v1,v2,v10")]
    [InlineData(TagSort.Name, true, "v10,v2,v1")]
    [InlineData(TagSort.Size, true, "v10,v1,v2")]
    [InlineData(TagSort.Size, false, "v2,v1,v10")]
    public async Task FindTags_Sort_Orders(TagSort sort, bool descending, string expected)
    {
        await using var world = await CreateWithTagsAsync();

        var page = await world.Index.FindTagsAsync(
            RepositoryName.Parse("app"), new TagQuery { Sort = sort, Descending = descending }, CancellationToken.None);

        Assert.Equal(expected, string.Join(',', page.Items.Select(row => row.Name)));
    }

    [Fact]
    public async Task FindTags_Search_MatchesPartOfNameOrBeginningOfDigest()
    {
        await using var world = await CreateWithTagsAsync();
        var digest = (await world.FindTagAsync("app", "v2")).Digest;

        Assert.Equal("v1,v10", await SearchAsync("1"));
        Assert.Equal("", await SearchAsync("%"));
        Assert.Equal("v2", await SearchAsync(digest.ToString()[..20]));
        Assert.Equal("v2", await SearchAsync(digest.Hex[..12].ToString().ToUpperInvariant()));

        async Task<string> SearchAsync(string text)
        {
            var query = new TagQuery { Search = text, Sort = TagSort.Name, Descending = false };
            var page = await world.Index.FindTagsAsync(RepositoryName.Parse("app"), query, CancellationToken.None);
            Assert.Equal(page.Items.Count, page.Total);
            return string.Join(',', page.Items.Select(row => row.Name));
        }
    }

    [Fact]
    public async Task FindTags_UnknownRepository_IsEmpty()
    {
        await using var world = await CreateWithTagsAsync();

        var page = await world.Index.FindTagsAsync(RepositoryName.Parse("other"), new TagQuery(), CancellationToken.None);

        Assert.Equal(0, page.Total);
        Assert.Empty(page.Items);
    }

    [Fact]
    public async Task Queries_AHundredThousandRepositories_PageAndSearch()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using (var context = world.CreateDbContext())
        {
            await context.Database.ExecuteSqlAsync($"""
                WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < 99999)
                INSERT INTO Repositories (Name, TagCount, ManifestCount, Size, LastPush)
                SELECT printf('team%d/app%05d', n % 100, n), n % 7, 1, n * 31 % 1000, n FROM number
                """);
        }

        foreach (var sort in Enum.GetValues<RepositorySort>())
        {
            var page = await world.Index.FindRepositoriesAsync(
                new RepositoryQuery { Sort = sort, Descending = true, Skip = 50_000 }, RepositoryFilter.All, CancellationToken.None);
            Assert.Equal(100_000, page.Total);
            Assert.Equal(50, page.Items.Count);
        }

        var found = await world.Index.FindRepositoriesAsync(
            new RepositoryQuery { Search = "APP99", Sort = RepositorySort.Size }, RepositoryFilter.All, CancellationToken.None);
        Assert.Equal(1000, found.Total);
        var names = await world.Index.ListRepositoriesAsync("team50/", 1000, RepositoryFilter.All, CancellationToken.None);
        Assert.Equal("team50/app00050", names[0].ToString());
    }

    [Theory]
    [InlineData("Name DESC")]
    [InlineData("Size DESC, Name")]
    [InlineData("TagCount DESC, Name")]
    [InlineData("LastPush DESC, Name")]
    public async Task FindRepositories_Order_IsServedByAnIndexWithoutSorting(string order)
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var context = world.CreateDbContext();
        var connection = context.Database.GetDbConnection();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN SELECT * FROM Repositories ORDER BY {order} LIMIT 50";
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());

        Assert.StartsWith("SCAN Repositories USING INDEX", reader.GetString(3), StringComparison.Ordinal);
        Assert.False(await reader.ReadAsync());
    }

    private static async Task<CatalogWorld> CreateAsync(params string[] names)
    {
        var world = await CatalogWorld.CreateAsync();
        foreach (var name in names)
        {
            await world.PutImageAsync(name, "latest", [1]);
        }

        await world.ReconcileAsync();
        return world;
    }

    private static async Task<CatalogWorld> CreateWithTagsAsync()
    {
        var world = await CatalogWorld.CreateAsync();
        foreach (var (tag, layer) in new[] { ("v10", 3000), ("v1", 2000), ("v2", 1000) })
        {
            await world.PutImageAsync("app", tag, [layer]);
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await world.ReconcileAsync();
        return world;
    }

    private static string Join(RowPage<RepositoryRow> page) => string.Join(',', page.Items.Select(row => row.Name));
}
