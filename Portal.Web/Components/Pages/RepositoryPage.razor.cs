using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Registry.Deletion;
using Portal.Registry.Descriptions;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Web.Components.Copying;
using Portal.Web.Components.Deletion;
using Portal.Web.Components.Descriptions;
using Portal.Web.Components.Live;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>One repository: what it is about, its tags, its other manifests, the tags it had.</summary>
public sealed partial class RepositoryPage : IDisposable
{
    private static readonly DialogOptions Wide = new() { MaxWidth = MaxWidth.Medium, FullWidth = true, CloseOnEscapeKey = true };
    private static readonly DialogOptions Narrow = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    /// <summary>Days that the chart of pulls shows.</summary>
    private const int ChartDays = 30;

    private readonly HashSet<Tag> _selected = [];
    private readonly CancellationTokenSource _gone = new();
    private PageData<RepositoryData> _data = default!;
    private CatalogWatch? _watch;
    private RefreshTimer? _pulled;
    private Tag? _newest;
    private ActivityFilter _activity = new();
    private bool _deleting;

    // Not those of the page alone are selected, but all that match.
    private bool _isAll;
    private (string? Search, string? Pulled) _searched;

    [Parameter, EditorRequired]
    public RepositoryName Name { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    /// <summary>A <see cref="PullAge"/>.</summary>
    [SupplyParameterFromQuery(Name = "pulled")]
    private string? Pulled { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    private string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "desc")]
    private bool Descending { get; set; }

    [SupplyParameterFromQuery(Name = "view")]
    private string? ViewName { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [SupplyParameterFromQuery(Name = "size")]
    private string? PageSize { get; set; }

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
    private DeletionPlanner Planner { get; set; } = default!;

    [Inject]
    private RepositoryDescriptions Descriptions { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Messages { get; set; } = default!;

    [Inject]
    private ILogger<RepositoryPage> Logger { get; set; } = default!;

    private TagQuery Query { get; set; } = new();

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    private bool MayDelete => Permissions.On(Visitor.Identity, Name).HasFlag(RepositoryActions.Delete);

    private bool MayPush => Permissions.On(Visitor.Identity, Name).HasFlag(RepositoryActions.Push);

    // Where somebody with a name may push, the dialog finds out.
    private bool MayCopy => MayPush || Visitor.Identity.IsSignedIn;

    private RepositoryView View => PortalUrls.ParseSort(ViewName, RepositoryView.Tags);

    private bool IsNarrowed => !string.IsNullOrWhiteSpace(Search) || Query.Pulled is not null;

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
        _data = new PageData<RepositoryData>(Logger);
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
        var query = new TagQuery { Take = PageAddress.Take(PageSize) };
        Query = query with
        {
            Search = Search,
            Pulled = PullAge.Parse(Pulled),
            Sort = PortalUrls.ParseSort(Sort, query.Sort),
            Descending = Sort is null || Descending,
            Skip = PageAddress.Skip(PageNumber, query.Take),
        };
        if (_searched != (Search, Pulled))
        {
            _searched = (Search, Pulled);
            SelectNone();
        }

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

    private async Task<RepositoryData?> FindAsync(CancellationToken cancellationToken)
    {
        if (await Catalog.FindRepositoryAsync(Visitor.Identity, Name, cancellationToken) is not { } repository)
        {
            return null;
        }

        var tags = await Catalog.FindTagsAsync(Visitor.Identity, Name, Query, cancellationToken);
        var newest = await Catalog.FindTagsAsync(Visitor.Identity, Name, new TagQuery { Take = 1 }, cancellationToken);
        _newest = newest.Items.Count > 0 ? newest.Items[0].Name : null;
        if (!_isAll)
        {
            _selected.IntersectWith(tags.Items.Select(tag => tag.Name));
        }

        var pulls = await History.PullsOfAsync(
            Visitor.Identity, Name, [.. tags.Items.Select(tag => (tag.Name, tag.Digest))], cancellationToken);
        var about = await Descriptions.FindAsync(Visitor.Identity, Name, cancellationToken);
        var days = await History.PullsByDayAsync(Visitor.Identity, Name, ChartDays, cancellationToken);
        return about is null ? null : new RepositoryData(repository, tags, pulls, days, about);
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

    private void OnPulled(PullAge? pulled)
    {
        Navigation.NavigateTo(PortalUrls.Repository(Name, Query with { Pulled = pulled, Skip = 0 }), replace: true);
    }

    /// <summary>Whether there is more to select than the page shows, and the page is selected.</summary>
    private bool OffersAll(RowPage<TagRow> tags) =>
        _isAll || (tags.Total > tags.Items.Count && tags.Items.Count > 0 && tags.Items.All(row => _selected.Contains(row.Name)));

    private async Task SelectAllAsync()
    {
        _selected.UnionWith(await Planner.FindTagsAsync(Visitor.Identity, Name, Query, _gone.Token));
        _isAll = true;
    }

    private void SelectNone()
    {
        _selected.Clear();
        _isAll = false;
    }

    private async Task DeleteSelectedAsync()
    {
        if (await DeleteAsync(_selected.ToList()))
        {
            SelectNone();
        }
    }

    private Task<bool> DeleteAsync(IReadOnlyCollection<Tag> tags) => DeleteAsync(() => Deleter.DeleteTagsAsync(Name, tags, _gone.Token));

    private Task<bool> DeleteRepositoryAsync() => DeleteAsync(() => Deleter.DeleteRepositoryAsync(Name, _gone.Token));

    private async Task<bool> DeleteAsync(Func<Task<bool>> delete)
    {
        _deleting = true;
        try
        {
            return await delete();
        }
        finally
        {
            _deleting = false;
        }
    }

    private async Task CopyAsync(TagRow row)
    {
        var parameters = new DialogParameters<CopyDialog> { { dialog => dialog.From, Name }, { dialog => dialog.Tag, row.Name } };
        var dialog = await Dialogs.ShowAsync<CopyDialog>(RepositoryWords.CopyImage, parameters, Narrow);
        if (await dialog.Result is { Canceled: false, Data: CopyDialog.Copied copied })
        {
            Messages.Add(RepositoryWords.CopiedTo.With(copied.Name, copied.Tag), Severity.Success, options =>
            {
                options.Action = CommonWords.Open;
                options.ActionColor = Color.Inherit;
                options.RequireInteraction = false;
                options.OnClick = _ =>
                {
                    Navigation.NavigateTo(PortalUrls.Tag(copied.Name, copied.Tag));
                    return Task.CompletedTask;
                };
            });
        }
    }

    private async Task EditDescriptionAsync()
    {
        // As it is on disk now, not as the page once read it.
        if (await Descriptions.FindAsync(Visitor.Identity, Name, _gone.Token) is not { } about)
        {
            return;
        }

        var parameters = new DialogParameters<DescriptionDialog> { { dialog => dialog.Name, Name }, { dialog => dialog.Written, about.Written } };
        var dialog = await Dialogs.ShowAsync<DescriptionDialog>(RepositoryWords.Description, parameters, Wide);
        if (await dialog.Result is { Canceled: false })
        {
            await LoadAsync();
        }
    }

    private sealed record RepositoryData(
        RepositoryRow Repository, RowPage<TagRow> Tags, IReadOnlyDictionary<Tag, Pulls> Pulls, IReadOnlyList<PullDay> Days, RepositoryAbout About);
}
