using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary><c>auth.htpasswd</c>: a name, and its password or one of its access tokens, at each request (RFC 7617).</summary>
public sealed class BasicController(UserSignIn users, UserDirectory directory, AuditTrail audit, string realm, LiveConfiguration live) : IAccessController
{
    private readonly string _challenge = $"Basic realm=\"{realm}\"";

    public ValueTask<Identity?> AuthenticateAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization;
        if (StringValues.IsNullOrEmpty(header))
        {
            return new ValueTask<Identity?>(Identity.Anonymous);
        }

        if (!BasicCredentials.TryParse(header.ToString(), out var credentials))
        {
            return new ValueTask<Identity?>((Identity?)null);
        }

        var address = ClientAddress.Of(context, live.Current.Portal.TrustedProxies);
        var signIn = users.SignInAsync(credentials.Name, credentials.Password, address);
        return signIn is { IsCompletedSuccessfully: true, Result: not null } ? signIn : new ValueTask<Identity?>(AwaitAsync(signIn, credentials.Name, address));
    }

    public string? Challenge(HttpContext context, Access wanted, Identity? caller) => _challenge;

    private async Task<Identity?> AwaitAsync(ValueTask<Identity?> signIn, string name, IPAddress? address)
    {
        var identity = await signIn;
        if (identity is null)
        {
            audit.Add(AuditAction.SignInFailed, directory.NameIfKnown(name), address, detail: new Reason(AuditNote.WrongAtRegistry, $"registry: wrong name or password"));
        }

        return identity;
    }
}
