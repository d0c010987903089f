using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace Portal.Web.Components;

/// <summary>The document around every page. It is rendered once a load, on the server, and sees the request.</summary>
public sealed partial class App
{
    [CascadingParameter]
    private HttpContext Context { get; set; } = default!;

    [Inject]
    private Visitor Visitor { get; set; } = default!;

    /// <summary>With the path base, so that the portal works below a path of a proxy.</summary>
    private string BaseAddress => Context.Request.PathBase.Add("/");

    /// <summary>A page with a form for signing in is sent as it is, and needs neither script nor circuit.</summary>
    private IComponentRenderMode? Mode => Context.AcceptsInteractiveRouting() ? RenderMode.InteractiveServer : null;

    protected override void OnInitialized()
    {
        Visitor.Capture(Context);
    }
}
