using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Registry.Auth.Tokens;
using Portal.Registry.Configuration;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>
/// Makes the tokens of the portal's own server, and knows whom one is of. A token's user is looked up each time it comes:
/// disabled, deleted or signed out everywhere, or with the access token revoked, it ends at once.
/// </summary>
public sealed class TokenIssuer(
    TokenKeyFile keys, Accounts accounts, UserDirectory users, AccountActivity activity, TokenServerConfiguration configuration, TimeProvider time)
{
    private readonly TokenVerifier _verifier = new(
        new TokenRules(configuration.Issuer, configuration.Service, [SigningPair.Algorithm], HasClasses: false) { Leeway = TimeSpan.Zero }, () => keys.Trusted, time);

    /// <summary>A signed token.</summary>
    /// <param name="who">Whom it is for; somebody without a name gets one too.</param>
    /// <param name="granted">What it allows.</param>
    /// <param name="issuer">Who it says made it, unless the configuration says so.</param>
    public string Issue(Identity who, IReadOnlyList<TokenScope> granted, string issuer, DateTimeOffset now)
    {
        var pair = keys.Signing;
        var text = $"{pair.Header}.{Base64Url.EncodeToString(WriteClaims(who, granted, configuration.Issuer ?? issuer, now))}";
        return $"{text}.{Base64Url.EncodeToString(pair.Sign(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>What the client may keep in place of the credentials it has just shown.</summary>
    /// <returns>Null for nobody with a name, and when the credentials have ended meanwhile.</returns>
    public string? IssueRefresh(Identity who, DateTimeOffset now)
    {
        return who.Name is { } name && FindCredential(name, who.TokenId) is { } credential
            ? new RefreshToken(name, now, who.TokenId, RefreshToken.CredentialOf(credential, keys.RefreshSecret)).Sign(keys.RefreshSecret)
            : null;
    }

    /// <param name="user">Whom it was given to, also when it counts no more; null when it was never given out.</param>
    /// <returns>Null when it counts no more.</returns>
    public Identity? Redeem(string refreshToken, IPAddress? address, out string? user)
    {
        var token = RefreshToken.Parse(refreshToken, keys.RefreshSecret);
        user = token?.User;
        return token is not null
            && time.GetUtcNow() <= token.IssuedAt + configuration.RefreshExpiration
            && FindCredential(token.User, token.AccessTokenId) is { } credential
            && CryptographicOperations.FixedTimeEquals(RefreshToken.CredentialOf(credential, keys.RefreshSecret), token.Credential)
                ? Find(IdentityKind.Password, token.User, token.AccessTokenId, token.IssuedAt, address)
                : null;
    }

    /// <summary>Whom a signed token is of.</summary>
    /// <returns>Null when the user or the access token has ended.</returns>
    /// <exception cref="TokenRefusedException">It is not one of this server, or has ended.</exception>
    public Identity? Identify(string token, IPAddress? address)
    {
        var claims = _verifier.Verify(token);
        if (claims.Portal is not { } portal)
        {
            throw new TokenRefusedException($"it lacks what the token server writes for itself ({TokenClaims.PortalName})");
        }

        return claims.Subject is not { } name
            ? new Identity { Kind = IdentityKind.Bearer, Granted = claims.Granted }
            : Find(IdentityKind.Bearer, name, portal.AccessTokenId, DateTimeOffset.FromUnixTimeMilliseconds(portal.IssuedAt), address) is { } identity
                ? identity with { Granted = claims.Granted }
                : null;
    }

    private Identity? Find(IdentityKind kind, string name, long? tokenId, DateTimeOffset since, IPAddress? address)
    {
        var current = accounts.Current;
        var account = current.Find(name);
        if (account is { IsDisabled: true } || account?.ValidFrom > since || !users.IsThere(name))
        {
            return null;
        }

        if (tokenId is not { } id)
        {
            return new Identity { Kind = kind, Name = name };
        }

        if (current.FindToken(id) is not { } known || known.Token.User != name || known.Token.ExpiresAt <= time.GetUtcNow())
        {
            return null;
        }

        activity.Used(known.Token, address);
        return new Identity
        {
            Kind = kind is IdentityKind.Bearer ? kind : IdentityKind.AccessToken,
            Name = name,
            TokenName = known.Token.Name,
            TokenId = id,
            Limit = known.Limit,
        };
    }

    /// <summary>The hash of the password or of the access token; null when there is none any more.</summary>
    private string? FindCredential(string name, long? tokenId)
    {
        return tokenId is { } id
            ? accounts.Current.FindToken(id) is { } known ? Convert.ToHexString(known.Token.Hash) : null
            : users.FindCredential(name);
    }

    private byte[] WriteClaims(Identity who, IReadOnlyList<TokenScope> granted, string issuer, DateTimeOffset now)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("iss", issuer);
            writer.WriteString("sub", who.Name ?? "");
            writer.WriteString("aud", configuration.Service);
            writer.WriteNumber("exp", (now + configuration.Expiration).ToUnixTimeSeconds());
            writer.WriteNumber("nbf", now.ToUnixTimeSeconds());
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteString("jti", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)));
            writer.WriteStartArray("access");
            foreach (var scope in granted)
            {
                writer.WriteStartObject();
                writer.WriteString("type", scope.Type);
                if (scope.Class is { } contentClass)
                {
                    writer.WriteString("class", contentClass);
                }

                writer.WriteString("name", scope.Name);
                writer.WriteStartArray("actions");
                foreach (var action in scope.Actions)
                {
                    writer.WriteStringValue(action);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject(TokenClaims.PortalName);
            writer.WriteNumber("at", now.ToUnixTimeMilliseconds());
            if (who.TokenId is { } id)
            {
                writer.WriteNumber("token", id);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
