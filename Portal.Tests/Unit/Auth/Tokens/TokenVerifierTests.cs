using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth;
using Portal.Registry.Auth.Tokens;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth.Tokens;

/// <summary>Which tokens count, and which attacks do not.</summary>
public sealed class TokenVerifierTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly TokenSigner _signer = new("ES256");

    public static TheoryData<string> Algorithms => [.. TokenKey.Algorithms];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Verify_ByEachAlgorithm_IsTheClaims(string algorithm)
    {
        var signer = new TokenSigner(algorithm);

        var claims = Verifier(signer).Verify(signer.Sign(null, ("kid", "0")));

        Assert.Equal("ada", claims.Subject);
        Assert.Equal(RepositoryActions.Pull | RepositoryActions.Push, claims.Granted.On("team/app"));
        Assert.Equal(RepositoryActions.None, claims.Granted.On("team/other"));
        Assert.False(claims.Granted.SeesCatalog);
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Verify_OfAChangedToken_IsRefused(string algorithm)
    {
        var signer = new TokenSigner(algorithm);
        var parts = signer.Sign(null, ("kid", "0")).Split('.');
        var other = TokenSigner.Claims();
        other["sub"] = "eve";

        Refuses(Verifier(signer), $"{parts[0]}.{TokenSigner.Encode(other.ToJsonString())}.{parts[2]}", "signature");
        Refuses(Verifier(signer), $"{parts[0]}.{parts[1]}.", "signature");
        Refuses(Verifier(new TokenSigner(algorithm)), string.Join('.', parts), "signature");
    }

    [Fact]
    public void Verify_ByAKeyThatIsNamedByItsThumbprint_OrBroughtAlong_IsGood()
    {
        var key = TokenKey.OfJwk(Element(_signer.Jwk()))!;

        Assert.Equal("ada", Verifier(_signer).Verify(_signer.Sign(null, ("kid", key.Thumbprint))).Subject);
        Assert.Equal("ada", Verifier(_signer).Verify(_signer.Sign(null, ("kid", key.LibtrustId))).Subject);
        Assert.Equal("ada", Verifier(_signer).Verify(_signer.Sign(null, ("jwk", _signer.Jwk()))).Subject);
    }

    /// <summary>RFC 7638, 3.1.</summary>
    [Fact]
    public void Thumbprint_OfTheSpecificationsKey_IsTheSpecifications()
    {
        var key = TokenKey.OfJwk(JsonDocument.Parse("""
            {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
            """).RootElement)!;

        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", key.Thumbprint);
    }

    [Theory]
    [InlineData("aud", "\"other.example.com\"", "aud")]
    [InlineData("aud", "[\"a\",\"b\"]", "aud")]
    [InlineData("aud", "[]", "aud")]
    [InlineData("aud", "null", "aud")]
    [InlineData("aud", "{\"registry.example.com\":1}", "aud")]
    [InlineData("iss", "\"attacker.example.com\"", "iss")]
    [InlineData("iss", "\"AUTH.example.com\"", "iss")]
    [InlineData("iss", "[\"auth.example.com\"]", "iss")]
    [InlineData("exp", "\"2999-01-01\"", "exp")]
    [InlineData("exp", "1e999", "exp")]
    [InlineData("exp", "-1", "exp")]
    [InlineData("exp", "253402300800", "exp")]
    [InlineData("nbf", "\"now\"", "nbf")]
    [InlineData("sub", "7", "sub")]
    [InlineData("sub", "\"a\\nb\"", "sub")]
    [InlineData("access", "{}", "access")]
    [InlineData("access", "[1]", "access")]
    [InlineData("access", "[{\"type\":\"repository\",\"name\":\"a\"}]", "access")]
    [InlineData("access", "[{\"type\":\"repository\",\"name\":\"a\",\"actions\":\"pull\"}]", "access")]
    public void Verify_OfAClaimThatIsWrong_IsRefused(string name, string value, string reason)
    {
        var claims = TokenSigner.Claims();
        claims.Remove(name);
        var text = claims.ToJsonString()[..^1] + $",\"{name}\":{value}}}";

        Refuses(Verifier(_signer), _signer.Sign("""{"alg":"ES256","kid":"0"}""", text), reason);
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("aud")]
    [InlineData("iss")]
    public void Verify_OfAClaimThatIsMissing_IsRefused(string name)
    {
        var claims = TokenSigner.Claims();
        claims.Remove(name);

        Refuses(Verifier(_signer), _signer.Sign(claims, ("kid", "0")), name);
    }

    [Fact]
    public void Verify_OfSeveralAudiences_NeedsOurs()
    {
        var claims = TokenSigner.Claims();
        claims["aud"] = new JsonArray("other.example.com", TokenSigner.Service);

        Assert.Equal("ada", Verifier(_signer).Verify(_signer.Sign(claims, ("kid", "0"))).Subject);
    }

    [Theory]
    [InlineData(-59, 300, true)]
    [InlineData(-62, -61, false)]
    [InlineData(59, 300, true)]
    [InlineData(62, 300, false)]
    [InlineData(-300, -59, true)]
    public void Verify_OfAnotherTime_HasAMinuteOfLeeway(int begin, int end, bool isGood)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var claims = TokenSigner.Claims();
        (claims["nbf"], claims["exp"]) = (now + begin, now + end);
        var token = _signer.Sign(claims, ("kid", "0"));

        if (isGood)
        {
            Assert.Equal("ada", Verifier(_signer).Verify(token).Subject);
        }
        else
        {
            Refuses(Verifier(_signer), token, begin > 0 ? "nbf" : "exp");
        }
    }

    [Fact]
    public void Verify_OfATokenThatIsRemembered_EndsWithIt()
    {
        var verifier = Verifier(_signer);
        var token = _signer.Sign(null, ("kid", "0"));
        Assert.Same(verifier.Verify(token), verifier.Verify(token));

        _time.Advance(TimeSpan.FromSeconds(362));

        Refuses(verifier, token, "exp");
    }

    [Fact]
    public void Verify_WithoutSignature_OrWithASharedSecret_IsRefused()
    {
        var rsa = new TokenSigner("RS256");
        var verifier = Verifier(rsa);
        var none = $"{TokenSigner.Encode("""{"alg":"none"}""")}.{TokenSigner.Encode(TokenSigner.Claims().ToJsonString())}.";
        Refuses(verifier, none, "alg");
        Refuses(verifier, none.Replace(TokenSigner.Encode("""{"alg":"none"}"""), TokenSigner.Encode("""{"alg":"None","kid":"0"}"""), StringComparison.Ordinal), "alg");

        // The public key, which everybody has, in the place of a secret.
        var text = $"{TokenSigner.Encode("""{"alg":"HS256","kid":"0"}""")}.{TokenSigner.Encode(TokenSigner.Claims().ToJsonString())}";
        foreach (var secret in new[] { ((RSA)rsa.Key).ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(((RSA)rsa.Key).ExportSubjectPublicKeyInfoPem()) })
        {
            Refuses(verifier, $"{text}.{System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}", "alg");
        }

        Refuses(Verifier(new RejectingKeys("""{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"0"}]}""")), $"{text}.AAAA", "alg");
    }

    [Fact]
    public void Verify_ByAnAlgorithmThatIsNotTheKeys_IsRefused()
    {
        var rsa = new TokenSigner("RS256");

        Refuses(Verifier(rsa), rsa.Sign(null, ("kid", "0"), ("alg", "ES256")), "signature");
        Refuses(Verifier(rsa), rsa.Sign(null, ("kid", "0"), ("alg", "PS256")), "signature");
        Refuses(Verifier(_signer), _signer.Sign(null, ("kid", "0"), ("alg", "RS256")), "signature");
        Refuses(Verifier(_signer), _signer.Sign(null, ("kid", "0"), ("alg", "ES384")), "signature");
        Refuses(Verifier(_signer), _signer.Sign(null, ("kid", "0"), ("alg", "EdDSA")), "signature");
        Refuses(Verifier(Keys(_signer), "RS256"), _signer.Sign(null, ("kid", "0")), "alg");
    }

    [Fact]
    public void Verify_ByAKeyThatTheAttackerBrings_IsRefused()
    {
        var attacker = new TokenSigner("ES256");

        Refuses(Verifier(_signer), attacker.Sign(null, ("jwk", attacker.Jwk())), "jwk");
        Refuses(Verifier(_signer), attacker.Sign(null, ("kid", "0")), "signature");

        // CVE-2025-24976: the id of a key that is trusted, on another one.
        Refuses(Verifier(_signer), attacker.Sign(null, ("jwk", attacker.Jwk("0"))), "jwk");
        Refuses(Verifier(_signer), attacker.Sign(null, ("jwk", attacker.Jwk("0")), ("kid", "0")), "jwk");
        Refuses(Verifier(_signer), attacker.Sign(null, ("jwk", attacker.Jwk(TokenKey.OfJwk(Element(_signer.Jwk()))!.Thumbprint))), "jwk");

        // The trusted key itself is of no use without its private part.
        Refuses(Verifier(_signer), attacker.Sign(null, ("jwk", _signer.Jwk())), "signature");
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/dev/null")]
    [InlineData("0/../0")]
    [InlineData("' OR '1'='1")]
    [InlineData("0\u0000")]
    [InlineData("")]
    [InlineData("http://attacker.example.com/keys")]
    public void Verify_ByAnIdThatIsAPath_IsAnUnknownKey(string id)
    {
        Refuses(Verifier(_signer), _signer.Sign(null, ("kid", id)), "kid");
    }

    [Theory]
    [InlineData("""{"alg":"ES256"}""", "which key")]
    [InlineData("""{"alg":"ES256","kid":7}""", "kid")]
    [InlineData("""{"alg":"ES256","kid":"0","crit":["b64"],"b64":false}""", "crit")]
    [InlineData("""{"alg":"ES256","kid":"0","typ":"refresh+jwt"}""", "typ")]
    [InlineData("""{"alg":"ES256","alg":"none","kid":"0"}""", "JSON")]
    [InlineData("""{"kid":"0"}""", "algorithm")]
    [InlineData("""[]""", "JSON")]
    [InlineData("""{"alg":"ES256","x5c":[]}""", "x5c")]
    [InlineData("""{"alg":"ES256","x5c":[1]}""", "x5c")]
    [InlineData("""{"alg":"ES256","kid":"\ud800"}""", "Unicode")]
    [InlineData("""{"alg":"ES256","kid":"0","\ud800":1}""", "JSON")]
    [InlineData("""{"alg":"RS256","jwk":{"kty":"RSA","n":"","e":"AQAB"}}""", "jwk")]
    [InlineData("""{"alg":"RS256","jwk":{"kty":"RSA","n":"AA","e":""}}""", "jwk")]
    [InlineData("""{"alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"","y":""}}""", "jwk")]
    public void Verify_OfAHeaderThatIsOdd_IsRefused(string header, string reason)
    {
        Refuses(Verifier(_signer), _signer.Sign(header, TokenSigner.Claims().ToJsonString()), reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("a.b.c.d.e")]
    [InlineData("e30.e30.")]
    [InlineData("e30=.e30.AA")]
    [InlineData("e3 0.e30.AA")]
    public void Verify_OfWhatIsNoToken_IsRefused(string text)
    {
        Assert.Throws<TokenRefusedException>(() => Verifier(_signer).Verify(text));
    }

    [Fact]
    public void Verify_OfATokenThatIsTooLong_IsRefused()
    {
        Refuses(Verifier(_signer), _signer.Sign(null, ("kid", "0"), ("x", new string('x', JsonWebToken.MaxLength))), "characters");
    }

    [Theory]
    [InlineData("[]", "None", false)]
    [InlineData("null", "None", false)]
    [InlineData("""[{"type":"repository","name":"team/app","actions":[]}]""", "None", false)]
    [InlineData("""[{"type":"repository","name":"team/app","actions":null}]""", "None", false)]
    [InlineData("""[{"type":"repository","name":"team/app","actions":["*"]}]""", "All", false)]
    [InlineData("""[{"type":"repository","name":"team/app","actions":["pull","magic",7]}]""", "Pull", false)]
    [InlineData("""[{"type":"repository","name":"team/*","actions":["pull"]},{"type":"repository","name":"**","actions":["*"]}]""", "None", false)]
    [InlineData("""[{"type":"repository(plugin)","name":"team/app","actions":["pull"]}]""", "Pull", false)]
    [InlineData("""[{"type":"repository","name":"TEAM/../app","actions":["pull"]}]""", "None", false)]
    [InlineData("""[{"type":"registry","name":"catalog","actions":["*"]}]""", "None", true)]
    [InlineData("""[{"type":"registry","name":"catalog","actions":["pull"]}]""", "None", false)]
    [InlineData("""[{"type":"repository","name":"team/app","actions":["pull"]},{"type":"repository","name":"team/app","actions":["delete"]}]""", "Pull, Delete", false)]
    public void Verify_OfAccess_GrantsWhatItSays(string access, string actions, bool seesCatalog)
    {
        var granted = Verifier(_signer).Verify(_signer.Sign(TokenSigner.Claims(access), ("kid", "0"))).Granted;

        Assert.Equal(Enum.Parse<RepositoryActions>(actions), granted.On("team/app"));
        Assert.Equal(seesCatalog, granted.SeesCatalog);
        Assert.False(granted.IsAdministrator);
    }

    [Fact]
    public void Verify_OfNobody_HasNoName()
    {
        var claims = TokenSigner.Claims();
        claims["sub"] = "";

        Assert.Null(Verifier(_signer).Verify(_signer.Sign(claims, ("kid", "0"))).Subject);
    }

    private static JsonElement Element(JsonNode node) => JsonDocument.Parse(node.ToJsonString()).RootElement;

    private static void Refuses(TokenVerifier verifier, string token, string reason)
    {
        Assert.Contains(reason, Assert.Throws<TokenRefusedException>(() => verifier.Verify(token)).Message, StringComparison.Ordinal);
    }

    private TrustedKeys Keys(TokenSigner signer)
    {
        return new TrustedKeys([], [("0", TokenKey.OfJwk(Element(signer.Jwk()))!)], _time);
    }

    private TokenVerifier Verifier(TokenSigner signer) => Verifier(Keys(signer));

    private TokenVerifier Verifier(RejectingKeys keys)
    {
        Assert.Null(TokenKey.OfJwk(JsonDocument.Parse(keys.Json).RootElement.GetProperty("keys")[0]));
        return Verifier(new TrustedKeys([], [], _time));
    }

    private TokenVerifier Verifier(TrustedKeys keys, params IReadOnlyList<string> algorithms)
    {
        return new TokenVerifier(
            new TokenRules(TokenSigner.Issuer, TokenSigner.Service, algorithms is [] ? TokenKey.Algorithms : algorithms, HasClasses: true), () => keys, _time);
    }

    private sealed record RejectingKeys(string Json);
}
