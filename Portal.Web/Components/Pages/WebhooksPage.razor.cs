using Microsoft.AspNetCore.Components;
using Portal.Registry.Auth;
using Portal.Registry.Notifications;
using Portal.Web.Components.Live;
using Portal.Web.Components.Users;
using Portal.Web.Hosting;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>The endpoints that are told of events, for administrators.</summary>
public sealed partial class WebhooksPage : IDisposable
{
    private readonly Attempt _attempt = new();
    private PageData<IReadOnlyList<WebhookRow>> _data = default!;
    private RefreshTimer? _timer;
    private string? _message;
    private bool _isAllowed;

    [Inject]
    private WebhookAdministration Webhooks { get; set; } = default!;

    [Inject]
    private RunningConfiguration Running { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<WebhooksPage> Logger { get; set; } = default!;

    public void Dispose()
    {
        Webhooks.Changed -= OnChanged;
        Running.Changed -= OnChanged;
        _timer?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<IReadOnlyList<WebhookRow>>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(RefreshAsync));
            Webhooks.Changed += OnChanged;
            Running.Changed += OnChanged;
        }
    }

    protected override Task OnParametersSetAsync() => LoadAsync();

    private void OnChanged() => _timer?.Signal();

    private Task LoadAsync()
    {
        _isAllowed = Permissions.IsAdministrator(Visitor.Identity);
        return _isAllowed
            ? _data.LoadAsync(async cancellationToken => await Webhooks.ListAsync(Visitor.Identity, cancellationToken))
            : Task.CompletedTask;
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task TestAsync(WebhookRow row)
    {
        _message = null;
        if (await _attempt.RunAsync(() => Webhooks.SendTestAsync(Visitor.ToActor(HttpMethods.Post), row.Name, CancellationToken.None)))
        {
            _message = WebhookWords.TestOnWayTo.With(row.Name);
        }

        await LoadAsync();
    }

    private async Task PauseAsync(WebhookRow row)
    {
        _message = null;
        await _attempt.RunAsync(() => row.Pause is null
            ? Webhooks.PauseAsync(Visitor.Identity, row.Name, CancellationToken.None)
            : Webhooks.ResumeAsync(Visitor.Identity, row.Name, CancellationToken.None));
        await LoadAsync();
    }
}
