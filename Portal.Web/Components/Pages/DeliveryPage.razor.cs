using Microsoft.AspNetCore.Components;
using Portal.Registry.Auth;
using Portal.Registry.Notifications;
using Portal.Storage.History;
using Portal.Web.Components.Live;
using Portal.Web.Components.Users;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>An event on its way to an endpoint, with every attempt that is kept.</summary>
public sealed partial class DeliveryPage : IDisposable
{
    private readonly Attempt _attempt = new();
    private PageData<DeliveryDetail> _data = default!;
    private RefreshTimer? _timer;
    private string? _message;
    private bool _isAllowed;

    [Parameter]
    public string Endpoint { get; set; } = "";

    [Parameter]
    public long Id { get; set; }

    [Inject]
    private WebhookAdministration Webhooks { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<DeliveryPage> Logger { get; set; } = default!;

    private string Name => PortalUrls.EndpointOf(Endpoint)!;

    public void Dispose()
    {
        Webhooks.Changed -= OnChanged;
        _timer?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<DeliveryDetail>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(RefreshAsync));
            Webhooks.Changed += OnChanged;
        }
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private void OnChanged() => _timer?.Signal();

    private Task LoadAsync()
    {
        _isAllowed = Permissions.IsAdministrator(Visitor.Identity);
        return _isAllowed
            ? _data.LoadAsync(async cancellationToken =>
                await Webhooks.GetDeliveryAsync(Visitor.Identity, Id, cancellationToken) is { } found && found.Row.Endpoint == Name ? found : null)
            : Task.CompletedTask;
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task RedeliverAsync()
    {
        _message = await _attempt.RunAsync(() => Webhooks.RedeliverAsync(Visitor.Identity, Id, CancellationToken.None))
            ? WebhookWords.QueuedAgain : null;
        await LoadAsync();
    }

    private async Task SkipAsync()
    {
        _message = await _attempt.RunAsync(() => Webhooks.SkipAsync(Visitor.Identity, Id, CancellationToken.None))
            ? WebhookWords.SkippedGoOn : null;
        await LoadAsync();
    }

    private static bool IsWaiting(DeliveryRow row) => row.State is DeliveryState.Waiting or DeliveryState.Retrying;
}
