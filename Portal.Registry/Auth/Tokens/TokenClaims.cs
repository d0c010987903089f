using System.Text.Json;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;

namespace Portal.Registry.Auth.Tokens;

/// <summary>What a verified token says.</summary>
/// <param name="Subject">Whom it names; null for nobody.</param>
/// <param name="Granted">What it allows.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="Portal">What the portal's own token server adds; null in tokens of others.</param>
public sealed record TokenClaims(string? Subject, Rights Granted, DateTimeOffset ExpiresAt, PortalClaim? Portal)
{
    private const int MaxAccess = 1000;
    private const int MaxSubject = 255;

    // Some thousand years before the last time that there is, so that a minute can be added.
    private const double LatestTime = 221_845_392_000;

    /// <summary>The name of <see cref="Portal"/> in a token.</summary>
    internal const string PortalName = "portal";

    /// <summary>Reads the claims of a token and compares them with what is expected.</summary>
    /// <param name="claims">The token's second part.</param>
    /// <exception cref="TokenRefusedException">They are malformed, of another time, or for somebody else.</exception>
    internal static TokenClaims Read(JsonElement claims, TokenRules rules, DateTimeOffset now)
    {
        if (rules.Issuer is { } issuer && JsonWebToken.TextOf(claims, "iss") is var from && from != issuer)
        {
            throw new TokenRefusedException($"it was made by {TokenRefusedException.Quote(from)}, and not by {TokenRefusedException.Quote(issuer)} (iss)");
        }

        RequireAudience(claims, rules.Service);
        var expiresAt = ReadTime(claims, "exp") ?? throw new TokenRefusedException("it says no end (exp)");
        if (now > expiresAt + rules.Leeway)
        {
            throw new TokenRefusedException($"it ended at {expiresAt:u} (exp)");
        }

        if (ReadTime(claims, "nbf") is { } begin && now < begin - rules.Leeway)
        {
            throw new TokenRefusedException($"it begins at {begin:u} (nbf)");
        }

        var subject = JsonWebToken.TextOf(claims, "sub");
        if (subject?.Length > MaxSubject || subject?.Any(char.IsControl) is true)
        {
            throw new TokenRefusedException($"its name is longer than {MaxSubject} characters, or holds control characters (sub)");
        }

        return new TokenClaims(string.IsNullOrEmpty(subject) ? null : subject, ReadAccess(claims, rules.HasClasses), expiresAt, PortalClaim.Read(claims));
    }

    /// <summary>The name of a kind of resource, and its class: <c>repository(plugin)</c>.</summary>
    internal static (string Type, string? Class) SplitType(string type)
    {
        return type.EndsWith(')') && type.IndexOf('(', StringComparison.Ordinal) is > 0 and var open
            ? (type[..open], type[(open + 1)..^1])
            : (type, null);
    }

    private static void RequireAudience(JsonElement claims, string service)
    {
        var isOurs = claims.TryGetProperty("aud", out var audience) && audience.ValueKind switch
        {
            JsonValueKind.String => JsonWebToken.TextOf(audience) == service,
            JsonValueKind.Array => audience.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.String && JsonWebToken.TextOf(item) == service),
            _ => false,
        };
        if (!isOurs)
        {
            throw new TokenRefusedException($"it is not for {TokenRefusedException.Quote(service)} (aud)");
        }
    }

    /// <summary>Seconds since 1970, also with a fraction (RFC 7519, 2); null when there is none.</summary>
    private static DateTimeOffset? ReadTime(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < LatestTime
            ? DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds)
            : throw new TokenRefusedException($"its {name} is no time");
    }

    private static Rights ReadAccess(JsonElement claims, bool hasClasses)
    {
        if (!claims.TryGetProperty("access", out var access) || access.ValueKind is JsonValueKind.Null)
        {
            return Rights.None;
        }

        if (access.ValueKind is not JsonValueKind.Array || access.GetArrayLength() > MaxAccess)
        {
            throw new TokenRefusedException($"its access is no list of at most {MaxAccess} entries");
        }

        var grants = new List<Grant>();
        var seesCatalog = false;
        foreach (var entry in access.EnumerateArray())
        {
            var (type, name, actions) = ReadEntry(entry);
            var (kind, classOfType) = SplitType(type);
            if (kind is "repository" && RepositoryName.TryParse(name, out var repository))
            {
                var allowed = actions.Aggregate(RepositoryActions.None, (all, word) => all | RepositoryActionNames.Parse(word));
                var contentClass = JsonWebToken.TextOf(entry, "class") is { Length: > 0 } written ? written : classOfType;
                grants.Add(new Grant(RepositoryPattern.Exactly(repository), allowed, hasClasses ? contentClass ?? ManifestRules.Image : null));
            }

            seesCatalog |= (kind, name) is ("registry", "catalog") && actions.Contains("*");
        }

        return new Rights(grants, isAdministrator: false, seesCatalog);
    }

    private static (string Type, string Name, IReadOnlyList<string> Actions) ReadEntry(JsonElement entry)
    {
        return entry.ValueKind is JsonValueKind.Object
            && JsonWebToken.TextOf(entry, "type") is { } type
            && JsonWebToken.TextOf(entry, "name") is { } name
            && entry.TryGetProperty("actions", out var actions) && actions.ValueKind is JsonValueKind.Array or JsonValueKind.Null
                ? (type, name, actions.ValueKind is JsonValueKind.Null
                    ? []
                    : [.. actions.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(JsonWebToken.TextOf)])
                : throw new TokenRefusedException("an entry of its access is not {\"type\", \"name\", \"actions\"}");
    }
}

/// <summary>What the portal's own token server writes into a token for itself.</summary>
/// <param name="IssuedAt">Milliseconds since 1970: the standard claim has whole seconds.</param>
/// <param name="AccessTokenId">The access token with which it was got; null for a password.</param>
public sealed record PortalClaim(long IssuedAt, long? AccessTokenId)
{
    internal static PortalClaim? Read(JsonElement claims)
    {
        return claims.TryGetProperty(TokenClaims.PortalName, out var portal) && portal.ValueKind is JsonValueKind.Object
            && portal.TryGetProperty("at", out var at) && at.ValueKind is JsonValueKind.Number && at.TryGetInt64(out var issuedAt)
            && (!portal.TryGetProperty("token", out var token) || token.ValueKind is JsonValueKind.Number)
                ? new PortalClaim(issuedAt, token.ValueKind is JsonValueKind.Number && token.TryGetInt64(out var id) ? id : null)
                : null;
    }
}
