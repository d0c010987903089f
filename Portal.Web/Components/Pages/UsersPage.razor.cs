using Microsoft.AspNetCore.Components;
using MudBlazor;
using Portal.Registry.Auth;
using Portal.Storage.Metadata;
using Portal.Storage.Reasons;
using Portal.Web.Components.Live;
using Portal.Web.Components.Users;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>Users and permissions, for administrators. What is searched and paged stands in the address.</summary>
public sealed partial class UsersPage : IDisposable
{
    private readonly Attempt _attempt = new();
    private PageState _state = PageState.Loading;
    private RowPage<UserRow>? _users;
    private Reason? _whyReadOnly;
    private (IReadOnlyList<RejectedLine> Lines, int Count) _bad = ([], 0);
    private RefreshTimer? _timer;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [Inject]
    private UserAdministration Administration { get; set; } = default!;

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

    [Inject]
    private ILogger<UsersPage> Logger { get; set; } = default!;

    private UserQuery Query { get; set; } = new();

    private string RegistryAddress => Settings.RegistryAddress(new Uri(Navigation.Uri));

    public void Dispose()
    {
        Accounts.Changed -= OnChanged;
        _timer?.Dispose();
    }

    protected override void OnInitialized()
    {
        if (RendererInfo.IsInteractive)
        {
            _timer = new RefreshTimer(Time, () => _ = InvokeAsync(Refresh));
            Accounts.Changed += OnChanged;
        }
    }

    protected override void OnParametersSet()
    {
        var query = new UserQuery();
        Query = query with { Search = Search, Skip = PageAddress.Skip(PageNumber, query.Take) };
        Load();
    }

    private void OnChanged() => _timer?.Signal();

    private void Refresh()
    {
        Load();
        StateHasChanged();
    }

    private void Load()
    {
        try
        {
            if (!Permissions.IsAdministrator(Visitor.Identity))
            {
                (_state, _users) = (PageState.Missing, null);
                return;
            }

            _users = Administration.List(Visitor.Identity, Query);
            _whyReadOnly = Administration.WhyReadOnly(Visitor.Identity);
            _bad = Administration.BadLines(Visitor.Identity);
            _state = PageState.Ready;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.LoadFailed(Logger, exception);
            _state = PageState.Failed;
        }
    }

    private void OnSearch(string? text) => Navigation.NavigateTo(PortalUrls.UsersFound(text, 0, Query.Take), replace: true);

    private Task AddAsync(bool robot)
    {
        return ShowAsync<UserDialog>(
            robot ? UserWords.AddARobot : UserWords.AddAUser,
            new DialogParameters<UserDialog> { { dialog => dialog.Robot, robot }, { dialog => dialog.Registry, RegistryAddress } });
    }

    private Task SetPasswordAsync(UserRow user)
    {
        return ShowAsync<UserDialog>(
            UserWords.SetPasswordOf.With(user.Name),
            new DialogParameters<UserDialog> { { dialog => dialog.User, user.Name }, { dialog => dialog.Registry, RegistryAddress } });
    }

    private Task ShowTokensAsync(UserRow user)
    {
        return ShowAsync<TokenListDialog>(
            UserWords.AccessTokensOf.With(user.Name),
            new DialogParameters<TokenListDialog>
            {
                { dialog => dialog.Name, user.Name },
                { dialog => dialog.IsRobot, user.Source is Storage.Accounts.AccountSource.Robot },
                { dialog => dialog.Registry, RegistryAddress },
            });
    }

    private async Task DeleteAsync(UserRow user)
    {
        await ShowAsync<DeleteUserDialog>(
            UserWords.DeleteNamedAsked.With(user.Name),
            new DialogParameters<DeleteUserDialog>
            {
                { dialog => dialog.Name, user.Name },
                { dialog => dialog.Plan, Administration.PlanDeletion(Visitor.Identity, user.Name) },
            });
    }

    private async Task SwitchAsync(UserRow user)
    {
        await _attempt.RunAsync(() => Administration.SetDisabledAsync(
            Visitor.Identity, Visitor.IpAddress, user.Name, !user.Account.IsDisabled, CancellationToken.None));
        Load();
    }

    private async Task ShowAsync<TDialog>(string title, DialogParameters parameters)
        where TDialog : IComponent
    {
        var options = new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };
        await (await Dialogs.ShowAsync<TDialog>(title, parameters, options)).Result;
        Load();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The list of users could not be read")]
        public static partial void LoadFailed(ILogger logger, Exception exception);
    }
}
