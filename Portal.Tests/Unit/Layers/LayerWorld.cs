using Portal.Storage.Layers;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Layers;

/// <summary>Layers that are listed in a folder of their own.</summary>
internal sealed class LayerWorld : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<LayerIndex> _layers = [];
    private int _made;

    public string Folder => _folder.Path;

    public async Task<LayerIndex> ListAsync(byte[] tar, LayerLimits? limits = null)
    {
        var path = Path.Combine(Folder, $"{++_made}.layer");
        await LayerIndex.BuildAsync(new MemoryStream(tar), path, limits ?? LayerLimits.Default, TestContext.Current.CancellationToken);
        var layer = LayerIndex.Open(path)!;
        _layers.Add(layer);
        return layer;
    }

    public async Task<FileTree> MergeAsync(int? view, params LayerBuilder[] layers)
    {
        var indexes = new List<LayerIndex>();
        foreach (var layer in layers)
        {
            indexes.Add(await ListAsync(layer.Tar()));
        }

        return Merge(view, [.. indexes]);
    }

    public FileTree Merge(int? view, params LayerIndex[] layers)
    {
        var path = Path.Combine(Folder, $"{++_made}.tree");
        FileTree.Build(layers, view, path, LayerLimits.Default, TestContext.Current.CancellationToken);
        return FileTree.Open(path)!;
    }

    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        _folder.Dispose();
    }
}
