using Portal.Storage.Layers;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Layers;

/// <summary>Layers over one another: what the image has, what each layer does, and what is wasted.</summary>
public sealed class FileTreeTests : IDisposable
{
    private readonly LayerWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Image_HasFoldersThatNobodyNames_AndSumsOfWhatIsInThem()
    {
        using var tree = await _world.MergeAsync(null, new LayerBuilder().File("a/b/one", "12345").File("a/two", "123").File("top", "1"));

        Assert.Equal(["a", "a/b", "a/b/one", "a/two", "top"], Paths(tree));
        Assert.Equal((9, 3), (tree.Total, tree.Files));
        var folder = tree.Find("a")!;
        Assert.Equal((8, 2, true), (folder.Total, folder.Files, folder.Entry.Traits.HasFlag(EntryTraits.Implied)));
        Assert.Equal(["a/b", "a/two"], tree.In(folder).Select(node => node.Path));
        Assert.Equal(["a", "top"], tree.In(null).Select(node => node.Path));
        Assert.Equal("a/b/one", tree.At(tree.Find("a/b/one")!.Position, "a/b").Path);
        Assert.Null(tree.Find("a/none"));
        Assert.Null(tree.Find("top/none"));
        Assert.Null(tree.Find(""));
    }

    [Fact]
    public async Task Whiteout_RemovesFromLowerLayers_NotFromItsOwn()
    {
        var lower = new LayerBuilder().File("etc/keep", "1").File("etc/gone", "12").File("etc/again", "123").File("opt/x/deep", "1234");
        var upper = new LayerBuilder().File("etc/.wh.gone", "").File("etc/.wh.again", "").File("etc/again", "new").File(".wh.opt", "");

        using var image = await _world.MergeAsync(null, lower, upper);
        using var layer = await _world.MergeAsync(1, lower, upper);

        Assert.Equal(["etc", "etc/again", "etc/keep"], Paths(image));
        Assert.Equal(1, image.Find("etc/again")!.Layer);
        Assert.Equal(2 + 3 + 4, image.Layers[0].Wasted);
        Assert.Equal((0, 1, 2), (image.Layers[1].Added, image.Layers[1].Changed, image.Layers[1].Removed));
        Assert.Equal(
            [("etc/again", FileMark.Changed), ("etc/gone", FileMark.Removed), ("opt/x/deep", FileMark.Removed)],
            layer.All().Where(node => !node.IsFolder).Select(node => (node.Path, node.Mark)));
        Assert.Equal((3, 6), (layer.Total, layer.Gone));
    }

    [Fact]
    public async Task OpaqueFolder_HidesAllThatLowerLayersHaveInIt()
    {
        using var tree = await _world.MergeAsync(
            null,
            new LayerBuilder().Folder("d").File("d/old", "12").File("d/e/older", "123").File("d2/other"),
            new LayerBuilder().File("d/middle", "1"),
            new LayerBuilder().Folder("d").File("d/.wh..wh..opq", "").File("d/new"));

        Assert.Equal(["d", "d/new", "d2", "d2/other"], Paths(tree));
        Assert.Equal((5, 1), (tree.Layers[0].Wasted, tree.Layers[1].Wasted));
    }

    [Fact]
    public async Task OpaqueTop_HidesEverythingBelow()
    {
        using var tree = await _world.MergeAsync(null, new LayerBuilder().File("a").File("b/c"), new LayerBuilder().File(".wh..wh..opq", "").File("d"));

        Assert.Equal(["d"], Paths(tree));
    }

    [Fact]
    public async Task RemovedAndBroughtBack_IsThere_WithWhatTheFirstOneWastes()
    {
        using var tree = await _world.MergeAsync(
            null, new LayerBuilder().File("a/f", "123"), new LayerBuilder().File(".wh.a", ""), new LayerBuilder().File("a/f", "12"));

        Assert.Equal(["a", "a/f"], Paths(tree));
        Assert.Equal([3, 0, 0], tree.Layers.Select(layer => layer.Wasted));
        Assert.Equal([(1, 0), (0, 1), (1, 0)], tree.Layers.Select(layer => (layer.Added, layer.Removed)));
    }

    [Fact]
    public async Task FolderThatBecomesAFile_TakesWhatWasInItAlong()
    {
        using var tree = await _world.MergeAsync(null, new LayerBuilder().File("a/f", "123").File("a.b"), new LayerBuilder().File("a", "1"));

        Assert.Equal(["a", "a.b"], Paths(tree));
        Assert.Equal(EntryKind.File, tree.Find("a")!.Entry.Kind);
    }

    [Fact]
    public async Task FolderNamedAgain_IsNoChange_UnlessItsModeIs()
    {
        using var same = await _world.MergeAsync(1, new LayerBuilder().Folder("a"), new LayerBuilder().Folder("a"));
        using var other = await _world.MergeAsync(1, new LayerBuilder().Folder("a"), new LayerBuilder().Folder("a", entry => entry.Mode = UnixFileMode.UserRead));

        Assert.Equal(FileMark.None, same.Find("a")!.Mark);
        Assert.Equal(FileMark.Changed, other.Find("a")!.Mark);
    }

    [Fact]
    public async Task Files_AreListedAFolderThenWhatIsInIt_WhateverTheirNames()
    {
        using var tree = await _world.MergeAsync(null, new LayerBuilder().File("a-b").File("a/z").File("a b").File("a/b/c").File("a.").File("ä"));

        Assert.Equal(["a", "a/b", "a/b/c", "a/z", "a b", "a-b", "a.", "ä"], Paths(tree));
    }

    [Fact]
    public async Task ManyLayers_AreMerged_AsIfAppliedOneByOne()
    {
        var random = new Random(7);
        var expected = new Dictionary<string, int>();
        var layers = new List<LayerBuilder>();
        for (var number = 0; number < 30; number++)
        {
            var layer = new LayerBuilder();
            var removed = new HashSet<string>();
            var added = new HashSet<string>();
            for (var i = 0; i < 20; i++)
            {
                var path = $"{random.Next(4)}/{random.Next(3)}/{random.Next(4)}";
                if (random.Next(3) > 0)
                {
                    added.Add(path);
                    layer.File(path, number.ToString());
                    continue;
                }

                var target = random.Next(4) == 0 ? path[..3] : path;
                removed.Add(target);
                layer.File($"{FilePath.ParentOf(target)}/.wh.{FilePath.NameOf(target)}", "");
            }

            foreach (var path in expected.Keys.Where(path => removed.Any(target => path == target || path.StartsWith(target + "/", StringComparison.Ordinal))).ToList())
            {
                expected.Remove(path);
            }

            foreach (var path in added)
            {
                expected[path] = number;
            }

            layers.Add(layer);
        }

        using var tree = await _world.MergeAsync(null, [.. layers]);

        Assert.Equal(
            expected.OrderBy(file => file.Key, FilePath.Order).Select(file => (file.Key, file.Value)),
            tree.All().Where(node => !node.IsFolder).Select(node => (node.Path, node.Layer)));
    }

    [Fact]
    public async Task Problem_OfALayer_IsToldWithItsFigures()
    {
        using var tree = _world.Merge(null, await _world.ListAsync(new LayerBuilder().File("a").Tar()), LayerIndex.Unreadable(new Reason(LayerFault.TooManyFiles, $"Only the first {1234:N0} are.")));

        Assert.Equal([null, "Only the first 1,234 are."], tree.Layers.Select(layer => layer.Problem?.ToString()));
        Assert.Equal("LayerFault.TooManyFiles", tree.Layers[1].Problem!.Name);
        Assert.Equal([1234L], tree.Layers[1].Problem!.Values);
        Assert.Equal(["a"], Paths(tree));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(-1)]
    public async Task DamagedFile_IsNone(int place)
    {
        using (await _world.MergeAsync(null, new LayerBuilder().File("a/b/one")))
        {
        }

        var path = Directory.GetFiles(_world.Folder, "*.tree").Single();
        var content = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        content[place < 0 ? ^1 : place] ^= 1;
        await File.WriteAllBytesAsync(path, content, TestContext.Current.CancellationToken);

        Assert.Null(FileTree.Open(path));
        Assert.Null(LayerIndex.Open(path));
        Assert.Null(FileTree.Open(path + "none"));
    }

    private static IEnumerable<string> Paths(FileTree tree) => tree.All().Select(node => node.Path);
}
