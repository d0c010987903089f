using Microsoft.AspNetCore.Components;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web.Components.Deletion;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>One repository and its tags.</summary>
public sealed partial class RepositoryPage : IDisposable
{
    private readonly HashSet<Tag> _selected = [];
    private readonly CancellationTokenSource _gone = new();
    private PageData<RepositoryView> _data = default!;
    private CatalogWatch? _watch;
    private RefreshTimer? _pulled;
    private Tag? _newest;
    private ActivityFilter _activity = new();
    private bool _deleting;

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

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
    private ActivityHistory History { get; set; } = default!;

    [Inject]
    private ActivityLog ActivityLog { get; set; } = default!;

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
    private Deleter Deleter { get; set; } = default!;

    [Inject]
    private ILogger<RepositoryPage> Logger { get; set; } = default!;

    private TagQuery Query { get; set; } = new();

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    private bool MayDelete => Permissions.On(Visitor.Identity, Name).HasFlag(RepositoryActions.Delete);

    private string Registry => Settings.RegistryAddress(new Uri(Navigation.Uri));

    public void Dispose()
    {
        ActivityLog.Written -= OnWritten;
        _pulled?.Dispose();
        _watch?.Dispose();
        _data.Dispose();
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<RepositoryView>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _watch = new CatalogWatch(
                Feed, Time, name => name is null || name == Name, () => _ = InvokeAsync(RefreshAsync));
            _pulled = new RefreshTimer(Time, () => _ = InvokeAsync(RefreshAsync));
            ActivityLog.Written += OnWritten;
        }
    }

    protected override Task OnParametersSetAsync()
    {
        _activity = ActivityFilter.Of(Name);
        var query = new TagQuery();
        Query = query with
        {
            Search = Search,
            Sort = PortalUrls.ParseSort(Sort, query.Sort),
            Descending = Sort is null || Descending,
            Skip = PageAddress.Skip(PageNumber, query.Take),
        };
        return LoadAsync();
    }

    private void OnWritten(IReadOnlySet<string> repositories)
    {
        if (repositories.Contains(Name.ToString()))
        {
            _pulled?.Signal();
        }
    }

    private Task LoadAsync()
    {
        return _data.LoadAsync(FindAsync);
    }

    private async Task<RepositoryView?> FindAsync(CancellationToken cancellationToken)
    {
        if (await Catalog.FindRepositoryAsync(Visitor.Identity, Name, cancellationToken) is not { } repository)
        {
            return null;
        }

        var tags = await Catalog.FindTagsAsync(Visitor.Identity, Name, Query, cancellationToken);
        var newest = await Catalog.FindTagsAsync(Visitor.Identity, Name, new TagQuery { Take = 1 }, cancellationToken);
        _newest = newest.Items.Count > 0 ? newest.Items[0].Name : null;
        _selected.IntersectWith(tags.Items.Select(tag => tag.Name));
        var pulls = await History.PullsOfAsync(
            Visitor.Identity, Name, [.. tags.Items.Select(tag => (tag.Name, tag.Digest))], cancellationToken);
        return new RepositoryView(repository, tags, pulls);
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private void OnSearch(string? text)
    {
        Navigation.NavigateTo(PortalUrls.Repository(Name, Query with { Search = text, Skip = 0 }), replace: true);
    }

    private async Task DeleteSelectedAsync()
    {
        _deleting = true;
        try
        {
            if (await Deleter.DeleteTagsAsync(Name, _selected, _gone.Token))
            {
                _selected.Clear();
            }
        }
        finally
        {
            _deleting = false;
        }
    }

    private sealed record RepositoryView(RepositoryRow Repository, RowPage<TagRow> Tags, IReadOnlyDictionary<Tag, Pulls> Pulls);
}
