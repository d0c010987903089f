using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Portal.Registry.Auth;
using Portal.Registry.Remotes;

namespace Portal.Web.Components.Layout;

public sealed partial class MainLayout : IDisposable
{
    private ErrorBoundary? _boundary;
    private long? _session;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    [Inject]
    private RemoteRegistries Registries { get; set; } = default!;

    [Inject]
    private Permissions Permissions { get; set; } = default!;

    [Inject]
    private Accounts Accounts { get; set; } = default!;

    /// <summary>The page's own address: with a base address, a bare <c>#main</c> would lead to the first page.</summary>
    private string Address => Here.Split('#', 2)[0];

    private string Here => Navigation.ToBaseRelativePath(Navigation.Uri);

    /// <summary>False once the session has ended where nobody may look without one.</summary>
    private bool MayEnter => Permissions.LetsIn(Visitor.Identity);

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        Accounts.Changed -= OnAccountsChanged;
    }

    protected override void OnInitialized()
    {
        _session = Visitor.Session?.Id;
        Navigation.LocationChanged += OnLocationChanged;
        if (RendererInfo.IsInteractive)
        {
            Accounts.Changed += OnAccountsChanged;
            LeadOut();
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        Visitor.IsActive();
        Recover();
        _ = InvokeAsync(() =>
        {
            LeadOut();
            StateHasChanged();
        });
    }

    /// <summary>Anybody's session or permission may have changed; only one's own end of session changes what this page is.</summary>
    private void OnAccountsChanged() => _ = InvokeAsync(() => Visitor.Language.During(() =>
    {
        if (Visitor.Session?.Id != _session || !MayEnter)
        {
            _session = Visitor.Session?.Id;
            LeadOut();
            StateHasChanged();
        }
    }));

    /// <summary>To the sign-in, when there is nothing to see without a session any more.</summary>
    private void LeadOut()
    {
        if (!MayEnter)
        {
            Navigation.NavigateTo(PortalUrls.SignIn(Here), forceLoad: true);
        }
    }

    private void Recover()
    {
        _boundary?.Recover();
    }
}
