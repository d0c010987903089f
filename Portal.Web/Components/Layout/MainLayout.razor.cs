using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace Portal.Web.Components.Layout;

public sealed partial class MainLayout : IDisposable
{
    private ErrorBoundary? _boundary;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>The page's own address: with a base address, a bare <c>#main</c> would lead to the first page.</summary>
    private string Address => Navigation.ToBaseRelativePath(Navigation.Uri).Split('#', 2)[0];

    public void Dispose()
    {
        Navigation.LocationChanged -= OnLocationChanged;
    }

    protected override void OnInitialized()
    {
        Navigation.LocationChanged += OnLocationChanged;
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs change)
    {
        Recover();
        _ = InvokeAsync(StateHasChanged);
    }

    private void Recover()
    {
        _boundary?.Recover();
    }
}
