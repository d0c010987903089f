using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using Portal.Registry.Auth.Tokens;
using Portal.Registry.Auth.TokenServer;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Fuzz;

/// <summary>Damaged tokens: refused, or good for no more than they say.</summary>
public sealed class TokenFuzzTests
{
    private static readonly string[] Pieces = [".", "..", "=", "e30", "eyJ", "A", "-", "_", "+", "/", " ", "\0", "é", "\ud800", "W10", "bnVsbA"];

    private static readonly string[] ScopePieces = [":", "::", ",", "(", ")", "*", "/", "..", "repository", "registry:catalog:*", "pull", "é", "\0", "\ud800", " "];

    private readonly TokenSigner _signer = new("ES256");

    [Fact]
    public Task Verify_OfDamagedTokens_TakesOrRefuses()
    {
        var header = new JsonObject { ["typ"] = "JWT", ["alg"] = "ES256", ["kid"] = "0", ["jwk"] = _signer.Jwk() }.ToJsonString();
        var claims = TokenSigner.Claims("""[{"type":"repository","class":"image","name":"team/app","actions":["pull","*"]},{"type":"registry","name":"catalog","actions":["*"]}]""");
        claims["portal"] = new JsonObject { ["at"] = 1, ["token"] = 2 };
        var good = claims.ToJsonString();
        var trusted = new TrustedKeys([], [("0", TokenKey.OfJwk(JsonDocument.Parse(_signer.Jwk().ToJsonString()).RootElement)!)], TimeProvider.System);
        var rules = new TokenRules(TokenSigner.Issuer, TokenSigner.Service, TokenKey.Algorithms, HasClasses: true);
        var verifier = new TokenVerifier(rules, () => trusted, TimeProvider.System);
        return FuzzRun.RepeatAsync(10_000, random =>
        {
            // What is damaged before it is signed gets beyond the signature.
            var token = random.Next(5) switch
            {
                0 => random.Damage(_signer.Sign(header, good), Pieces),
                1 => _signer.Sign(random.DamageJson(header), good),
                2 => Sign(header, random.Damage(Encoding.UTF8.GetBytes(good))),
                _ => _signer.Sign(header, random.DamageJson(good)),
            };
            try
            {
                var read = verifier.Verify(token);

                Assert.NotEqual(string.Empty, read.Subject);
                Assert.False(read.Granted.IsAdministrator);
                Assert.Same(read, verifier.Verify(token));
            }
            catch (TokenRefusedException exception)
            {
                Assert.InRange(exception.Message.Length, 1, 400);
            }
        });

        string Sign(string head, byte[] body)
        {
            var signed = _signer.Sign(head, good).Split('.');
            return $"{signed[0]}.{Base64Url.EncodeToString(body)}.{signed[2]}";
        }
    }

    [Fact]
    public Task OfJwk_OfDamagedKeys_IsAKeyOrNone()
    {
        string[] good = [.. new[] { "ES256", "ES384", "ES512", "RS256", "EdDSA" }.Select(algorithm => new TokenSigner(algorithm).Jwk("0").ToJsonString())];
        return FuzzRun.RepeatAsync(5_000, random =>
        {
            var text = random.Next(2) == 0 ? random.DamageJson(random.Pick(good)) : random.Damage(random.Pick(good), Pieces);
            JsonDocument json;
            try
            {
                json = JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
            }
            catch (JsonException)
            {
                return;
            }

            using (json)
            {
                if (TokenKey.OfJwk(json.RootElement) is { } key)
                {
                    Assert.Equal(43, key.Thumbprint.Length);
                    Assert.All(TokenKey.Algorithms, algorithm => Assert.False(key.Verify(algorithm, "text"u8.ToArray(), "signature"u8.ToArray())));
                }
            }
        });
    }

    [Fact]
    public Task ParseAll_OfDamagedScopes_TakesOrRefuses() => FuzzRun.RepeatAsync(30_000, random =>
    {
        var text = random.Damage("repository:team/app:pull,push repository(plugin):host:5000/a:* registry:catalog:*", ScopePieces);
        try
        {
            // What is read is what was written, so that an answer can be asked for again.
            var scopes = TokenScope.ParseAll(new StringValues(text));

            Assert.Equal(scopes.Select(scope => scope.ToString()), TokenScope.ParseAll(string.Join(' ', scopes)).Select(scope => scope.ToString()));
        }
        catch (FormatException exception)
        {
            Assert.InRange(exception.Message.Length, 1, 300);
        }
    });
}
