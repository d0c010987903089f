using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

/// <summary>Filters of the catalog, and what they go by.</summary>
public sealed class CatalogFilterTests
{
    [Fact]
    public async Task FindRepositories_EachFilter_LetsThroughWhatItSays()
    {
        await using var world = await MixedCatalog.CreateAsync();

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
        await using var world = await MixedCatalog.CreateAsync();

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
        await using var world = await MixedCatalog.CreateAsync();
        var page = await world.Index.FindTagsAsync(RepositoryName.Parse("team/cosign"), new TagQuery(), CancellationToken.None);
        var signature = page.Items.Single(row => row.Name.ToString() != "1");

        await world.DeleteTagAsync("team/cosign", signature.Name.ToString());
        await world.RefreshAsync("team/cosign", [], [signature.Name.ToString()]);

        Assert.Equal(1, (await world.FindAsync("team/cosign"))!.UnsignedCount);
        Assert.False((await world.FindTagAsync("team/cosign", "1")).IsSigned);
    }

    /// <summary>A file of the version before: its rows stay, and the next comparison fills what they lack.</summary>
    [Fact]
    public async Task Migrate_FileOfTheVersionBefore_GetsItsNewColumnsFilled()
    {
        await using var world = await MixedCatalog.CreateAsync();
        await using (var context = world.CreateDbContext())
        {
            await context.GetService<IMigrator>().MigrateAsync("CatalogIndex");
        }

        await world.Database.MigrateAsync(CancellationToken.None);
        var level = await world.Tree.FindLevelAsync(new RepositoryQuery(), RepositoryFilter.All, CancellationToken.None);
        Assert.Equal("charts/ 1|team/ 7", MixedCatalog.Join(level));
        Assert.Empty((await world.Tree.FindFacetsAsync(RepositoryFilter.All, CancellationToken.None)).Platforms);
        Assert.Equal(MediaTypes.OciManifest, (await world.FindTagAsync("team/arm", "1")).MediaType);
        await world.ReconcileAsync();

        Assert.Equal(["linux/amd64", "linux/arm64"], (await world.Tree.FindFacetsAsync(RepositoryFilter.All, CancellationToken.None)).Platforms);
        Assert.Equal(ArtifactKind.Chart, (await world.FindTagAsync("charts/app", "1")).ArtifactKind);
        var tags = await world.Search.FindTagsAsync(SearchText.Parse("sha256-")!, 0, 10, RepositoryFilter.All, CancellationToken.None);
        Assert.Single(tags.Items);
    }
}
