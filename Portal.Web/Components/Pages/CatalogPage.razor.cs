using Microsoft.AspNetCore.Components;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>All repositories. What is searched, sorted and paged stands in the address.</summary>
public sealed partial class CatalogPage : IDisposable
{
    private PageData<RowPage<RepositoryRow>> _data = default!;
    private CatalogWatch? _watch;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "desc")]
    private bool Descending { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

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

    private RepositoryQuery Query { get; set; } = new();

    private bool IsFirstRun =>
        _data.Value is { Total: 0 } && string.IsNullOrWhiteSpace(Search) && !Feed.Progress.Running;

    private string RegistryAddress => Settings.RegistryAddress(new Uri(Navigation.Uri));

    public void Dispose()
    {
        _watch?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<RowPage<RepositoryRow>>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _watch = new CatalogWatch(Feed, Time, _ => true, () => _ = InvokeAsync(RefreshAsync));
        }
    }

    protected override Task OnParametersSetAsync()
    {
        var query = new RepositoryQuery();
        Query = query with
        {
            Search = Search,
            Sort = PortalUrls.ParseSort(Sort, RepositorySort.Name),
            Descending = Descending,
            Skip = PageAddress.Skip(PageNumber, query.Take),
        };
        return LoadAsync();
    }

    private static string Tags(int count) => count == 1 ? "1 tag" : $"{count} tags";

    private Task LoadAsync()
    {
        return _data.LoadAsync(async cancellationToken => await Catalog.FindAsync(Visitor.Identity, Query, cancellationToken));
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    /// <summary>Names read best from A, numbers and moments from the largest.</summary>
    private string SortedBy(RepositorySort sort)
    {
        var descending = Query.Sort == sort ? !Query.Descending : sort != RepositorySort.Name;
        return PortalUrls.Catalog(Query with { Sort = sort, Descending = descending, Skip = 0 });
    }

    private void OnSearch(string? text)
    {
        Navigation.NavigateTo(PortalUrls.Catalog(Query with { Search = text, Skip = 0 }), replace: true);
    }
}
