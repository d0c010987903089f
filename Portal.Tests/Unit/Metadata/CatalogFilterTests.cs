using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

/// <summary>Filters, facets and the tree of namespaces.</summary>
public sealed class CatalogFilterTests
{
    private const string Arm = """{"os":"linux","architecture":"arm64"}""";
    private const string Signature = "application/vnd.cncf.notary.signature";

    [Fact]
    public async Task FindRepositories_EachFilter_LetsThroughWhatItSays()
    {
        await using var world = await CreateAsync();

        Assert.Equal("team/arm", await NamesAsync(new RepositoryQuery { Platform = "linux/arm64" }));
        Assert.Equal("", await NamesAsync(new RepositoryQuery { Platform = "linux" }));
        Assert.Equal("charts/app", await NamesAsync(new RepositoryQuery { Kind = ArtifactKind.Chart }));
        Assert.Equal("team/index", await NamesAsync(new RepositoryQuery { Kind = ArtifactKind.Index }));
        Assert.Equal("team/tools/big", await NamesAsync(new RepositoryQuery { MinSize = 50_000 }));
        Assert.Equal("charts/app", await NamesAsync(new RepositoryQuery { MaxSize = 50 }));
        Assert.Equal("team/late", await NamesAsync(new RepositoryQuery { PushedFrom = world.Time.GetUtcNow() }));
        Assert.DoesNotContain("late", await NamesAsync(new RepositoryQuery { PushedBefore = world.Time.GetUtcNow() }), StringComparison.Ordinal);
        Assert.Equal("charts/app,team/arm,team/index,team/late,team/tools/big", await NamesAsync(new RepositoryQuery { HasUnsigned = true }));
        Assert.Equal("team/untagged", await NamesAsync(new RepositoryQuery { HasUntagged = true }));
        Assert.Equal("team/tools/big", await NamesAsync(new RepositoryQuery { In = "team/tools/" }));
        Assert.Equal("team/arm", await NamesAsync(new RepositoryQuery { In = "team/", Platform = "linux/arm64", Search = "A" }));

        async Task<string> NamesAsync(RepositoryQuery query)
        {
            var page = await world.Index.FindRepositoriesAsync(query, RepositoryFilter.All, CancellationToken.None);
            Assert.Equal(page.Items.Count, page.Total);
            return string.Join(',', page.Items.Select(row => row.Name));
        }
    }

    [Fact]
    public async Task FindRepositories_ByLastPull_CountsDaysBackFromNow()
    {
        await using var world = await CreateAsync();
        var now = world.Time.GetUtcNow();
        var image = await world.FindTagAsync("team/late", "1");
        await world.LastPulls.WriteAsync(
            [
                new LastPull("team/arm", "1", now.AddDays(-40)),
                new LastPull("team/late", $"{image.Digest}", now.AddDays(-5)),
                new LastPull("team/index", "gone", now),
                new LastPull("nowhere", "1", now),
            ],
            CancellationToken.None);

        Assert.Equal("team/late", await NamesAsync("7d"));
        Assert.Equal("team/arm,team/late", await NamesAsync("90d"));
        Assert.Equal("charts/app,team/arm,team/cosign,team/index,team/notary,team/tools/big,team/untagged", await NamesAsync("not-30d"));
        Assert.Equal("charts/app,team/cosign,team/index,team/notary,team/tools/big,team/untagged", await NamesAsync("never"));
        world.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal("", await NamesAsync("7d"));
        var sorted = await world.Index.FindRepositoriesAsync(
            new RepositoryQuery { Sort = RepositorySort.LastPull, Descending = true, Take = 2 }, RepositoryFilter.All, CancellationToken.None);
        Assert.Equal(
            [("team/late", now.AddDays(-5)), ("team/arm", now.AddDays(-40))], sorted.Items.Select(row => ($"{row.Name}", row.LastPull!.Value)));

        async Task<string> NamesAsync(string pulled)
        {
            var query = new RepositoryQuery { Pulled = PullAge.Parse(pulled) };
            var page = await world.Index.FindRepositoriesAsync(query, RepositoryFilter.All, CancellationToken.None);
            Assert.True(query.IsFiltered);
            Assert.Equal(page.Items.Count, page.Total);
            return string.Join(',', page.Items.Select(row => row.Name));
        }
    }

    [Fact]
    public async Task FindTags_ByLastPull_TakesThatOfTheNameOrTheDigest()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var now = world.Time.GetUtcNow();
        await world.PutImageAsync("app", "by-name", [1]);
        var image = await world.PutImageAsync("app", "by-digest", [2]);
        await world.PutImageAsync("app", "never", [3]);
        await world.PutImageAsync("app", "both", [2]);
        await world.ReconcileAsync();
        await world.LastPulls.WriteAsync(
            [new LastPull("app", "by-name", now.AddDays(-2)), new LastPull("app", $"{image.Digest}", now.AddDays(-40)), new LastPull("app", "both", now)],
            CancellationToken.None);

        Assert.Equal("both,by-name,by-digest,never", await TagsAsync(null));
        Assert.Equal("both,by-name", await TagsAsync("7d"));
        Assert.Equal("by-digest,never", await TagsAsync("not-30d"));
        Assert.Equal("never", await TagsAsync("never"));

        // A tag that moves takes the pulls of its name along, and not those of the digest it had.
        var moved = await world.PutImageAsync("app", "by-digest", [4]);
        await world.RefreshAsync("app", [moved.Digest], ["by-digest"]);
        Assert.Equal("by-digest,never", await TagsAsync("never"));

        async Task<string> TagsAsync(string? pulled)
        {
            var query = new TagQuery { Sort = TagSort.LastPull, Pulled = PullAge.Parse(pulled) };
            var page = await world.Index.FindTagsAsync(RepositoryName.Parse("app"), query, CancellationToken.None);
            Assert.Equal(page.Items.Count, page.Total);
            return string.Join(',', page.Items.Select(row => row.Name));
        }
    }

    [Fact]
    public async Task LastPulls_LessThanAMinuteNewer_AreNotWritten()
    {
        await using var world = await CreateAsync();
        var now = world.Time.GetUtcNow();

        Assert.Equal(2, await WriteAsync(now));
        Assert.Equal(0, await WriteAsync(now.AddSeconds(59)));
        Assert.Equal(0, await WriteAsync(now.AddHours(-1)));
        Assert.Equal(2, await WriteAsync(now.AddSeconds(61)));
        Assert.Equal(now.AddSeconds(61), (await world.FindAsync("team/arm"))!.LastPull);

        // What a repository loses takes its pulls along.
        await world.DeleteTagAsync("team/arm", "1");
        await world.RefreshAsync("team/arm", [], ["1"]);
        Assert.Null((await world.FindAsync("team/arm"))!.LastPull);

        Task<int> WriteAsync(DateTimeOffset at) => world.LastPulls.WriteAsync([new LastPull("team/arm", "1", at)], CancellationToken.None);
    }

    [Theory]
    [InlineData("7d")]
    [InlineData("not-365d")]
    [InlineData("never")]
    [InlineData("0d", false)]
    [InlineData("-7d", false)]
    [InlineData("not-", false)]
    [InlineData("not--7d", false)]
    [InlineData("99999999d", false)]
    [InlineData("7", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void PullAge_Text_IsReadAndWrittenTheSame(string? text, bool isKnown = true)
    {
        Assert.Equal(isKnown ? text : null, PullAge.Parse(text)?.ToString());
    }

    [Fact]
    public async Task FindRepositories_PatternThatCouldBacktrackForAges_AnswersAtOnce()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync($"x/{new string('a', 200)}", "1", [1]);
        await world.PutImageAsync("x/aaaab", "1", [1]);
        await world.ReconcileAsync();
        var pattern = RepositoryPattern.Parse($"**/{string.Concat(Enumerable.Repeat("*a", 4))}*b");
        var hostile = RepositoryPattern.Parse($"**/{string.Concat(Enumerable.Repeat("*a", 14))}*b");
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));

        var found = await Task.Run(() => world.Index.FindRepositoriesAsync(new RepositoryQuery(), RepositoryFilter.Of([pattern]), deadline.Token)).WaitAsync(deadline.Token);
        var none = await Task.Run(() => world.Index.FindRepositoriesAsync(new RepositoryQuery(), RepositoryFilter.Of([hostile]), deadline.Token)).WaitAsync(deadline.Token);

        Assert.Equal("x/aaaab", Assert.Single(found.Items).Name.ToString());
        Assert.Empty(none.Items);
    }

    [Fact]
    public async Task FindTags_SignedByAReferrerOrByCosignsTag_SaysSo()
    {
        await using var world = await CreateAsync();

        Assert.True((await world.FindTagAsync("team/notary", "1")).IsSigned);
        Assert.True((await world.FindTagAsync("team/cosign", "1")).IsSigned);
        Assert.False((await world.FindTagAsync("team/arm", "1")).IsSigned);
        Assert.Equal(ArtifactKind.Chart, (await world.FindTagAsync("charts/app", "1")).ArtifactKind);
        Assert.Equal(0, (await world.FindAsync("team/notary"))!.UnsignedCount);
        Assert.Equal(0, (await world.FindAsync("team/cosign"))!.UnsignedCount);
    }

    [Fact]
    public async Task FindTags_SignatureDeleted_IsUnsignedAgain()
    {
        await using var world = await CreateAsync();
        var page = await world.Index.FindTagsAsync(RepositoryName.Parse("team/cosign"), new TagQuery(), CancellationToken.None);
        var signature = page.Items.Single(row => row.Name.ToString() != "1");

        await world.DeleteTagAsync("team/cosign", signature.Name.ToString());
        await world.RefreshAsync("team/cosign", [], [signature.Name.ToString()]);

        Assert.Equal(1, (await world.FindAsync("team/cosign"))!.UnsignedCount);
        Assert.False((await world.FindTagAsync("team/cosign", "1")).IsSigned);
    }

    [Fact]
    public async Task FindFacets_GivesWhatThereIsAndMayBeSeen()
    {
        await using var world = await CreateAsync();

        var all = await world.Tree.FindFacetsAsync(RepositoryFilter.All, CancellationToken.None);
        var some = await world.Tree.FindFacetsAsync(Seeing("charts/**"), CancellationToken.None);

        Assert.Equal(["linux/amd64", "linux/arm64"], all.Platforms);
        Assert.Equal([ArtifactKind.Image, ArtifactKind.Index, ArtifactKind.Chart, ArtifactKind.Signature], all.Kinds);
        Assert.Empty(some.Platforms);
        Assert.Equal([ArtifactKind.Chart], some.Kinds);
    }

    [Theory]
    [InlineData(null, "**", "charts/ 1|team/ 7|single 1", 3)]
    [InlineData(null, "team/**", "team/ 7", 1)]
    [InlineData("team/", "**", "team/tools/ 1|team/arm 1|team/cosign 2|team/index 1|team/late 1|team/notary 1|team/untagged 0", 7)]
    [InlineData("team/tools/", "**", "team/tools/big 1", 1)]
    [InlineData("team/", "team/tools/*", "team/tools/ 1", 1)]
    [InlineData("none/", "**", "", 0)]
    [InlineData("tea", "**", "", 0)]
    public async Task FindLevel_OfTheTree_GivesNamespacesThenRepositories(string? above, string pattern, string expected, int total)
    {
        await using var world = await CreateAsync();
        await world.PutImageAsync("single", "1", [1]);
        await world.ReconcileAsync();

        var level = await world.Tree.FindLevelAsync(new RepositoryQuery { In = above }, Seeing(pattern), CancellationToken.None);

        Assert.Equal(expected, Join(level));
        Assert.Equal(total, level.Total);
    }

    [Fact]
    public async Task FindLevel_Pages_ReachEverythingOnce()
    {
        await using var world = await CreateAsync();
        var query = new RepositoryQuery { In = "team/", Take = 2 };
        var seen = new List<string>();
        for (var skip = 0; skip < 8; skip += 2)
        {
            seen.Add(Join(await world.Tree.FindLevelAsync(query with { Skip = skip }, RepositoryFilter.All, CancellationToken.None)));
        }

        Assert.Equal(Join(await world.Tree.FindLevelAsync(query with { Take = 100 }, RepositoryFilter.All, CancellationToken.None)), string.Join('|', seen));
    }

    [Fact]
    public async Task FindLevel_SortedBySizeAndFiltered_SumsWhatPasses()
    {
        await using var world = await CreateAsync();

        var bySize = await world.Tree.FindLevelAsync(
            new RepositoryQuery { Sort = RepositorySort.Size, Descending = true }, RepositoryFilter.All, CancellationToken.None);
        var charts = await world.Tree.FindLevelAsync(new RepositoryQuery { Kind = ArtifactKind.Chart }, RepositoryFilter.All, CancellationToken.None);

        Assert.Equal("team/,charts/", string.Join(',', bySize.Namespaces.Select(row => row.Path)));
        Assert.True(bySize.Namespaces[0].Size > 90_000);
        Assert.Equal(world.Time.GetUtcNow(), bySize.Namespaces[0].LastPush);
        Assert.Equal(("charts/", 1, 1L), (charts.Namespaces.Single().Path, charts.Namespaces.Single().RepositoryCount, charts.Namespaces.Single().TagCount));
    }

    [Fact]
    public async Task FindLevel_SizesThatCannotBeSummed_AreBounded()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("team/a", "1", [long.MaxValue]);
        await world.PutImageAsync("team/b", "1", [long.MaxValue]);
        await world.ReconcileAsync();

        var level = await world.Tree.FindLevelAsync(new RepositoryQuery(), RepositoryFilter.All, CancellationToken.None);

        Assert.Equal(long.MaxValue, level.Namespaces.Single().Size);
    }

    /// <summary>A file of the version before: its rows stay, and the next comparison fills what they lack.</summary>
    [Fact]
    public async Task Migrate_FileOfTheVersionBefore_GetsItsNewColumnsFilled()
    {
        await using var world = await CreateAsync();
        await using (var context = world.CreateDbContext())
        {
            await context.GetService<IMigrator>().MigrateAsync("CatalogIndex");
        }

        await world.Database.MigrateAsync(CancellationToken.None);
        var level = await world.Tree.FindLevelAsync(new RepositoryQuery(), RepositoryFilter.All, CancellationToken.None);
        Assert.Equal("charts/ 1|team/ 7", Join(level));
        Assert.Empty((await world.Tree.FindFacetsAsync(RepositoryFilter.All, CancellationToken.None)).Platforms);
        Assert.Equal(MediaTypes.OciManifest, (await world.FindTagAsync("team/arm", "1")).MediaType);
        await world.ReconcileAsync();

        Assert.Equal(["linux/amd64", "linux/arm64"], (await world.Tree.FindFacetsAsync(RepositoryFilter.All, CancellationToken.None)).Platforms);
        Assert.Equal(ArtifactKind.Chart, (await world.FindTagAsync("charts/app", "1")).ArtifactKind);
        var tags = await world.Search.FindTagsAsync(SearchText.Parse("sha256-")!, 0, 10, RepositoryFilter.All, CancellationToken.None);
        Assert.Single(tags.Items);
    }

    private static string Join(CatalogLevel level)
    {
        return string.Join('|', level.Namespaces.Select(row => $"{row.Path} {row.RepositoryCount}")
            .Concat(level.Repositories.Select(row => $"{row.Name} {row.TagCount}")));
    }

    private static RepositoryFilter Seeing(string pattern) => RepositoryFilter.Of([RepositoryPattern.Parse(pattern)]);

    private static async Task<CatalogWorld> CreateAsync()
    {
        var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("team/arm", "1", [100], Arm);
        await world.PutImageAsync("team/tools/big", "1", [90_000]);
        await world.PutImageAsync("team/untagged", null, [100]);
        var child = await world.PutImageAsync("team/index", null, [100]);
        await world.PutIndexAsync("team/index", "1", (child, "linux", "amd64"));
        await world.PutArtifactAsync("charts/app", "1", "application/vnd.cncf.helm.config.v1+json");
        var notary = await world.PutImageAsync("team/notary", "1", [100]);
        await world.PutArtifactAsync("team/notary", null, MediaTypes.OciEmpty, Signature, notary.Digest);
        var cosign = await world.PutImageAsync("team/cosign", "1", [100]);
        await world.PutArtifactAsync("team/cosign", $"sha256-{cosign.Digest.Hex}.sig", Signature);
        world.Time.Advance(TimeSpan.FromDays(1));
        await world.PutImageAsync("team/late", "1", [100]);
        await world.ReconcileAsync();
        return world;
    }
}
