using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Layout;
using Portal.Storage.Maintenance;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Maintenance;

/// <summary>What is pushed while a collection is under way, and shortly before.</summary>
public sealed class CollectionRaceTests : IDisposable
{
    private readonly GarbageWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(GarbageStepKind.Repository)]
    [InlineData(GarbageStepKind.Marked)]
    [InlineData(GarbageStepKind.BlobFound)]
    [InlineData(GarbageStepKind.Sweep)]
    public async Task Collect_WhatIsLinkedMeanwhile_Stays(GarbageStepKind moment)
    {
        var lone = await _world.PutBlobAsync("app", "lone");
        await _world.Registry.Blobs.DeleteAsync(RepositoryName.Parse("app"), lone, CancellationToken.None);
        await _world.PutBlobAsync("app", "other");
        _world.Age();

        // The bytes are there, and old, and only their link is new.
        await _world.CollectAsync(meanwhile: step => step.Kind == moment ? _world.PutBlobAsync("new", "lone") : Task.CompletedTask);

        Assert.True(await _world.HasBlobAsync("new", lone));
        Assert.True(await _world.HasDataAsync(lone));
    }

    [Fact]
    public async Task Collect_WhatWasAnsweredToBeThereShortlyBefore_Stays()
    {
        var told = await _world.PutBlobAsync("app", "told");
        var other = await _world.PutBlobAsync("app", "other");
        _world.Age();
        Assert.True(await _world.HasBlobAsync("app", told));
        _world.Time.Advance(TimeSpan.FromMinutes(50));

        Assert.Equal([other], GarbageWorld.Removed(await _world.CollectAsync()));

        Assert.True(await _world.HasBlobAsync("app", told));
        _world.Age();
        Assert.Equal([told], GarbageWorld.Removed(await _world.CollectAsync()));
    }

    /// <summary>Links go some at a time: a manifest that comes in between keeps those that are left.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Collect_ManifestThatComesWhileLinksGo_KeepsItsLayers(bool isOfAnotherProcess)
    {
        using var folder = new TempFolder();
        using var files = new FileSystemDriver(folder.Path, 25);
        using var world = new GarbageWorld(files);
        using var another = new LocalRegistry(files, world.Time);
        var name = RepositoryName.Parse("app");
        await world.PutImageAsync("app", "1", ["first"]);
        var lone = new List<Digest>();
        for (var i = 0; i < 150; i++)
        {
            lone.Add(await world.PutBlobAsync("app", $"lone {i}"));
        }

        world.Time.Advance(TimeSpan.FromDays(36_500));
        Manifest? late = null;

        await world.CollectAsync(meanwhile: async step =>
        {
            if (step.Kind is GarbageStepKind.LinkRemoved && late is null)
            {
                var last = lone.OrderBy(digest => digest.Hex.ToString(), StringComparer.Ordinal).Last();
                late = Manifest.Parse(ImageBuilder.Manifest((last, 8), [(last, 8)]), null);
                await (isOfAnotherProcess ? another : world.Registry).Manifests.PutAsync(name, late, CancellationToken.None);
            }
        });

        await world.AssertWholeAsync("app", late!.Digest);
    }

    /// <summary>Two changes within one tick of the file system's clock look like one.</summary>
    [Fact]
    public async Task Collect_ManifestOfAnotherProcess_WithinATickOfTheClock_KeepsItsLayers()
    {
        using var another = new LocalRegistry(_world.Memory, _world.Time);
        var lone = new List<Digest>();
        for (var i = 0; i < 150; i++)
        {
            lone.Add(await _world.PutBlobAsync("app", $"lone {i}"));
        }

        _world.Age();
        _world.Driver.Tick = _world.Time.GetUtcNow();
        await _world.PutImageAsync("app", "1", ["first"]);
        Manifest? late = null;

        await _world.CollectAsync(meanwhile: async step =>
        {
            if (step.Kind is GarbageStepKind.LinkRemoved && late is null)
            {
                var last = lone.OrderBy(digest => digest.Hex.ToString(), StringComparer.Ordinal).Last();
                late = Manifest.Parse(ImageBuilder.Manifest((last, 8), [(last, 8)]), null);
                await another.Manifests.PutAsync(RepositoryName.Parse("app"), late, CancellationToken.None);
            }
        });

        await _world.AssertWholeAsync("app", late!.Digest);
    }

    [Fact]
    public async Task Collect_WhileAnotherDoes_IsRefused_ButForAPreview()
    {
        using (await _world.Driver.TryLockAsync(RegistryPaths.CollectionLock, CancellationToken.None))
        {
            await Assert.ThrowsAsync<GarbageRefusedException>(() => _world.CollectAsync());
            await _world.CollectAsync(isDryRun: true);
        }

        await _world.CollectAsync();
    }
}
