using System.Security.Claims;
using Portal.Registry.Auth;

namespace Portal.Web.Hosting;

/// <summary>Asks for the registry's names and passwords before any page, in the browser's own dialog (RFC 7617).</summary>
public static class Passwords
{
    /// <param name="access">Null where everyone may come in.</param>
    public static void UsePasswords(this IApplicationBuilder app, IAccessController? access)
    {
        if (access is null)
        {
            return;
        }

        app.Use(async (context, next) =>
        {
            if (await access.AuthenticateAsync(context) is not { Name: { } name, Kind: IdentityKind.Password })
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = access.Challenge(context, new Access(AccessKind.SignedIn), caller: null);
                context.Response.ContentType = "text/plain; charset=utf-8";
                await context.Response.WriteAsync("These pages ask for the name and the password that \"docker login\" takes.\n", context.RequestAborted);
                return;
            }

            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "htpasswd"));
            await next(context);
        });
    }
}
