using Microsoft.AspNetCore.Components;
using Portal.Registry.Catalog;
using Portal.Registry.Layers;
using Portal.Storage.Layers;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Files;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>The files of an image, as a whole or layer by layer. Which layer, folder and search stands in the address.</summary>
public sealed partial class FilesPage : IDisposable, IProgress<LayerProgress>
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private PageData<FilesState> _data = default!;
    private CatalogWatch? _watch;
    private ImageLayers? _image;
    private LayerProgress? _progress;
    private long _progressAt;
    private FileTree? _whole;
    private (int Number, FileTree Tree)? _layer;
    private bool _wasThere;
    private bool _isGone;

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    [Parameter, EditorRequired]
    public Digest Digest { get; set; }

    [SupplyParameterFromQuery(Name = "layer")]
    private string? LayerNumber { get; set; }

    [SupplyParameterFromQuery(Name = "path")]
    private string? Path { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "desc")]
    private bool Descending { get; set; }

    [Inject]
    private ImageFiles Files { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private CatalogFeed Feed { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private ILogger<FilesPage> Logger { get; set; } = default!;

    private string FullName => $"{Name}@{DigestText.Abbreviate(Digest)}";

    private FileQuery Query { get; set; } = new();

    public void Dispose()
    {
        _isGone = true;
        _watch?.Dispose();
        _data.Dispose();
        _whole?.Dispose();
        _layer?.Tree.Dispose();
    }

    /// <summary>Hears how far the layers are read, from whoever began to read them.</summary>
    public void Report(LayerProgress value) => _ = InvokeAsync(() => Visitor.Language.During(() =>
    {
        // Of a hundred small layers each tells of itself: more often than anybody can read it.
        if (_progress is null || value.Layer == _progress.Value.Layer || Time.GetElapsedTime(_progressAt) > ProgressInterval)
        {
            (_progress, _progressAt) = (value, Time.GetTimestamp());
            StateHasChanged();
        }
    }));

    protected override void OnInitialized()
    {
        _data = new PageData<FilesState>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _watch = new CatalogWatch(Feed, Time, name => name is null || name == Name, () => _ = InvokeAsync(RefreshAsync));
        }
    }

    protected override Task OnParametersSetAsync()
    {
        Query = new FileQuery(
            PortalUrls.LayerOf(LayerNumber),
            FilePath.Parse(Path ?? "").Trim('/'),
            string.IsNullOrWhiteSpace(Search) ? null : Search,
            PortalUrls.ParseSort(Sort, FileSort.Name),
            Descending);
        return LoadAsync();
    }

    private async Task LoadAsync()
    {
        var former = _layer?.Tree;
        await _data.LoadAsync(FindAsync);
        _progress = null;

        // A load that was given up leaves what is shown as it was.
        if (former is not null && former != _layer?.Tree && former != _data.Value?.Shown)
        {
            former.Dispose();
        }
    }

    private async Task RefreshAsync()
    {
        // What is being read goes on being read.
        if (_data.State is not PageState.Loading)
        {
            await LoadAsync();
            StateHasChanged();
        }
    }

    private async Task<FilesState?> FindAsync(CancellationToken cancellationToken)
    {
        var query = Query;
        _image = await Files.FindAsync(Visitor.Identity, Name, Digest, cancellationToken);
        if (_image is not { } image)
        {
            return null;
        }

        _wasThere = true;
        if (image.Layers.Count == 0 || image.Image.Kind is ManifestKind.Index)
        {
            return new FilesState(image, query);
        }

        _whole ??= await OpenAsync(image, null, cancellationToken);
        if (query.Layer >= image.Layers.Count)
        {
            return new FilesState(image, query, _whole);
        }

        if (query.Layer is { } number && _layer?.Number != number)
        {
            _layer = await OpenAsync(image, number, cancellationToken) is { } tree ? (number, tree) : null;
        }

        var shown = query.Layer is null ? _whole : _layer?.Tree;
        if (_whole is null || shown is null)
        {
            return new FilesState(image, query) { IsToBeRead = true };
        }

        // After a push to the repository the list stays where it is.
        return _data.Value is { } former && former.Query == query && former.Shown == shown
            ? former with { Image = image }
            : await Task.Run(() => Read(image, query, shown, cancellationToken), cancellationToken);
    }

    private FilesState Read(ImageLayers image, FileQuery query, FileTree shown, CancellationToken cancellationToken)
    {
        var state = new FilesState(image, query, _whole, shown);
        if (query.Search is { } search)
        {
            return state with { Rows = FileRows.Found(shown, search, cancellationToken) };
        }

        var node = query.Path.Length > 0 ? shown.Find(query.Path) : null;
        return node is { IsFolder: true } || query.Path.Length == 0
            ? state with { Node = node, Rows = FileRows.In(shown, node, query.Sort, query.Descending) }
            : state with { Node = node };
    }

    /// <summary>The page as it is sent waits for no reading: the live one shows how far it is.</summary>
    /// <returns>Null when it has to be read first.</returns>
    private async Task<FileTree?> OpenAsync(ImageLayers image, int? layer, CancellationToken cancellationToken)
    {
        var tree = RendererInfo.IsInteractive
            ? await Files.OpenAsync(image, layer, this, cancellationToken)
            : Files.FindOpened(image, layer);
        if (_isGone || cancellationToken.IsCancellationRequested)
        {
            tree?.Dispose();
            throw new OperationCanceledException(cancellationToken);
        }

        return tree;
    }

    private string AddressOf(FileQuery query) => PortalUrls.Files(Name, Digest, query);

    private void OnSearch(string? text)
    {
        Navigation.NavigateTo(AddressOf(Query with { Search = string.IsNullOrWhiteSpace(text) ? null : text }), replace: true);
    }
}
