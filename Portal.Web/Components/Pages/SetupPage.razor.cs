using Microsoft.AspNetCore.Components;
using Portal.Registry.Auth;
using Portal.Web.Components.Controls;
using Portal.Web.SignIn;

namespace Portal.Web.Components.Pages;

/// <summary>What the set-up link opens: a form by which its holder becomes the first administrator.</summary>
public sealed partial class SetupPage
{
    private string? _failure;
    private bool _isOpen;

    [CascadingParameter]
    private HttpContext Context { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "code")]
    private string? Code { get; set; }

    [SupplyParameterFromForm(FormName = "setup")]
    private Candidate? Form { get; set; }

    [Inject]
    private FirstAdministrator Administrator { get; set; } = default!;

    [Inject]
    private PageSignIn SignIn { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    protected override void OnInitialized()
    {
        _isOpen = Administrator.Accepts(Form?.Code ?? Code);
    }

    private async Task SubmitAsync()
    {
        var (name, password) = (Form?.Name ?? "", Form?.Password ?? "");
        if (!_isOpen)
        {
            Context.Response.StatusCode = StatusCodes.Status403Forbidden;
        }
        else if (FirstAdministrator.FindProblem(name, password, Form?.Again ?? "") is { } problem)
        {
            Context.Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
            _failure = ReasonText.Of(problem);
        }
        else if (await Administrator.NameAsync(Form!.Code!, name, password, SignIn.AddressOf(Context), Context.RequestAborted))
        {
            await SignIn.StartAsync(Context, name);
            Context.Response.Redirect(ReturnAddress.Of(Context.Request.PathBase, null));
        }
        else
        {
            _isOpen = false;
        }
    }

    private sealed class Candidate
    {
        public string? Code { get; set; }

        public string? Name { get; set; }

        public string? Password { get; set; }

        public string? Again { get; set; }
    }
}
