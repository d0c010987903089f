using Portal.Storage.Maintenance;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;

namespace Portal.Tests.Unit.Maintenance;

/// <summary>Manifests that nothing leads to, when they are to go.</summary>
public sealed class UntaggedCollectionTests : IDisposable
{
    private readonly GarbageWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Collect_Untagged_LeavesWhatSomethingLeadsTo()
    {
        var amd = await _world.PutImageAsync("app", null, ["amd"]);
        var arm = await _world.PutImageAsync("app", null, ["arm"]);
        var inner = await _world.PutIndexAsync("app", null, amd.Digest, arm.Digest);
        var outer = await _world.PutIndexAsync("app", "multi", inner.Digest);
        var signature = await _world.PutImageAsync("app", null, ["signature"], subject: arm.Digest);
        var ofSignature = await _world.PutImageAsync("app", null, ["of signature"], subject: signature.Digest);
        var cosign = await _world.PutImageAsync("app", $"sha256-{amd.Digest.Hex}.sig", ["cosign"]);
        var stray = await _world.PutImageAsync("app", null, ["stray"], subject: Digest.Of("elsewhere"u8));
        var lone = await _world.PutImageAsync("app", null, ["lone"]);
        var loneIndex = await _world.PutIndexAsync("app", null, lone.Digest, amd.Digest);
        var ofLone = await _world.PutImageAsync("app", null, ["of lone"], subject: lone.Digest);
        var tagged = await _world.PutImageAsync("app", "sbom", ["sbom"], subject: lone.Digest);
        _world.Age();
        var young = await _world.PutImageAsync("app", null, ["young"]);

        var steps = await _world.CollectAsync(removesUntagged: true);

        Assert.Equal(
            new[] { stray, lone, loneIndex, ofLone }.Select(manifest => manifest.Digest).Order(),
            steps.Where(step => step.Kind is GarbageStepKind.ManifestRemoved).Select(step => step.Digest).Order());
        foreach (var manifest in new[] { outer, inner, amd, arm, signature, ofSignature, cosign, tagged, young })
        {
            await _world.AssertWholeAsync("app", manifest.Digest);
        }

        var name = RepositoryName.Parse("app");
        Assert.Equal([signature.Digest], await _world.Registry.Referrers.ListAsync(name, arm.Digest, CancellationToken.None));
        Assert.Equal([tagged.Digest], await _world.Registry.Referrers.ListAsync(name, lone.Digest, CancellationToken.None));
        Assert.False(await _world.HasDataAsync(Digest.Of("of lone"u8)));
    }

    [Fact]
    public async Task Collect_WithoutUntagged_LeavesEveryManifest()
    {
        var lone = await _world.PutImageAsync("app", null, ["lone"]);
        _world.Age();

        Assert.Empty(GarbageWorld.Removed(await _world.CollectAsync()));

        await _world.AssertWholeAsync("app", lone.Digest);
    }

    [Fact]
    public async Task Collect_UntaggedManifestThatIsPutAgainMeanwhile_StaysWithWhatItLists()
    {
        var image = await _world.PutImageAsync("app", null, ["one"]);
        var index = await _world.PutIndexAsync("app", null, image.Digest);
        _world.Age();

        await _world.CollectAsync(removesUntagged: true, meanwhile: async step =>
        {
            if (step.Kind is GarbageStepKind.Repository)
            {
                await _world.PutManifestAsync("app", "again", index.Content.ToArray());
            }
        });

        await _world.AssertWholeAsync("app", index.Digest);
    }

    [Fact]
    public async Task Collect_ThatFailsAmongManifests_TellsOfThoseThatAreGone()
    {
        var images = new List<Manifest>();
        for (var i = 0; i < 5; i++)
        {
            images.Add(await _world.PutImageAsync("app", null, [$"layer {i}"]));
        }

        _world.Age();
        _world.Driver.Deletions = 3;
        var told = new List<Digest>();

        await Assert.ThrowsAsync<IOException>(() => _world.CollectAsync(removesUntagged: true, meanwhile: step =>
        {
            if (step.Kind is GarbageStepKind.ManifestRemoved)
            {
                told.Add(step.Digest);
            }

            return Task.CompletedTask;
        }));

        var gone = new List<Digest>();
        foreach (var image in images)
        {
            if (!await _world.HasManifestAsync("app", image))
            {
                gone.Add(image.Digest);
            }
        }

        Assert.NotEmpty(gone);
        Assert.Equal(gone.Order(), told.Order());
    }

    /// <summary>What is removed together is fewer than there are; the rest waits while others push.</summary>
    [Fact]
    public async Task Collect_IndexThatComesWhileManifestsGo_KeepsWhatItLists()
    {
        var images = await PutManyAsync(200);
        _world.Age();
        var left = new List<Digest>();

        await _world.CollectAsync(removesUntagged: true, meanwhile: async step =>
        {
            if (step.Kind is GarbageStepKind.ManifestRemoved && left.Count == 0)
            {
                left.AddRange(await HeldAsync(images));
                await _world.PutIndexAsync("app", null, [.. left]);
            }
        });

        Assert.NotEmpty(left);
        foreach (var digest in left)
        {
            await _world.AssertWholeAsync("app", digest);
        }
    }

    [Fact]
    public async Task Collect_ManifestThatSomebodyElseRemovesMeanwhile_IsNotToldOnceMore()
    {
        var images = await PutManyAsync(200);
        _world.Age();
        var theirs = new List<Digest>();

        var steps = await _world.CollectAsync(removesUntagged: true, meanwhile: async step =>
        {
            if (step.Kind is GarbageStepKind.ManifestRemoved && theirs.Count == 0)
            {
                theirs.AddRange(await HeldAsync(images));
                foreach (var digest in theirs)
                {
                    await _world.Registry.Manifests.DeleteAsync(RepositoryName.Parse("app"), digest, CancellationToken.None);
                }
            }
        });

        Assert.NotEmpty(theirs);
        Assert.Empty(steps.Where(step => step.Kind is GarbageStepKind.ManifestRemoved).Select(step => step.Digest).Intersect(theirs));
    }

    [Fact]
    public async Task Collect_ManifestThatAnotherProcessPushesAgain_Stays()
    {
        var images = await PutManyAsync(200);
        _world.Age();
        using var another = new LocalRegistry(_world.Memory, _world.Time);
        var left = new List<Digest>();

        await _world.CollectAsync(removesUntagged: true, meanwhile: async step =>
        {
            if (step.Kind is GarbageStepKind.ManifestRemoved && left.Count == 0)
            {
                left.AddRange(await HeldAsync(images));
                foreach (var image in images.Where(image => left.Contains(image.Digest)))
                {
                    await another.Manifests.PutAsync(RepositoryName.Parse("app"), image, CancellationToken.None);
                }
            }
        });

        Assert.NotEmpty(left);
        foreach (var digest in left)
        {
            await _world.AssertWholeAsync("app", digest);
        }
    }

    /// <summary>A hundred thousand would take hours if they were looked through for each few that go.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Collect_ManyUntagged_LooksThroughThemAsOftenAsThroughFew(bool isDryRun)
    {
        await PutManyAsync(20);
        _world.Age();
        await _world.CollectAsync(isDryRun, removesUntagged: true);
        var ofFew = _world.Driver.Lists;
        await PutManyAsync(2000);
        _world.Age();
        _world.Driver.Lists = 0;

        var steps = await _world.CollectAsync(isDryRun, removesUntagged: true);

        Assert.True(steps.Count(step => step.Kind is GarbageStepKind.ManifestRemoved) >= 1980);
        Assert.Equal(ofFew, _world.Driver.Lists);
    }

    private async Task<List<Manifest>> PutManyAsync(int count)
    {
        var images = new List<Manifest>();
        for (var i = 0; i < count; i++)
        {
            images.Add(await _world.PutImageAsync("app", null, [$"layer {i}"]));
        }

        return images;
    }

    private async Task<List<Digest>> HeldAsync(List<Manifest> images)
    {
        var held = new List<Digest>();
        foreach (var image in images)
        {
            if (await _world.HasManifestAsync("app", image))
            {
                held.Add(image.Digest);
            }
        }

        return held;
    }
}
