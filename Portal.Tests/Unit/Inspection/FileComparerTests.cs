using Portal.Registry.Inspection;
using Portal.Storage.Layers;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Layers;

namespace Portal.Tests.Unit.Inspection;

public sealed class FileComparerTests
{
    [Fact]
    public async Task Compare_TwoTrees_TellsAddedRemovedAndChangedInOrder()
    {
        using var world = new LayerWorld();
        using var before = await world.MergeAsync(
            null, new LayerBuilder().Folder("etc").File("etc/same", "x").File("etc/changed", "one").File("gone", "12345").SymbolicLink("link", "a"));
        using var after = await world.MergeAsync(
            null, new LayerBuilder().Folder("etc").File("etc/same", "x").File("etc/changed", "two").File("etc/new", "1").SymbolicLink("link", "b"));

        var comparison = FileComparer.Compare(before, after, new FileDifferenceQuery(), TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                new FileDifference("etc/changed", 3, 3, FileAspect.Content),
                new FileDifference("etc/new", null, 1, FileAspect.Presence),
                new FileDifference("gone", 5, null, FileAspect.Presence),
                new FileDifference("link", 0, 0, FileAspect.LinkTarget) { Kind = EntryKind.SymbolicLink, FormerKind = EntryKind.SymbolicLink },
            ],
            comparison.Files.Items);
        Assert.Equal((1, 1, 2), (comparison.Added, comparison.Removed, comparison.Changed));
        Assert.Empty(comparison.Problems);
    }

    [Fact]
    public async Task Compare_SearchedAndPaged_CountsAllThatIsLikeThat()
    {
        using var world = new LayerWorld();
        using var before = await world.MergeAsync(null, new LayerBuilder().File("x"));
        var layer = new LayerBuilder().File("x");
        for (var i = 0; i < 30; i++)
        {
            layer.File($"app/file{i:00}").File($"lib/other{i:00}");
        }

        using var after = await world.MergeAsync(null, layer);

        var comparison = FileComparer.Compare(before, after, new FileDifferenceQuery("FILE", Skip: 28, Take: 10), TestContext.Current.CancellationToken);

        Assert.Equal(["app/file28", "app/file29"], comparison.Files.Items.Select(file => file.Path));
        Assert.Equal((30, 60), (comparison.Files.Total, comparison.Added));
    }
}
