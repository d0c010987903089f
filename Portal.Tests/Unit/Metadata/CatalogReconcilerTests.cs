using Portal.Storage.Layout;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

public sealed class CatalogReconcilerTests
{
    [Fact]
    public async Task Reconcile_EmptyIndex_HoldsWhatStorageHolds()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("a/b", "1", [1]);
        await world.PutImageAsync("a-b", "1", [1]);
        await world.PutImageAsync("a", null, [1]);

        Assert.Equal(3, await world.ReconcileAsync());

        Assert.Equal("a,a-b,a/b", string.Join(',', await world.Index.ListRepositoriesAsync(null, 10, RepositoryFilter.All, CancellationToken.None)));
        Assert.Equal(0, (await world.FindAsync("a"))!.TagCount);
        Assert.Equal("1", (await world.FindTagAsync("a/b", "1")).Name.ToString());
    }

    [Fact]
    public async Task Reconcile_AfterChangesWithoutEvents_CorrectsEveryDifference()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var gone = await world.PutImageAsync("b/gone", "1", [1]);
        await world.PutImageAsync("c", "moved", [1]);
        await world.PutImageAsync("c", "removed", [2]);
        var deleted = await world.PutImageAsync("c", null, [3]);
        await world.ReconcileAsync();

        await world.DeleteTagAsync("b/gone", "1");
        await world.DeleteManifestAsync("b/gone", gone.Digest);
        await world.DeleteManifestAsync("c", deleted.Digest);
        await world.DeleteTagAsync("c", "removed");
        var moved = await world.PutImageAsync("c", "moved", [4]);
        await world.PutImageAsync("a/new", "1", [5]);
        await world.PutImageAsync("z/new", "1", [5]);
        await world.ReconcileAsync();

        Assert.Equal("a/new,c,z/new", string.Join(',', await world.Index.ListRepositoriesAsync(null, 10, RepositoryFilter.All, CancellationToken.None)));
        var row = await world.FindAsync("c");
        Assert.Equal((1, 3), (row!.TagCount, row.ManifestCount));
        Assert.Equal(moved.Digest, (await world.FindTagAsync("c", "moved")).Digest);
    }

    [Fact]
    public async Task Reconcile_StorageEmptied_EmptiesIndex()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("a", "1", [1]);
        await world.PutImageAsync("b", "1", [1]);
        await world.ReconcileAsync();

        await world.Driver.DeleteAsync(RegistryPaths.Repositories, CancellationToken.None);
        await world.ReconcileAsync();

        Assert.Empty(await world.Index.ListRepositoriesAsync(null, 10, RepositoryFilter.All, CancellationToken.None));
    }

    [Fact]
    public async Task Reconcile_MoreManifestsThanATransactionTakes_CountsAll()
    {
        await using var world = await CatalogWorld.CreateAsync();
        for (var i = 1; i <= 1100; i++)
        {
            await world.PutImageAsync("app", "v" + i, [i], "{}");
        }

        await world.ReconcileAsync();

        var row = await world.FindAsync("app");
        Assert.Equal((1100, 1100, (1100L * 1101 / 2) + 2), (row!.TagCount, row.ManifestCount, row.Size));
    }

    [Fact]
    public async Task Reconcile_ManifestWithSubject_GetsItsReferrerLink()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var name = RepositoryName.Parse("app");
        var image = await world.PutImageAsync("app", "1", [1]);

        // Asked once, the repository counts as complete; the signature then comes from another registry.
        Assert.Empty(await world.Registry.Referrers.ListAsync(name, image.Digest, CancellationToken.None));
        var signature = await world.PutImageAsync("app", null, [2], subject: image.Digest);
        await world.ReconcileAsync();

        Assert.Equal([signature.Digest], await world.Registry.Referrers.ListAsync(name, image.Digest, CancellationToken.None));
    }

    [Fact]
    public async Task Reconcile_OnTheWay_ReportsCountAndAllowsRefreshes()
    {
        await using var world = await CatalogWorld.CreateAsync();
        for (var i = 100; i < 350; i++)
        {
            await world.PutImageAsync("b" + i, "1", [1]);
        }

        var counts = new List<int>();
        await world.Reconciler.ReconcileAsync(
            async (done, _) =>
            {
                counts.Add(done);
                var image = await world.PutImageAsync("c" + done, "1", [1]);
                await world.RefreshAsync("c" + done, [image.Digest], ["1"]);
            },
            CancellationToken.None);

        Assert.Equal(250, counts.First(count => count >= 250));
        Assert.InRange(counts.Count, 3, 260);
        Assert.Equal(counts.Order(), counts);
        var names = await world.Index.ListRepositoriesAsync(null, 1000, RepositoryFilter.All, CancellationToken.None);
        Assert.Equal(250 + counts.Distinct().Count(), names.Count);
    }

    [Fact]
    public async Task Reconcile_RepositoryThatAnEventBroughtMeanwhile_IsThereOnceAndWhole()
    {
        await using var world = await CatalogWorld.CreateAsync();
        for (var i = 100; i < 350; i++)
        {
            await world.PutImageAsync("b" + i, "1", [1]);
        }

        // The last one is still to be read when its event comes.
        var late = await world.PutImageAsync("b349", "2", [2]);
        await world.Reconciler.ReconcileAsync(
            (_, _) => world.RefreshAsync("b349", [late.Digest], ["2"]), CancellationToken.None);

        var row = await world.FindAsync("b349");
        Assert.Equal((2, 2), (row!.TagCount, row.ManifestCount));
        Assert.Equal(250, (await world.Index.ListRepositoriesAsync(null, 1000, RepositoryFilter.All, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Reconcile_EmptyIndex_CountsIndexesOnceAndTagsWithoutManifests()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var amd = await world.PutImageAsync("app", null, [10]);
        var arm = await world.PutImageAsync("app", null, [10, 20], """{"os":"linux","architecture":"arm64"}""");
        await world.PutIndexAsync("app", "1", (amd, "linux", "amd64"), (arm, "linux", "arm64"));
        var lost = await world.PutImageAsync("app", "lost", [30]);
        await world.DeleteManifestAsync("app", lost.Digest);

        await world.ReconcileAsync();

        var row = await world.FindAsync("app");
        var index = await world.FindTagAsync("app", "1");
        Assert.Equal((2, 3), (row!.TagCount, row.ManifestCount));
        Assert.Equal(row.Size, index.Size);
        Assert.Equal(["linux/amd64", "linux/arm64"], index.Platforms);
        Assert.Empty((await world.FindTagAsync("app", "lost")).MediaType);
    }
}
