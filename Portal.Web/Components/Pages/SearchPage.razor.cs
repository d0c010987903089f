using Microsoft.AspNetCore.Components;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>What a text is found in, a little of each kind or all of one. What is searched stands in the address.</summary>
public sealed partial class SearchPage : IDisposable
{
    private const int PageSize = 50;
    private const int GroupSize = 10;

    private PageData<SearchView> _data = default!;
    private SearchText? _text;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    private string? Shown { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [Inject]
    private RepositoryCatalog Catalog { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private ILogger<SearchPage> Logger { get; set; } = default!;

    private bool IsOneKind => Shown is "tags" or "digests" or "labels";

    private int Take => IsOneKind ? PageSize : GroupSize;

    /// <summary>A search reaches so many rows and no more.</summary>
    private int Skip => IsOneKind ? Math.Min(PageAddress.Skip(PageNumber, PageSize), CatalogSearch.MaxRows - PageSize) : 0;

    private Func<int, string>? AddressOf => IsOneKind ? skip => PortalUrls.Search(Search, Shown, skip, PageSize) : null;

    public void Dispose() => _data.Dispose();

    protected override void OnInitialized() => _data = new PageData<SearchView>(Logger);

    protected override Task OnParametersSetAsync()
    {
        _text = SearchText.Parse(Search);
        return LoadAsync();
    }

    private Task LoadAsync() => _data.LoadAsync(async cancellationToken =>
    {
        if (_text is not { } text)
        {
            return SearchView.Empty;
        }

        var who = Visitor.Identity;
        var repositories = IsOneKind ? Nothing<RepositoryRow>() : Catalog.SearchRepositoriesAsync(who, text, 0, Take, cancellationToken);
        var tags = Shown is "tags" || !IsOneKind ? Catalog.SearchTagsAsync(who, text, Skip, Take, cancellationToken) : Nothing<TagHit>();
        var digests = Shown is "digests" || !IsOneKind ? Catalog.SearchDigestsAsync(who, text, Skip, Take, cancellationToken) : Nothing<DigestHit>();
        var labels = Shown is "labels" || !IsOneKind ? Catalog.SearchLabelsAsync(who, text, Skip, Take, cancellationToken) : Nothing<LabelHit>();
        await Task.WhenAll(repositories, tags, digests, labels);
        return new SearchView(await repositories, await tags, await digests, await labels);
    });

    private static Task<Found<T>> Nothing<T>() => Task.FromResult(new Found<T>([], HasMore: false));

    private string? MoreOf(string kind) => IsOneKind ? null : PortalUrls.Search(Search, kind);

    private void OnSearch(string? text) => Navigation.NavigateTo(PortalUrls.Search(text, Shown), replace: true);

    private sealed record SearchView(Found<RepositoryRow> Repositories, Found<TagHit> Tags, Found<DigestHit> Digests, Found<LabelHit> Labels)
    {
        public static SearchView Empty { get; } = new(new([], false), new([], false), new([], false), new([], false));

        public bool IsEmpty => Repositories.Items.Count + Tags.Items.Count + Digests.Items.Count + Labels.Items.Count == 0;

        public bool HasMore => Repositories.HasMore || Tags.HasMore || Digests.HasMore || Labels.HasMore;
    }
}
