using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Portal.Registry.Configuration;
using Portal.Web.Hosting;

namespace Portal.Web.SignIn;

/// <summary>Signing in to the pages: services, and the addresses that are no pages.</summary>
public static class PageSignInExtensions
{
    /// <summary>Adds sign-in; users, sessions and permissions are there already.</summary>
    /// <param name="openId">A server elsewhere that says who somebody is; null for none.</param>
    public static void AddPageSignIn(this IServiceCollection services, OpenIdConfiguration? openId)
    {
        services.AddSingleton<PageSignIn>();
        if (openId is not null)
        {
            services.AddSingleton(openId);
            services.AddSingleton<OpenIdSignIn>();
            services.AddSingleton<OpenIdClient>();
        }

        services.Configure<AntiforgeryOptions>(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);

        // Forms and pages that were sent before a restart still count after it. Made when the first page is asked for.
        services.AddOptions<KeyManagementOptions>().Configure<DataFolder, ILoggerFactory>((keys, data, log) =>
            keys.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(data.MakePageKeys()), log));
    }

    /// <summary>Maps signing out, and the way through OpenID Connect.</summary>
    public static void MapPageSignIn(this IEndpointRouteBuilder endpoints, bool hasOpenId)
    {
        if (hasOpenId)
        {
            endpoints.MapGet("/" + PortalUrls.OpenId, (HttpContext context, OpenIdClient client) =>
                client.AskAsync(context, ReturnAddress.Of(context.Request.PathBase, context.Request.Query["returnUrl"])));
            endpoints.MapGet(OpenIdClient.CallbackPath, (HttpContext context, OpenIdClient client) => client.ReceiveAsync(context));
        }

        endpoints.MapPost("/" + PortalUrls.SignOut, async (HttpContext context, IAntiforgery antiforgery, PageSignIn signIn) =>
        {
            // A form of a session that has ended asks for what is done already.
            if (context.GetSession() is not null && !await antiforgery.IsRequestValidAsync(context))
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            await signIn.SignOutAsync(context);
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect(ReturnAddress.Of(context.Request.PathBase, PortalUrls.SignInPath));
        });
    }
}
