using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Portal.Registry.Configuration;

namespace Portal.Registry.Auth;

/// <summary><c>auth.htpasswd</c>: a name, and its password or one of its access tokens, at each request (RFC 7617).</summary>
public sealed class BasicController(UserSignIn users, string realm, LiveConfiguration live) : IAccessController
{
    private readonly string _challenge = $"Basic realm=\"{realm}\"";

    public ValueTask<Identity?> AuthenticateAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (StringValues.IsNullOrEmpty(header))
        {
            return new ValueTask<Identity?>(Identity.Anonymous);
        }

        return BasicCredentials.TryParse(header.ToString(), out var credentials)
            ? users.SignInAsync(credentials.Name, credentials.Password, ClientAddress.Of(context, live.Current.Portal.TrustedProxies))
            : new ValueTask<Identity?>((Identity?)null);
    }

    public string? Challenge(HttpContext context, Access wanted, Identity? caller) => _challenge;
}
