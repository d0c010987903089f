using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace Portal.Registry.Auth.Tokens;

/// <summary>A public key that may have signed tokens. It verifies by its own kind of algorithm alone (RFC 7518, 3.1).</summary>
public abstract class TokenKey
{
    private const string Ed25519Oid = "1.3.101.112";

    /// <summary>Every algorithm that is safe. None of them has a shared secret, and <c>none</c> is none of them.</summary>
    public static IReadOnlyList<string> Algorithms { get; } =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];

    /// <param name="publicKey">A SubjectPublicKeyInfo in DER.</param>
    /// <param name="members">What RFC 7638, 3.2 wants in a thumbprint, as JSON.</param>
    private protected TokenKey(ReadOnlySpan<byte> publicKey, string members)
    {
        LibtrustId = Registry.LibtrustId.Of(publicKey);
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }

    /// <summary>Its id by libtrust's rule.</summary>
    public string LibtrustId { get; }

    /// <summary>Its id by RFC 7638, with SHA-256.</summary>
    public string Thumbprint { get; }

    /// <summary>The one algorithm that its JSON Web Key allows; null for each that fits.</summary>
    private string? OnlyAlgorithm { get; init; }

    /// <returns>Null when the certificate's key is of a kind or size that is not taken.</returns>
    public static TokenKey? OfCertificate(X509Certificate2 certificate)
    {
        try
        {
            return certificate.PublicKey.Oid.Value is Ed25519Oid
                ? EdwardsTokenKey.Of(certificate.PublicKey.EncodedKeyValue.RawData)
                : certificate.GetECDsaPublicKey() is { } elliptic ? EllipticTokenKey.Of(elliptic)
                : certificate.GetRSAPublicKey() is { } rsa ? RsaTokenKey.Of(rsa)
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <param name="jwk">RFC 7517; a private part is passed over.</param>
    /// <returns>Null when it is of a kind or size that is not taken, a shared secret say, or is not for signatures.</returns>
    public static TokenKey? OfJwk(JsonElement jwk)
    {
        try
        {
            if (jwk.ValueKind is not JsonValueKind.Object || Text(jwk, "use") is not (null or "sig"))
            {
                return null;
            }

            var only = Text(jwk, "alg");
            return (Text(jwk, "kty"), Text(jwk, "crv")) switch
            {
                ("RSA", _) => RsaTokenKey.Of(Number(jwk, "n"), Number(jwk, "e"), only),
                ("EC", { } curve) => EllipticTokenKey.Of(curve, Number(jwk, "x"), Number(jwk, "y"), only),
                ("OKP", "Ed25519") => EdwardsTokenKey.Of(Number(jwk, "x"), only),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or InvalidOperationException or PlatformNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Whether this key made the signature. False for an algorithm that is not this key's.</summary>
    public bool Verify(string algorithm, byte[] text, byte[] signature)
    {
        return (OnlyAlgorithm is null || OnlyAlgorithm == algorithm) && VerifyBy(algorithm, text, signature);
    }

    /// <inheritdoc cref="Verify"/>
    private protected abstract bool VerifyBy(string algorithm, byte[] text, byte[] signature);

    private protected static HashAlgorithmName HashOf(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static string? Text(JsonElement jwk, string name)
    {
        return jwk.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static byte[] Number(JsonElement jwk, string name)
    {
        return Base64Url.DecodeFromChars(Text(jwk, name) ?? throw new FormatException($"a key without {name}"));
    }

    private sealed class RsaTokenKey : TokenKey
    {
        // What a key may cost: a longer one makes each verification slow.
        private const int LeastBits = 2048;
        private const int MostBits = 8192;
        private const int MostExponentBytes = 4;

        private readonly RSA _rsa;
        private readonly Lock _turn = new();

        private RsaTokenKey(RSA rsa, RSAParameters numbers)
            : base(
                rsa.ExportSubjectPublicKeyInfo(),
                $$"""{"e":"{{Base64Url.EncodeToString(numbers.Exponent)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(numbers.Modulus)}}"}""")
        {
            _rsa = rsa;
        }

        public static RsaTokenKey? Of(RSA rsa, string? only = null)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            return rsa.KeySize is >= LeastBits and <= MostBits && numbers.Exponent!.Length <= MostExponentBytes
                ? new RsaTokenKey(rsa, numbers) { OnlyAlgorithm = only }
                : null;
        }

        public static RsaTokenKey? Of(byte[] modulus, byte[] exponent, string? only)
        {
            // The framework does not expect numbers without a byte.
            return modulus.Length is >= LeastBits / 8 and <= MostBits / 8 && exponent.Length is >= 1 and <= MostExponentBytes
                ? Of(RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent }), only)
                : null;
        }

        private protected override bool VerifyBy(string algorithm, byte[] text, byte[] signature)
        {
            var padding = algorithm switch
            {
                "RS256" or "RS384" or "RS512" => RSASignaturePadding.Pkcs1,
                "PS256" or "PS384" or "PS512" => RSASignaturePadding.Pss,
                _ => null,
            };

            // The framework does not promise that a key may be used by two threads at once.
            lock (_turn)
            {
                return padding is not null && _rsa.VerifyData(text, signature, HashOf(algorithm), padding);
            }
        }
    }

    private sealed class EllipticTokenKey : TokenKey
    {
        private static readonly (string Name, ECCurve Curve, int Bits, string Algorithm)[] Curves =
        [
            ("P-256", ECCurve.NamedCurves.nistP256, 256, "ES256"),
            ("P-384", ECCurve.NamedCurves.nistP384, 384, "ES384"),
            ("P-521", ECCurve.NamedCurves.nistP521, 521, "ES512"),
        ];

        private readonly ECDsa _key;
        private readonly string _algorithm;
        private readonly Lock _turn = new();

        private EllipticTokenKey(ECDsa key, string curve, string algorithm)
            : base(key.ExportSubjectPublicKeyInfo(), Members(curve, key.ExportParameters(includePrivateParameters: false).Q))
        {
            (_key, _algorithm) = (key, algorithm);
        }

        public static EllipticTokenKey? Of(ECDsa key)
        {
            var curve = Array.Find(Curves, curve => curve.Bits == key.KeySize);
            return curve.Name is not null && key.ExportParameters(includePrivateParameters: false).Curve.Oid?.Value == curve.Curve.Oid.Value
                ? new EllipticTokenKey(key, curve.Name, curve.Algorithm)
                : null;
        }

        public static EllipticTokenKey? Of(string name, byte[] x, byte[] y, string? only)
        {
            var curve = Array.Find(Curves, curve => curve.Name == name);
            return curve.Name is null
                ? null
                : new EllipticTokenKey(
                    ECDsa.Create(new ECParameters { Curve = curve.Curve, Q = new ECPoint { X = x, Y = y } }), curve.Name, curve.Algorithm)
                { OnlyAlgorithm = only };
        }

        private protected override bool VerifyBy(string algorithm, byte[] text, byte[] signature)
        {
            lock (_turn)
            {
                return algorithm == _algorithm && _key.VerifyData(text, signature, HashOf(algorithm));
            }
        }

        private static string Members(string curve, ECPoint point)
        {
            return $$"""{"crv":"{{curve}}","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
        }
    }

    /// <summary>Ed25519 (RFC 8032), which the framework does not have.</summary>
    private sealed class EdwardsTokenKey : TokenKey
    {
        private const int Size = 32;
        private const int SignatureSize = 64;

        // Of a SubjectPublicKeyInfo all but the key itself (RFC 8410, 4).
        private static readonly byte[] Head = Convert.FromHexString("302a300506032b6570032100");

        private readonly byte[] _key;

        private EdwardsTokenKey(byte[] key)
            : base([.. Head, .. key], $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64Url.EncodeToString(key)}}"}""")
        {
            _key = key;
        }

        public static EdwardsTokenKey? Of(byte[] key, string? only = null)
        {
            return key.Length == Size ? new EdwardsTokenKey(key) { OnlyAlgorithm = only is "Ed25519" ? "EdDSA" : only } : null;
        }

        private protected override bool VerifyBy(string algorithm, byte[] text, byte[] signature)
        {
            return algorithm is "EdDSA" && signature.Length == SignatureSize
                && Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Verify(signature, 0, _key, 0, text, 0, text.Length);
        }
    }
}
