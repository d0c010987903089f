using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;
using Portal.Web.Components.Catalog;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>All repositories, as a list or as a tree. What is searched, filtered, sorted, opened and paged stands in the address.</summary>
public sealed partial class CatalogPage : IDisposable
{
    private PageData<CatalogView> _data = default!;
    private CatalogFacets _facets = new([], []);
    private CatalogWatch? _watch;

    [Inject]
    private RepositoryCatalog Catalog { get; set; } = default!;

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
    private ILogger<CatalogPage> Logger { get; set; } = default!;

    private CatalogAddress Address { get; set; } = new(new RepositoryQuery(), IsTree: false);

    private RepositoryQuery Query => Address.Query;

    private bool IsNarrowed => Query.IsFiltered || Query.In is not null || !string.IsNullOrWhiteSpace(Query.Search);

    private bool IsFirstRun => _data.Value is { Level.Total: 0 } && !IsNarrowed && !Feed.Progress.Running;

    private string RegistryAddress => Settings.RegistryAddress(new Uri(Navigation.Uri));

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        _watch?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<CatalogView>(Logger);
        Navigation.LocationChanged += OnLocationChanged;
        if (RendererInfo.IsInteractive)
        {
            _watch = new CatalogWatch(Feed, Time, _ => true, () => _ = InvokeAsync(RefreshAsync));
        }
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    /// <summary>What can be filtered by comes after the list, which does not wait for it.</summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await LoadFacetsAsync();
            StateHasChanged();
        }
    }

    /// <summary>The same page at another address: it has too many parameters to declare each.</summary>
    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        if (Navigation.ToBaseRelativePath(change.Location).Split('?', '#')[0].Length == 0)
        {
            _ = InvokeAsync(async () =>
            {
                await LoadAsync();
                StateHasChanged();
            });
        }
    }

    private async Task LoadAsync()
    {
        var parameters = QueryHelpers.ParseQuery(new Uri(Navigation.Uri).Query).ToDictionary(pair => pair.Key, pair => pair.Value[0], StringComparer.OrdinalIgnoreCase);
        var address = CatalogAddress.Parse(parameters);
        Address = address;
        await _data.LoadAsync(async cancellationToken =>
        {
            if (address.IsTree)
            {
                return new CatalogView(address, await Catalog.FindLevelAsync(Visitor.Identity, address.Query, cancellationToken));
            }

            var list = await Catalog.FindAsync(Visitor.Identity, address.Query, cancellationToken);
            return new CatalogView(address, new CatalogLevel([], list.Items, list.Total));
        });
    }

    private async Task LoadFacetsAsync()
    {
        try
        {
            _facets = await Catalog.FindFacetsAsync(Visitor.Identity, CancellationToken.None);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException or InvalidOperationException)
        {
            // The list says that the index cannot be read.
            Log.NoFacets(Logger, exception);
        }
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        await LoadFacetsAsync();
        StateHasChanged();
    }

    private void OnSearch(string? text) => Show(Query with { Search = text, Skip = 0 });

    private void Show(RepositoryQuery query) => Navigation.NavigateTo((Address with { Query = query }).ToString(), replace: true);

    /// <summary>Rows and the address they were read for: while those of a new address are read, the old ones are still shown.</summary>
    private sealed record CatalogView(CatalogAddress Address, CatalogLevel Level);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What the catalog can be filtered by could not be read")]
        public static partial void NoFacets(ILogger logger, Exception exception);
    }
}
