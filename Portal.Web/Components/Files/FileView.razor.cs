using Microsoft.AspNetCore.Components;
using Portal.Registry.Layers;
using Portal.Storage.Layers;
using Portal.Storage.Oci;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Files;

/// <summary>One file: what the archive says of it, and its content where a person can read it.</summary>
public sealed partial class FileView : IDisposable
{
    private PageData<FileContents> _data = default!;
    private (int?, string)? _loaded;

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    [Parameter, EditorRequired]
    public ImageLayers Image { get; set; } = default!;

    [Parameter, EditorRequired]
    public TreeNode Node { get; set; } = default!;

    [Parameter, EditorRequired]
    public FileQuery Query { get; set; } = default!;

    [Parameter, EditorRequired]
    public Func<FileQuery, string> AddressOf { get; set; } = default!;

    [Inject]
    private ImageFiles Files { get; set; } = default!;

    [Inject]
    private ILogger<FileView> Logger { get; set; } = default!;

    private bool MayHaveContent => Node.Entry.HasContent || Node.Entry.Kind is EntryKind.HardLink;

    private string? Target => Node.Entry.Kind is EntryKind.HardLink
        ? FilePath.Follow("", Node.Entry.Link)
        : FilePath.Follow(Node.Path, Node.Entry.Link);

    public void Dispose() => _data.Dispose();

    protected override void OnInitialized() => _data = new PageData<FileContents>(Logger);

    protected override async Task OnParametersSetAsync()
    {
        var key = (Query.Layer, Node.Path);
        if (_loaded == key || !RendererInfo.IsInteractive || !MayHaveContent || Node.Mark is FileMark.Removed)
        {
            // A large layer takes its time: the page is there before.
            return;
        }

        _loaded = key;
        _data.Clear();
        await LoadAsync();
    }

    private Task LoadAsync() => _data.LoadAsync(
        cancellationToken => FileContents.ReadAsync(Files, Image, Query.Layer, Node.Path, cancellationToken));
}
