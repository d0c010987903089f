using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Portal.Registry.Auth.Tokens;
using Portal.Registry.Configuration;
using Portal.Registry.Protocol;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>
/// <c>auth.htpasswd</c> with <c>portal.tokenserver</c>: clients are told to get a token, and those that send a name and a
/// password all the same are let in by them.
/// </summary>
public sealed partial class OwnTokenController(
    TokenIssuer issuer, BasicController passwords, RegistryLinks links, string service, LiveConfiguration live, ILogger<OwnTokenController> logger) : IAccessController
{
    public ValueTask<Identity?> AuthenticateAsync(HttpContext context)
    {
        if (StringValues.IsNullOrEmpty(context.Request.Headers.Authorization))
        {
            return new ValueTask<Identity?>(Identity.Anonymous);
        }

        return BearerChallenge.TokenOf(context.Request) is { } token
            ? new ValueTask<Identity?>(Identify(context, token))
            : passwords.AuthenticateAsync(context);
    }

    public string Challenge(HttpContext context, Access wanted, Identity? caller)
    {
        var path = links.Prefix + TokenEndpoint.TokenPath;
        return BearerChallenge.Of(links.Absolute(context.Request, path) ?? path, service, context, wanted, BearerChallenge.ErrorOf(context, caller));
    }

    private Identity? Identify(HttpContext context, string token)
    {
        try
        {
            var identity = issuer.Identify(token, ClientAddress.Of(context, live.Current.Portal.TrustedProxies));
            if (identity is null)
            {
                Log.Refused(logger, "its user, or the access token it was got with, has ended");
            }

            return identity;
        }
        catch (TokenRefusedException exception)
        {
            Log.Refused(logger, exception.Message);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "a token is refused: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
