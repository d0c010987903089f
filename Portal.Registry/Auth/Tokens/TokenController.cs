using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Protocol;

namespace Portal.Registry.Auth.Tokens;

/// <summary><c>auth.token</c>: signed tokens of a server elsewhere, which say themselves what is allowed (RFC 6750).</summary>
public sealed partial class TokenController(
    TokenVerifier verifier, TokenAuthConfiguration configuration, RegistryLinks links, ILogger<TokenController> logger) : IAccessController
{
    /// <summary>Reads the token. Clients that have a password may send it here as well: it is nothing to this registry.</summary>
    public ValueTask<Identity?> AuthenticateAsync(HttpContext context)
    {
        if (BearerChallenge.TokenOf(context.Request) is not { } token)
        {
            return new ValueTask<Identity?>(Identity.Anonymous);
        }

        try
        {
            var claims = verifier.Verify(token);
            return new ValueTask<Identity?>(new Identity { Kind = IdentityKind.ForeignBearer, Name = claims.Subject, Granted = claims.Granted });
        }
        catch (TokenRefusedException exception)
        {
            Log.Refused(logger, exception.Message);
            return new ValueTask<Identity?>((Identity?)null);
        }
    }

    public string Challenge(HttpContext context, Access wanted, Identity? caller)
    {
        var realm = configuration.AutoRedirect
            ? links.Absolute(context.Request, configuration.AutoRedirectPath, scheme: "https") ?? configuration.Realm
            : configuration.Realm;
        return BearerChallenge.Of(realm, configuration.Service, context, wanted, BearerChallenge.ErrorOf(context, caller));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "a token is refused: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
