using Microsoft.AspNetCore.Components;
using Portal.Registry.Catalog;
using Portal.Registry.Inspection;
using Portal.Storage.Oci;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>Two images side by side. Which, and which of their platforms, stands in the address.</summary>
public sealed partial class ComparePage
{
    private PageData<CompareView> _data = default!;
    private CatalogWatch? _watch;

    [SupplyParameterFromQuery(Name = "a")]
    private string? A { get; set; }

    [SupplyParameterFromQuery(Name = "b")]
    private string? B { get; set; }

    [SupplyParameterFromQuery(Name = "pa")]
    private string? PlatformA { get; set; }

    [SupplyParameterFromQuery(Name = "pb")]
    private string? PlatformB { get; set; }

    [Inject]
    private ImageComparer Comparer { get; set; } = default!;

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
    private ILogger<ComparePage> Logger { get; set; } = default!;

    private bool HasBoth => !string.IsNullOrWhiteSpace(A) && !string.IsNullOrWhiteSpace(B);

    public void Dispose()
    {
        _watch?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<CompareView>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _watch = new CatalogWatch(Feed, Time, Concerns, () => _ = InvokeAsync(RefreshAsync));
        }
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private bool Concerns(RepositoryName? name) =>
        name is null || name == _data.Value?.A?.Reference.Name || name == _data.Value?.B?.Reference.Name;

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private Task LoadAsync() => _data.LoadAsync(FindAsync);

    private async Task<CompareView?> FindAsync(CancellationToken cancellationToken)
    {
        var before = await OpenAsync(A, PlatformA, cancellationToken);
        var after = await OpenAsync(B, PlatformB, cancellationToken);
        return new CompareView(before, after, before?.Image is { } a && after?.Image is { } b ? ImageComparison.Of(a, b) : null);
    }

    private async Task<ComparedImage?> OpenAsync(string? text, string? platform, CancellationToken cancellationToken)
    {
        return ImageReference.TryParse(text, Settings.RegistryAddress(new Uri(Navigation.Uri)), out var reference)
            ? await Comparer.OpenAsync(Visitor.Identity, reference, platform, cancellationToken)
            : null;
    }

    private sealed record CompareView(ComparedImage? A, ComparedImage? B, ImageComparison? Comparison);
}
