using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Portal.Tests.Fixtures;

/// <summary>Signs tokens as a token server elsewhere would, or as somebody would who wants to pass for one.</summary>
public sealed class TokenSigner
{
    public const string Issuer = "auth.example.com";
    public const string Service = "registry.example.com";

    private readonly AsymmetricAlgorithm? _key;
    private readonly Ed25519PrivateKeyParameters? _edwards;

    /// <param name="algorithm">By the names of RFC 7518.</param>
    /// <param name="key">The key; null for a new one.</param>
    public TokenSigner(string algorithm, AsymmetricAlgorithm? key = null)
    {
        Algorithm = algorithm;
        if (algorithm == "EdDSA")
        {
            _edwards = new Ed25519PrivateKeyParameters(RandomNumberGenerator.GetBytes(32), 0);
        }
        else
        {
            _key = key ?? (algorithm.StartsWith('E') ? ECDsa.Create(CurveOf(algorithm)) : RSA.Create(2048));
        }
    }

    public string Algorithm { get; }

    public AsymmetricAlgorithm Key => _key!;

    /// <summary>The public key as a JSON Web Key.</summary>
    public JsonObject Jwk(string? kid = null)
    {
        var jwk = _edwards is not null
            ? new JsonObject { ["kty"] = "OKP", ["crv"] = "Ed25519", ["x"] = Base64Url.EncodeToString(_edwards.GeneratePublicKey().GetEncoded()) }
            : _key is ECDsa elliptic ? Jwk(elliptic.ExportParameters(false))
            : Jwk(((RSA)_key!).ExportParameters(false));
        if (kid is not null)
        {
            jwk["kid"] = kid;
        }

        return jwk;
    }

    /// <summary>A file with the keys, each under its place as a name: <c>0</c>, <c>1</c>, …</summary>
    public static string WriteJwks(string path, params IReadOnlyList<TokenSigner> signers)
    {
        var keys = new JsonArray([.. signers.Select((signer, index) => signer.Jwk($"{index}"))]);
        File.WriteAllText(path, new JsonObject { ["keys"] = keys }.ToJsonString());
        return path;
    }

    /// <summary>Good claims for ada, who may pull and push team/app.</summary>
    public static JsonObject Claims(string access = """[{"type":"repository","name":"team/app","actions":["pull","push"]}]""", DateTimeOffset? now = null)
    {
        var time = (now ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "ada",
            ["aud"] = Service,
            ["exp"] = time + 300,
            ["nbf"] = time,
            ["iat"] = time,
            ["jti"] = "1",
            ["access"] = JsonNode.Parse(access),
        };
    }

    /// <param name="claims">Null for the good ones.</param>
    /// <param name="header">Is added to type and algorithm, or replaces them.</param>
    public string Sign(JsonObject? claims = null, params ReadOnlySpan<(string Name, JsonNode? Value)> header)
    {
        var head = new JsonObject { ["typ"] = "JWT", ["alg"] = Algorithm };
        foreach (var (name, value) in header)
        {
            head[name] = value;
        }

        return Sign(head.ToJsonString(), (claims ?? Claims()).ToJsonString());
    }

    /// <summary>The certificates of <c>x5c</c>.</summary>
    public static JsonArray Chain(params IEnumerable<X509Certificate2> certificates)
    {
        return [.. certificates.Select(certificate => JsonValue.Create(Convert.ToBase64String(certificate.RawData)))];
    }

    public string Sign(string header, string claims)
    {
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(SignBytes(Encoding.ASCII.GetBytes(text)))}";
    }

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private byte[] SignBytes(byte[] text)
    {
        if (_edwards is not null)
        {
            var signature = new byte[64];
            _edwards.Sign(Ed25519.Algorithm.Ed25519, null, text, 0, text.Length, signature, 0);
            return signature;
        }

        var hash = Algorithm[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        return _key is ECDsa elliptic
            ? elliptic.SignData(text, hash)
            : ((RSA)_key!).SignData(text, hash, Algorithm.StartsWith('P') ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static ECCurve CurveOf(string algorithm) => algorithm switch
    {
        "ES256" => ECCurve.NamedCurves.nistP256,
        "ES384" => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    };

    private static JsonObject Jwk(RSAParameters numbers) => new()
    {
        ["kty"] = "RSA",
        ["n"] = Base64Url.EncodeToString(numbers.Modulus),
        ["e"] = Base64Url.EncodeToString(numbers.Exponent),
    };

    private static JsonObject Jwk(ECParameters numbers) => new()
    {
        ["kty"] = "EC",
        ["crv"] = numbers.Q.X!.Length switch { 32 => "P-256", 48 => "P-384", _ => "P-521" },
        ["x"] = Base64Url.EncodeToString(numbers.Q.X),
        ["y"] = Base64Url.EncodeToString(numbers.Q.Y),
    };
}
