using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Auth.Tokens;
using Portal.Registry.Configuration;
using Portal.Registry.Observability;
using Portal.Registry.Protocol;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>
/// <c>/auth/token</c>: tokens for names and passwords, access tokens, refresh tokens and nobody, in the two forms that clients
/// of registries use: a GET with Basic, and a POST of OAuth 2 (RFC 6749). <c>/auth/keys</c>: the public keys.
/// </summary>
public sealed class TokenEndpoint(
    TokenIssuer issuer,
    TokenKeyFile keys,
    UserSignIn users,
    UserDirectory directory,
    Permissions permissions,
    AuditTrail audit,
    RegistryLinks links,
    LiveConfiguration live,
    TokenServerConfiguration configuration,
    string realm,
    TimeProvider time)
{
    /// <summary>Behind <c>http.prefix</c>.</summary>
    internal const string TokenPath = "auth/token";

    private const string KeysPath = "auth/keys";

    private readonly string _token = links.Prefix + TokenPath;
    private readonly string _keys = links.Prefix + KeysPath;

    /// <summary>Whether an address is one of these.</summary>
    internal bool TakesPath(string path) => path == _token || path == _keys;

    /// <exception cref="OciException">The request of a GET is refused.</exception>
    internal Task AnswerAsync(HttpContext context, string path, RequestLogEntry entry)
    {
        var isToken = path == _token;
        return context.Request.Method switch
        {
            "GET" or "HEAD" => isToken ? GetAsync(context, entry) : WriteAsync(context, StatusCodes.Status200OK, "application/jwk-set+json", keys.Jwks),
            "POST" when isToken => PostAsync(context, entry),
            _ => throw Unsupported(context, isToken ? "GET, HEAD, POST" : "GET, HEAD"),
        };
    }

    private static OciException Unsupported(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return new OciException(ErrorCode.Unsupported, "the address does not take this method", ("method", context.Request.Method));
    }

    private async Task GetAsync(HttpContext context, RequestLogEntry entry)
    {
        var query = context.Request.Query;
        var header = context.Request.Headers.Authorization.ToString();
        var caller = Identity.Anonymous;
        if (header.Length > 0)
        {
            var isBasic = BasicCredentials.TryParse(header, out var credentials);
            caller = isBasic ? await SignInAsync(context, credentials.Name, credentials.Password) : null;
            if (caller is null)
            {
                context.Response.Headers.WWWAuthenticate = $"Basic realm=\"{realm}\"";
                throw new OciException(
                    ErrorCode.Unauthorized, isBasic ? "there is no such user, or the password is another one" : "a name and its password are taken here, or nothing (Basic)");
            }
        }

        entry.User = caller.Name;
        if (FindWrongService(query["service"].ToString()) is { } wrong)
        {
            throw new OciException(ErrorCode.Denied, wrong);
        }

        IReadOnlyList<TokenScope> asked;
        try
        {
            asked = TokenScope.ParseAll(query["scope"]);
        }
        catch (FormatException exception)
        {
            throw new OciException(ErrorCode.Denied, exception.Message);
        }

        await AnswerAsync(context, caller, asked, wantsRefresh: query["offline_token"] == "true", isOAuth: false);
    }

    private async Task PostAsync(HttpContext context, RequestLogEntry entry)
    {
        try
        {
            var form = await TokenForm.ReadAsync(context, time);
            var caller = form["grant_type"] switch
            {
                "password" => await SignInAsync(context, form.Require("username"), form.Require("password"))
                    ?? throw new OAuthException("invalid_grant", "there is no such user, or the password is another one"),
                "refresh_token" => Redeem(context, form.Require("refresh_token")),
                null => throw new OAuthException("invalid_request", "grant_type is missing; it is password or refresh_token"),
                _ => throw new OAuthException("unsupported_grant_type", "grant_type is password or refresh_token"),
            };
            entry.User = caller.Name;
            if (FindWrongService(form["service"]) is { } wrong)
            {
                throw new OAuthException("invalid_request", wrong);
            }

            await AnswerAsync(context, caller, form.ReadScopes(), wantsRefresh: form["access_type"] == "offline", isOAuth: true);
        }
        catch (OAuthException exception)
        {
            await WriteErrorAsync(context, StatusCodes.Status400BadRequest, exception.Error, exception.Message);
        }
        catch (TooManyTriesException exception)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(exception.Wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await WriteErrorAsync(context, StatusCodes.Status429TooManyRequests, "temporarily_unavailable", exception.Message);
        }
    }

    /// <exception cref="TooManyTriesException">Too many wrong passwords came.</exception>
    private async ValueTask<Identity?> SignInAsync(HttpContext context, string name, string password)
    {
        var address = ClientAddress.Of(context, live.Current.Portal.TrustedProxies);
        var identity = await users.SignInAsync(name, password, address);
        if (identity is null)
        {
            audit.Add(AuditAction.SignInFailed, directory.NameIfKnown(name), address, detail: new Reason(AuditNote.WrongAtTokenServer, $"token server: wrong name or password"));
        }

        return identity;
    }

    private Identity Redeem(HttpContext context, string refreshToken)
    {
        var address = ClientAddress.Of(context, live.Current.Portal.TrustedProxies);
        if (issuer.Redeem(refreshToken, address, out var user) is { } identity)
        {
            return identity;
        }

        audit.Add(AuditAction.SignInFailed, user, address, detail: new Reason(AuditNote.OldRefreshToken, $"token server: a refresh token that counts no more"));
        throw new OAuthException("invalid_grant", "the refresh token counts no more: log in again");
    }

    /// <returns>Null when the service is this registry, or none is named.</returns>
    private string? FindWrongService(string? service)
    {
        return string.IsNullOrEmpty(service) || service == configuration.Service
            ? null
            : $"tokens are for the service \"{configuration.Service}\" here (portal.tokenserver.service), not for {TokenRefusedException.Quote(service)}";
    }

    private Task AnswerAsync(HttpContext context, Identity caller, IReadOnlyList<TokenScope> asked, bool wantsRefresh, bool isOAuth)
    {
        // What nothing is left of is not granted, which is no error: the registry says so when the token is used.
        var granted = asked.Select(scope => scope.For(caller, permissions)).Where(scope => scope.Actions.Count > 0).ToList();
        var now = time.GetUtcNow();
        var origin = links.Absolute(context.Request, "/");
        var token = issuer.Issue(caller, granted, origin is null ? configuration.Service : new Uri(origin).Authority, now);
        var answer = new Dictionary<string, object>
        {
            ["access_token"] = token,
            ["expires_in"] = (int)configuration.Expiration.TotalSeconds,
            ["issued_at"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        if (isOAuth)
        {
            answer["token_type"] = "Bearer";
            answer["scope"] = string.Join(' ', granted);
        }
        else
        {
            answer["token"] = token;
        }

        if (wantsRefresh && issuer.IssueRefresh(caller, now) is { } refresh)
        {
            answer["refresh_token"] = refresh;
        }

        return WriteAsync(context, StatusCodes.Status200OK, ErrorResponse.ContentType, JsonSerializer.SerializeToUtf8Bytes(answer));
    }

    /// <summary>RFC 6749, 5.2.</summary>
    private static Task WriteErrorAsync(HttpContext context, int status, string error, string description)
    {
        var answer = new Dictionary<string, string> { ["error"] = error, ["error_description"] = description };
        return WriteAsync(context, status, ErrorResponse.ContentType, JsonSerializer.SerializeToUtf8Bytes(answer));
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
