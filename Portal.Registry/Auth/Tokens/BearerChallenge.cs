using Microsoft.AspNetCore.Http;
using Portal.Storage.Oci;

namespace Portal.Registry.Auth.Tokens;

/// <summary>The header by which a client learns where to get a token, and for what (RFC 6750, 3).</summary>
internal static class BearerChallenge
{
    private const string Scheme = "Bearer";

    /// <param name="realm">The token server's address.</param>
    /// <param name="service">This registry's name there.</param>
    /// <param name="wanted">What the request needs.</param>
    /// <param name="error"><c>invalid_token</c> or <c>insufficient_scope</c>; null when no token came.</param>
    public static string Of(string realm, string service, HttpContext context, Access wanted, string? error = null)
    {
        var scope = ScopeOf(context, wanted);
        return $"Bearer realm=\"{realm}\",service=\"{service}\"{(scope is null ? "" : $",scope=\"{scope}\"")}{(error is null ? "" : $",error=\"{error}\"")}";
    }

    /// <summary>What is wrong with the token of a request; null when it has none.</summary>
    public static string? ErrorOf(HttpContext context, Identity? caller)
    {
        return TokenOf(context.Request) is null ? null : caller is null ? "invalid_token" : "insufficient_scope";
    }

    /// <returns>Null when the request has no token.</returns>
    public static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && (header.Length == Scheme.Length || header[Scheme.Length] == ' ')
            ? header[Scheme.Length..].Trim(' ')
            : null;
    }

    private static string? ScopeOf(HttpContext context, Access wanted)
    {
        // A mount reads from another repository, and one token has to be good for both.
        return wanted.Kind is AccessKind.Repository
            && HttpMethods.IsPost(context.Request.Method)
            && RepositoryName.TryParse(context.Request.Query["from"].ToString(), out var from)
                ? $"{wanted.Scope} {new Access(AccessKind.Repository, from, RepositoryActions.Pull).Scope}"
                : wanted.Scope;
    }
}
