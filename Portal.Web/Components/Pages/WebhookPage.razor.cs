using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry.Auth;
using Portal.Registry.Notifications;
using Portal.Storage.History;
using Portal.Storage.Metadata;
using Portal.Web.Components.Live;
using Portal.Web.Components.Users;
using Portal.Web.Components.Webhooks;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>An endpoint and its deliveries, newest first. What is looked for stands in the address.</summary>
public sealed partial class WebhookPage : IDisposable
{
    private readonly Attempt _attempt = new();
    private PageData<View> _data = default!;
    private RefreshTimer? _timer;
    private DeliveryFilter _filter = new();
    private DeliveryQuery _query = new();
    private string? _message;
    private bool _isAllowed;

    /// <param name="Held">The delivery that the others wait for; null when none does.</param>
    /// <param name="Failed">How many were given up, whatever is looked for.</param>
    private sealed record View(WebhookRow Row, RowPage<DeliveryRow> Deliveries, DeliveryRow? Held, int Failed);

    [Parameter]
    public string Endpoint { get; set; } = "";

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "action")]
    private string? Action { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Repository { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "until")]
    private string? Until { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [Inject]
    private WebhookAdministration Webhooks { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<WebhookPage> Logger { get; set; } = default!;

    private string Name => PortalUrls.EndpointOf(Endpoint)!;

    public void Dispose()
    {
        Webhooks.Changed -= OnChanged;
        _timer?.Dispose();
        _data.Dispose();
    }

    protected override void OnInitialized()
    {
        _data = new PageData<View>(Logger);
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(RefreshAsync));
            Webhooks.Changed += OnChanged;
        }
    }

    protected override Task OnParametersSetAsync()
    {
        _filter = DeliveryFilter.Parse(State, Action, Repository, From, Until);
        var query = _filter.ToQuery(Name);
        _query = query with { Skip = PageAddress.Skip(PageNumber, query.Take) };
        return LoadAsync();
    }

    private void OnChanged() => _timer?.Signal();

    private Task LoadAsync()
    {
        _isAllowed = Permissions.IsAdministrator(Visitor.Identity);
        return _isAllowed ? _data.LoadAsync(FindAsync) : Task.CompletedTask;
    }

    private async Task<View?> FindAsync(CancellationToken cancellationToken)
    {
        var by = Visitor.Identity;
        var rows = await Webhooks.ListAsync(by, cancellationToken);
        if (rows.FirstOrDefault(row => row.Name == Name) is not { } endpoint)
        {
            return null;
        }

        var one = new DeliveryQuery { Endpoint = Name, Take = 1 };
        var held = await Webhooks.FindDeliveriesAsync(by, one with { States = [DeliveryState.Retrying] }, cancellationToken);
        var failed = await Webhooks.FindDeliveriesAsync(by, one with { States = [DeliveryState.Failed] }, cancellationToken);
        var deliveries = await Webhooks.FindDeliveriesAsync(by, _query, cancellationToken);
        return new View(endpoint, deliveries, held.Items is [var head, ..] ? head : null, (int)failed.Total);
    }

    private async Task RefreshAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private Task TestAsync() => ActAsync(
        () => Webhooks.SendTestAsync(Visitor.ToActor(HttpMethods.Post), Name, CancellationToken.None),
        WebhookWords.TestOnWay);

    private Task PauseAsync(WebhookRow endpoint) => ActAsync(() => endpoint.Pause is null
        ? Webhooks.PauseAsync(Visitor.Identity, Name, CancellationToken.None)
        : Webhooks.ResumeAsync(Visitor.Identity, Name, CancellationToken.None));

    private Task SkipAsync(DeliveryRow held) => ActAsync(
        () => Webhooks.SkipAsync(Visitor.Identity, held.Id, CancellationToken.None), WebhookWords.IsSkipped.With(held.Action, WebhookText.Subject(held)));

    private async Task RedeliverAsync(int count)
    {
        var parameters = new DialogParameters<RedeliverDialog> { { dialog => dialog.Endpoint, Name }, { dialog => dialog.Count, count } };
        var dialog = await Dialogs.ShowAsync<RedeliverDialog>(WebhookWords.RedeliverAsked, parameters, new DialogOptions { MaxWidth = MaxWidth.Small, CloseOnEscapeKey = true });
        if ((await dialog.Result)?.Data is int sent)
        {
            _message = WebhookWords.InQueueAgain.With(sent);
        }

        await LoadAsync();
    }

    private async Task ActAsync(Func<Task> act, string? message = null)
    {
        _message = await _attempt.RunAsync(act) ? message : null;
        await LoadAsync();
    }

    private void Show(DeliveryFilter filter) => Navigation.NavigateTo(filter.Address(Name), replace: true);
}
