using Microsoft.AspNetCore.Components;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>The audit trail, newest first, for administrators. What is looked for stands in the address.</summary>
public sealed partial class AuditPage : IDisposable
{
    private PageData<RowPage<AuditEntry>> _data = default!;
    private RefreshTimer? _timer;
    private AuditFilter _filter = new();
    private AuditQuery _query = new();
    private bool _isAllowed;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "action")]
    private string? Action { get; set; }

    [SupplyParameterFromQuery(Name = "actor")]
    private string? Actor { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "until")]
    private string? Until { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [Inject]
    private AuditLog Log { get; set; } = default!;

    [Inject]
    private AuditTrail Trail { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private ILogger<AuditPage> Logger { get; set; } = default!;

    public void Dispose()
    {
        Trail.Written -= OnWritten;
        _timer?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<RowPage<AuditEntry>>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(RefreshAsync));
            Trail.Written += OnWritten;
        }
    }

    protected override Task OnParametersSetAsync()
    {
        _filter = AuditFilter.Parse(Search, Action, Actor, From, Until);
        var query = _filter.ToQuery();
        _query = query with { Skip = PageAddress.Skip(PageNumber, query.Take) };
        return LoadAsync();
    }

    private void OnWritten() => _timer?.Signal();

    private Task LoadAsync()
    {
        _isAllowed = Permissions.IsAdministrator(Visitor.Identity);
        return _isAllowed ? _data.LoadAsync(async cancellationToken => await Log.FindAsync(Visitor.Identity, _query, cancellationToken)) : Task.CompletedTask;
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private void Show(AuditFilter filter) => Navigation.NavigateTo(filter.Address(), replace: true);
}
