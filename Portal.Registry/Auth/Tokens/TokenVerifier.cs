using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Portal.Storage.Blobs;

namespace Portal.Registry.Auth.Tokens;

/// <summary>What is expected of a token.</summary>
/// <param name="Issuer">Who has to have made it (<c>iss</c>); null for whoever has the key.</param>
/// <param name="Service">For whom it has to be (<c>aud</c>).</param>
/// <param name="Algorithms">By which it may be signed: some of <see cref="TokenKey.Algorithms"/>.</param>
/// <param name="HasClasses">Whether it bounds classes of content; an entry that names none is for images then, as upstream has it.</param>
public sealed record TokenRules(string? Issuer, string Service, IReadOnlyList<string> Algorithms, bool HasClasses)
{
    /// <summary>How far the clocks of two machines may be apart.</summary>
    public TimeSpan Leeway { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>
/// Tells whether a token counts, and what it says. A signature is tested once: a token that was good is remembered by its hash
/// until it ends, or other keys are trusted.
/// </summary>
/// <param name="keys">Whose signatures count now.</param>
public sealed class TokenVerifier(TokenRules rules, Func<TrustedKeys> keys, TimeProvider time)
{
    // A token's weight is the number of its grants.
    private const int Remembered = 100_000;

    private readonly BoundedCache<Fingerprint, Verified> _verified = new(Remembered, verified => 1 + verified.Claims.Granted.Grants.Count);

    /// <exception cref="TokenRefusedException">It does not count.</exception>
    public TokenClaims Verify(string text)
    {
        var trusted = keys();
        var now = time.GetUtcNow();
        var fingerprint = Fingerprint.Of(text);
        if (_verified.TryGet(fingerprint, out var known) && known.Keys == trusted && now <= known.Claims.ExpiresAt + rules.Leeway)
        {
            return known.Claims;
        }

        // The claims first: they cost less than a signature, and nobody hears which of the two was wrong.
        var token = JsonWebToken.Parse(text);
        if (!rules.Algorithms.Contains(token.Algorithm, StringComparer.Ordinal))
        {
            throw new TokenRefusedException($"the algorithm {TokenRefusedException.Quote(token.Algorithm)} is not taken (alg)");
        }

        var claims = TokenClaims.Read(token.Claims, rules, now);
        if (!trusted.Find(token).Any(key => key.Verify(token.Algorithm, token.SignedText, token.Signature)))
        {
            throw new TokenRefusedException($"its signature by {token.Algorithm} is not that of its key");
        }

        _verified.Set(fingerprint, new Verified(claims, trusted));
        return claims;
    }

    private sealed record Verified(TokenClaims Claims, TrustedKeys Keys);

    private readonly record struct Fingerprint(UInt128 First, UInt128 Second)
    {
        public static Fingerprint Of(string text)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
            return MemoryMarshal.Read<Fingerprint>(hash);
        }
    }
}
