using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Portal.Registry.Configuration;

namespace Portal.Web.SignIn;

/// <summary>
/// Sends a browser to a server elsewhere that says who its user is, and checks what comes back (OpenID Connect Core 1.0,
/// the code flow with PKCE). The library is large: it is loaded when somebody first comes this way.
/// </summary>
/// <remarks>
/// The framework's handler is used by itself. As one of the host's authentication schemes it would be asked at every
/// request, those of the registry too.
/// </remarks>
public sealed class OpenIdClient(
    OpenIdConfiguration configuration, OpenIdSignIn signIn, IDataProtectionProvider protection, TimeProvider time, ILoggerFactory log) : IDisposable
{
    /// <summary>Where the server sends the browser back to.</summary>
    public const string CallbackPath = $"/{PortalUrls.OpenId}/callback";

    private const string Name = "openid";

    /// <summary>How long the server may take for an answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Lock _turn = new();
    private OpenIdConnectOptions? _options;

    /// <summary>Sends a browser to the server.</summary>
    /// <param name="back">A path of this host, for the time after.</param>
    public async Task AskAsync(HttpContext context, string back)
    {
        try
        {
            var handler = await HandlerForAsync(context);
            await handler.ChallengeAsync(new AuthenticationProperties { RedirectUri = back });
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or HttpRequestException)
        {
            signIn.TellUnreachable(context, exception);
        }
    }

    /// <summary>Takes what a browser brings back from there.</summary>
    public async Task ReceiveAsync(HttpContext context)
    {
        var handler = await HandlerForAsync(context);
        if (!await handler.HandleRequestAsync())
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }

    public void Dispose() => _options?.Backchannel.Dispose();

    private async Task<OpenIdConnectHandler> HandlerForAsync(HttpContext context)
    {
        OpenIdConnectOptions options;
        lock (_turn)
        {
            options = _options ??= CreateOptions();
        }

        var handler = new OpenIdConnectHandler(new Fixed(options), log, HtmlEncoder.Default, UrlEncoder.Default);
        await handler.InitializeAsync(new AuthenticationScheme(Name, displayName: null, typeof(OpenIdConnectHandler)), context);
        return handler;
    }

    private OpenIdConnectOptions CreateOptions()
    {
        var options = new OpenIdConnectOptions
        {
            Authority = configuration.Issuer!.ToString(),
            RequireHttpsMetadata = configuration.Issuer.Scheme == Uri.UriSchemeHttps,
            ClientId = configuration.ClientId,
            ClientSecret = configuration.ClientSecret?.Value,
            CallbackPath = CallbackPath,
            ResponseType = OpenIdConnectResponseType.Code,
            ResponseMode = OpenIdConnectResponseMode.Query,
            UsePkce = true,
            MapInboundClaims = false,
            DisableTelemetry = true,
            BackchannelTimeout = Patience,
            TimeProvider = time,

            // Some servers tell name and groups there alone.
            GetClaimsFromUserInfoEndpoint = true,
            Events = new OpenIdConnectEvents
            {
                OnTokenValidated = RequireSignature,
                OnTicketReceived = signIn.ReceiveAsync,
                OnRemoteFailure = signIn.RefuseAsync,
            },
        };
        options.Scope.Clear();
        foreach (var scope in configuration.Scopes.Prepend("openid").Distinct(StringComparer.Ordinal))
        {
            options.Scope.Add(scope);
        }

        options.ClaimActions.MapJsonKey(configuration.NameClaim, configuration.NameClaim);
        options.ClaimActions.MapJsonKey(configuration.GroupsClaim, configuration.GroupsClaim);

        // The way back is a link to this host, and the portal may be asked for without TLS.
        options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        new OpenIdConnectPostConfigureOptions(protection).PostConfigure(Name, options);
        return options;
    }

    /// <summary>The specification leaves it out for what comes straight from the server (3.1.3.7): one that signs nothing is not asked for here.</summary>
    private static Task RequireSignature(TokenValidatedContext validated)
    {
        if (validated.SecurityToken is not { SignatureAlgorithm: { Length: > 0 } and not "none", RawSignature.Length: > 0 })
        {
            validated.Fail("the server's token is not signed");
        }

        return Task.CompletedTask;
    }

    private sealed class Fixed(OpenIdConnectOptions options) : IOptionsMonitor<OpenIdConnectOptions>
    {
        public OpenIdConnectOptions CurrentValue => options;

        public OpenIdConnectOptions Get(string? name) => options;

        public IDisposable? OnChange(Action<OpenIdConnectOptions, string?> listener) => null;
    }
}
