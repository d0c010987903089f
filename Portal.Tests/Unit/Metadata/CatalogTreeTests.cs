using Portal.Storage.Accounts;
using Portal.Storage.Metadata;

namespace Portal.Tests.Unit.Metadata;

/// <summary>The tree of namespaces, and what can be filtered by.</summary>
public sealed class CatalogTreeTests
{
    [Fact]
    public async Task FindFacets_GivesWhatThereIsAndMayBeSeen()
    {
        await using var world = await MixedCatalog.CreateAsync();

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
        await using var world = await MixedCatalog.CreateAsync();
        await world.PutImageAsync("single", "1", [1]);
        await world.ReconcileAsync();

        var level = await world.Tree.FindLevelAsync(new RepositoryQuery { In = above }, Seeing(pattern), CancellationToken.None);

        Assert.Equal(expected, MixedCatalog.Join(level));
        Assert.Equal(total, level.Total);
    }

    [Fact]
    public async Task FindLevel_Pages_ReachEverythingOnce()
    {
        await using var world = await MixedCatalog.CreateAsync();
        var query = new RepositoryQuery { In = "team/", Take = 2 };
        var seen = new List<string>();
        for (var skip = 0; skip < 8; skip += 2)
        {
            seen.Add(MixedCatalog.Join(await world.Tree.FindLevelAsync(query with { Skip = skip }, RepositoryFilter.All, CancellationToken.None)));
        }

        Assert.Equal(MixedCatalog.Join(await world.Tree.FindLevelAsync(query with { Take = 100 }, RepositoryFilter.All, CancellationToken.None)), string.Join('|', seen));
    }

    [Fact]
    public async Task FindLevel_SortedBySizeAndFiltered_SumsWhatPasses()
    {
        await using var world = await MixedCatalog.CreateAsync();

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

    private static RepositoryFilter Seeing(string pattern) => RepositoryFilter.Of([RepositoryPattern.Parse(pattern)]);
}
