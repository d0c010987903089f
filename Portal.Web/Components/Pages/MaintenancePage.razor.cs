using Microsoft.AspNetCore.Components;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Maintenance;
using Portal.Web.Components.Live;
using Portal.Web.Components.Users;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>Frees what nothing refers to, and shows how far that is, for administrators.</summary>
public sealed partial class MaintenancePage : IDisposable
{
    private readonly Attempt _attempt = new();
    private RefreshTimer? _timer;
    private GarbageRun? _run;
    private bool _isAllowed;
    private bool _isAsking;
    private bool _withUntagged;

    [Inject]
    private GarbageCollection Garbage { get; set; } = default!;

    [Inject]
    private LiveConfiguration Live { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    private bool IsRunning => _run is { IsRunning: true };

    private bool CanRemove => (_withUntagged ? Garbage.WhyNoManifests : Garbage.WhyNotAtAll) is null;

    public void Dispose()
    {
        Garbage.Changed -= OnChanged;
        Live.Changed -= OnChanged;
        _timer?.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(Refresh));
            Garbage.Changed += OnChanged;
            Live.Changed += OnChanged;
        }

        Refresh();
    }

    private void OnChanged() => _timer?.Signal();

    private void Refresh()
    {
        _isAllowed = Permissions.IsAdministrator(Visitor.Identity);
        _run = _isAllowed ? Garbage.Look(Visitor.Identity) : null;
        if (IsRunning)
        {
            // Steps are too many to be told one by one: as long as it runs, it is looked at again and again.
            _isAsking = false;
            _timer?.Signal();
        }

        StateHasChanged();
    }

    private async Task StartAsync(bool isDryRun)
    {
        _isAsking = false;
        var isBegun = false;
        var isDone = await _attempt.RunAsync(() =>
        {
            isBegun = Garbage.TryStart(Visitor.ToActor(HttpMethods.Post), isDryRun, _withUntagged);
            return Task.CompletedTask;
        });
        if (isDone && !isBegun)
        {
            _attempt.Refuse(MaintenanceWords.RunsAlready);
        }

        Refresh();
    }

    private async Task Cancel()
    {
        await _attempt.RunAsync(() =>
        {
            Garbage.Cancel(Visitor.Identity);
            return Task.CompletedTask;
        });
        Refresh();
    }
}
