using System.Globalization;
using Microsoft.AspNetCore.Components;
using Portal.Registry.Auth;
using Portal.Web.SignIn;
using Portal.Web.Words;

namespace Portal.Web.Components.Pages;

/// <summary>The way in: a form that a browser sends by itself, and the button for OpenID Connect.</summary>
public sealed partial class SignInPage
{
    private string? _failure;

    [CascadingParameter]
    private HttpContext Context { get; set; } = default!;

    /// <summary>Where to go on then.</summary>
    [SupplyParameterFromQuery(Name = "returnUrl")]
    private string? ReturnUrl { get; set; }

    /// <summary>What went wrong elsewhere, by one of a few words.</summary>
    [SupplyParameterFromQuery(Name = "problem")]
    private string? Problem { get; set; }

    [SupplyParameterFromForm(FormName = "signin")]
    private NameAndPassword? Form { get; set; }

    [Inject]
    private PageSignIn SignIn { get; set; } = default!;

    [Inject]
    private PortalSettings Settings { get; set; } = default!;

    private bool HasName => !string.IsNullOrEmpty(Form?.Name);

    protected override void OnInitialized()
    {
        _failure = SignInProblems.Describe(Problem);
        if (Context.GetSession() is not null && HttpMethods.IsGet(Context.Request.Method) && _failure is null)
        {
            GoOn();
        }
    }

    private async Task SubmitAsync()
    {
        try
        {
            switch (await SignIn.SignInAsync(Context, Form?.Name ?? "", Form?.Password ?? ""))
            {
                case SignInOutcome.SignedIn:
                    GoOn();
                    return;
                case SignInOutcome.Disabled:
                    Fail(StatusCodes.Status403Forbidden, SignInWords.Disabled);
                    return;
                default:
                    Fail(StatusCodes.Status401Unauthorized, SignInWords.WrongPassword);
                    return;
            }
        }
        catch (TooManyTriesException exception)
        {
            var seconds = (int)Math.Ceiling(exception.Wait.TotalSeconds);
            Context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            Fail(StatusCodes.Status429TooManyRequests, SignInWords.TooManyTries.With(seconds));
        }
    }

    private void Fail(int status, string message)
    {
        Context.Response.StatusCode = status;
        _failure = message;
    }

    private void GoOn() => Context.Response.Redirect(ReturnAddress.Of(Context.Request.PathBase, ReturnUrl));

    private sealed class NameAndPassword
    {
        public string? Name { get; set; }

        public string? Password { get; set; }
    }
}
