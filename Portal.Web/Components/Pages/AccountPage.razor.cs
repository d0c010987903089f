using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Web.Components.Live;
using Portal.Web.Components.Users;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>One's own name, rights, password and access tokens.</summary>
public sealed partial class AccountPage : IDisposable
{
    private static readonly DialogOptions Small = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    private readonly Attempt _attempt = new();
    private IReadOnlyList<AccessToken> _tokens = [];
    private IReadOnlyList<GivenRule> _rules = [];
    private IReadOnlyList<Session> _browsers = [];
    private string _current = "";
    private string _next = "";
    private string _again = "";
    private bool _isChanged;
    private RefreshTimer? _timer;

    [Inject]
    private AccessTokens Tokens { get; set; } = default!;

    [Inject]
    private Sessions Sessions { get; set; } = default!;

    [Inject]
    private OwnPassword OwnPassword { get; set; } = default!;

    [Inject]
    private Accounts Accounts { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private string RegistryAddress => Settings.RegistryAddress(new Uri(Navigation.Uri));

    public void Dispose()
    {
        Accounts.Changed -= OnChanged;
        _timer?.Dispose();
    }

    protected override void OnInitialized()
    {
        Load();
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(Refresh));
            Accounts.Changed += OnChanged;
        }
    }

    private void OnChanged() => _timer?.Signal();

    private void Refresh()
    {
        Load();
        StateHasChanged();
    }

    private void Load()
    {
        if (Visitor.Identity.Name is { } name)
        {
            _tokens = Tokens.List(Visitor.Identity, name);
            _browsers = Sessions.Of(name);
            _rules = Accounts.Current.IsDisabled(name) ? [] : [.. Accounts.Current.RulesFor(name)];
        }
    }

    private async Task ChangeAsync()
    {
        _isChanged = false;
        if (_next != _again)
        {
            _attempt.Refuse(UserWords.PasswordsDiffer);
            return;
        }

        if (await _attempt.RunAsync(() => OwnPassword.ChangeAsync(
            Visitor.Identity, Visitor.IpAddress, _current, _next, keepSession: Visitor.SessionId, CancellationToken.None)))
        {
            _isChanged = true;
            (_current, _next, _again) = ("", "", "");
        }
    }

    private async Task MakeAsync()
    {
        var parameters = new DialogParameters<TokenDialog>
        {
            { dialog => dialog.User, Visitor.Identity.Name! },
            { dialog => dialog.Registry, RegistryAddress },
        };
        await (await Dialogs.ShowAsync<TokenDialog>(UserWords.NewAccessToken, parameters, Small)).Result;
        Load();
    }

    private async Task EndAsync(Session session)
    {
        if (Visitor.Name is { } name)
        {
            await Sessions.EndAsync(name, session.Id, Visitor.IpAddress, CancellationToken.None);
        }

        Load();
    }

    private async Task EndAllAsync()
    {
        if (Visitor.Name is { } name)
        {
            await Sessions.EndAllAsync(name, name, Visitor.IpAddress, CancellationToken.None);
        }
    }

    private async Task RevokeAsync(AccessToken token)
    {
        var parameters = new DialogParameters<RevokeDialog> { { dialog => dialog.Token, token } };
        await (await Dialogs.ShowAsync<RevokeDialog>(UserWords.RevokeAsked, parameters, Small)).Result;
        Load();
    }
}
