using Microsoft.AspNetCore.Components;
using Portal.Registry.Auth;
using Portal.Registry.Health;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Web.Components.Live;

namespace Portal.Web.Components.Pages;

/// <summary>How each health check stands, and when checks failed and healed, for administrators.</summary>
public sealed partial class HealthPage : IDisposable
{
    private const int PageSize = 50;

    private const string Example = """
        health:
          storagedriver:
            enabled: true
            interval: 10s
            threshold: 3
        """;

    private PageData<RowPage<HealthChange>> _data = default!;
    private RefreshTimer? _timer;
    private IReadOnlyList<CheckState> _checks = [];
    private int _failing;
    private bool _isAllowed;
    private volatile bool _isHistoryStale;

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [Inject]
    private HealthReport Report { get; set; } = default!;

    [Inject]
    private HealthState State { get; set; } = default!;

    [Inject]
    private HealthJournal Journal { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private ILogger<HealthPage> Logger { get; set; } = default!;

    private int Skip => PageAddress.Skip(PageNumber, PageSize);

    public void Dispose()
    {
        State.Changed -= OnChanged;
        Journal.Written -= OnWritten;
        _timer?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<RowPage<HealthChange>>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(RefreshAsync));
            State.Changed += OnChanged;
            Journal.Written += OnWritten;
        }
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private void OnChanged() => _timer?.Signal();

    private void OnWritten()
    {
        _isHistoryStale = true;
        _timer?.Signal();
    }

    private void ReadChecks()
    {
        _isAllowed = Permissions.IsAdministrator(Visitor.Identity);
        _checks = _isAllowed ? Report.Checks(Visitor.Identity) : [];
        _failing = _checks.Count(check => check.IsFailing);
    }

    private Task LoadAsync()
    {
        ReadChecks();
        _isHistoryStale = false;
        return !_isAllowed ? Task.CompletedTask : _data.LoadAsync(async cancellationToken => await Report.ChangesAsync(Visitor.Identity, Skip, PageSize, cancellationToken));
    }

    private async Task RefreshAsync()
    {
        // Checks run all the time; the database is asked only when there is something new in it.
        if (_isHistoryStale)
        {
            await LoadAsync();
        }
        else
        {
            ReadChecks();
        }

        StateHasChanged();
    }
}
