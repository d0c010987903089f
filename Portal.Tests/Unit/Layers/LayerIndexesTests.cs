using System.Collections.Concurrent;
using Portal.Registry.Layers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Layers;

/// <summary>Lists that are kept: made once, shared, made again when they are damaged, removed when there are too many.</summary>
public sealed class LayerIndexesTests : IDisposable
{
    private readonly ImageWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Lists_AreMadeOnce_AndOutliveARestart()
    {
        var manifest = await _world.PutAsync(new LayerBuilder().File("a").Gzip());
        Assert.Null(_world.Files.FindOpened(await _world.FindAsync(manifest), null));
        using (await _world.OpenAsync(manifest))
        {
        }

        var layer = (await _world.FindAsync(manifest)).Layers[0].Descriptor.Digest;
        await _world.Driver.PutAsync(RegistryPaths.BlobData(layer), new LayerBuilder().File("not read any more").Gzip(), CancellationToken.None);
        _world.Restart();

        using var tree = _world.Files.FindOpened(await _world.FindAsync(manifest), null);
        Assert.Equal(["a"], tree!.All().Select(node => node.Path));
        Assert.Equal([".layer", ".tree"], Directory.GetFiles(_world.Folder).Select(Path.GetExtension).Order());
    }

    [Fact]
    public async Task SharedLayer_IsReadOnceForAllImages()
    {
        var shared = new LayerBuilder().File("a").Gzip();
        using var first = await _world.OpenAsync(await _world.PutAsync(shared, new LayerBuilder().File("b").Gzip()));
        using var second = await _world.OpenAsync(await _world.PutAsync(shared, new LayerBuilder().File("c").Gzip()));

        Assert.Equal(3, Directory.GetFiles(_world.Folder, "*.layer").Length);
        Assert.Equal(3, _world.Driver.Opened);
    }

    [Theory]
    [InlineData("*.tree")]
    [InlineData("*")]
    public async Task DamagedLists_AreMadeAgain(string which)
    {
        var manifest = await _world.PutAsync(new LayerBuilder().File("a").Gzip());
        using (await _world.OpenAsync(manifest))
        {
        }

        foreach (var file in Directory.GetFiles(_world.Folder, which))
        {
            await File.WriteAllBytesAsync(file, [1, 2, 3], TestContext.Current.CancellationToken);
        }

        using var tree = await _world.OpenAsync(manifest);
        Assert.Equal(["a"], tree.All().Select(node => node.Path));
    }

    [Fact]
    public async Task LongestUnseenLists_MakeRoom()
    {
        var size = 0L;
        var first = await _world.PutAsync(new LayerBuilder().File("first").Gzip());
        using (await _world.OpenAsync(first))
        {
            size = Directory.GetFiles(_world.Folder).Sum(file => new FileInfo(file).Length);
        }

        _world.Restart(maxSize: (2 * size) + 10);
        var others = new List<Digest>();
        foreach (var name in new[] { "other", "third" })
        {
            _world.Time.Advance(TimeSpan.FromMinutes(1));
            using (await _world.OpenAsync(first))
            {
            }

            _world.Time.Advance(TimeSpan.FromMinutes(1));
            others.Add(await _world.PutAsync(new LayerBuilder().File(name).Gzip()));
            using (await _world.OpenAsync(others[^1]))
            {
            }
        }

        // What was looked at in between is still there, with the newest.
        using var kept = _world.Files.FindOpened(await _world.FindAsync(first), null);
        using var newest = _world.Files.FindOpened(await _world.FindAsync(others[1]), null);
        Assert.NotNull(kept);
        Assert.NotNull(newest);
        Assert.Null(_world.Files.FindOpened(await _world.FindAsync(others[0]), null));
        Assert.True(Directory.GetFiles(_world.Folder).Sum(file => new FileInfo(file).Length) <= (2 * size) + 10);
    }

    [Fact]
    public async Task ManyViewers_ShareOneReading_AndAllHearOfIt()
    {
        var work = new SharedWorkProbe();
        var manifest = await _world.PutAsync(new LayerBuilder().File("a", new string('a', 50_000)).Gzip());
        var image = await _world.FindAsync(manifest);

        var viewers = Enumerable.Range(0, 20).Select(_ => _world.Files.OpenAsync(image, null, work, TestContext.Current.CancellationToken)).ToArray();
        var trees = await Task.WhenAll(viewers);

        Assert.All(trees, tree => Assert.Equal(1, tree.Files));
        Assert.Equal(1, _world.Driver.Opened);
        Assert.All(work.Told, told => Assert.Equal((0, image.Layers[0].Size), (told.Layer, told.Size)));
        foreach (var tree in trees)
        {
            tree.Dispose();
        }
    }

    /// <summary>An image with many layers leaves a place for others.</summary>
    [Fact]
    public async Task LayersOfTwoImages_AreReadSideBySide()
    {
        var large = await _world.PutAsync(new LayerBuilder().File("a").Gzip(), new LayerBuilder().File("b").Gzip(), new LayerBuilder().File("c").Gzip());
        var other = await _world.PutAsync(new LayerBuilder().File("d").Gzip());
        _world.Driver.Hold();

        var first = _world.OpenAsync(large);
        await Patience.UntilAsync(() => _world.Driver.Opened == 2 ? "so" : null, "2 readings");
        var second = _world.OpenAsync(other);
        await Patience.UntilAsync(() => _world.Driver.Opened == 3 ? "so" : null, "3 readings");
        _world.Driver.Release();

        using var tree = await first;
        using var otherTree = await second;
        Assert.Equal(["a", "b", "c"], tree.All().Select(node => node.Path));
        Assert.Equal(["d"], otherTree.All().Select(node => node.Path));
    }

    [Fact]
    public async Task ReadingThatNobodyWaitsFor_EndsAMomentLater()
    {
        var manifest = await _world.PutAsync(new LayerBuilder().File("a").Gzip());
        var image = await _world.FindAsync(manifest);
        _world.Driver.Hold();
        using var ended = new CancellationTokenSource();
        var first = _world.Files.OpenAsync(image, null, null, ended.Token);
        var second = _world.Files.OpenAsync(image, null, null, ended.Token);
        var reading = await Patience.UntilAsync(() => _world.Driver.Reading, "the reading");

        await ended.CancelAsync();
        _world.Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(reading.IsCancellationRequested);

        await Patience.UntilAsync(
            () =>
            {
                _world.Time.Advance(TimeSpan.FromSeconds(10));
                return reading.IsCancellationRequested ? "so" : null;
            },
            "an end of the reading");
        _world.Driver.Release();
        using var tree = await _world.OpenAsync(manifest);
        Assert.Equal(1, tree.Files);
    }

    private sealed class SharedWorkProbe : IProgress<LayerProgress>
    {
        public ConcurrentQueue<LayerProgress> Told { get; } = [];

        public void Report(LayerProgress value) => Told.Enqueue(value);
    }
}
