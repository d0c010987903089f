using Microsoft.AspNetCore.Components;

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

    protected override void OnInitialized()
    {
        Visitor.Capture(Context);
    }
}
