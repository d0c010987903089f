using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Portal.Storage.Reasons;

namespace Portal.Registry.Schema1;

/// <summary>
/// A key of Docker's libtrust: a JSON Web Key (RFC 7517) on a NIST curve or of RSA, with an id of libtrust's own making.
/// One that a manifest brings verifies; one of a file, or a new one, signs as well.
/// </summary>
public sealed class SigningKey : IDisposable
{
    // What a client's key may cost: a longer one makes each verification slow.
    private const int LeastRsaBits = 1024;
    private const int MostRsaBits = 8192;
    private const int MostExponentBytes = 4;
    private const int MostFileBytes = 64 * 1024;

    private static readonly (string Name, ECCurve Curve, HashAlgorithmName Hash, string Algorithm)[] Curves =
    [
        ("P-256", ECCurve.NamedCurves.nistP256, HashAlgorithmName.SHA256, "ES256"),
        ("P-384", ECCurve.NamedCurves.nistP384, HashAlgorithmName.SHA384, "ES384"),
        ("P-521", ECCurve.NamedCurves.nistP521, HashAlgorithmName.SHA512, "ES512"),
    ];

    private readonly Lock _turn = new();
    private readonly ECDsa? _elliptic;
    private readonly RSA? _rsa;

    private SigningKey(AsymmetricAlgorithm key)
    {
        _elliptic = key as ECDsa;
        _rsa = key as RSA;
        Id = LibtrustId.Of(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>libtrust's id (<see cref="LibtrustId"/>).</summary>
    public string Id { get; }

    /// <summary>How this key signs (RFC 7518, 3.1).</summary>
    public string Algorithm => _rsa is not null ? "RS256" : Curve().Algorithm;

    /// <summary>A new key on P-256, as upstream makes one when it is given none.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private key: a JSON Web Key, or PEM.</summary>
    /// <exception cref="IOException">The file cannot be read, or holds no key that can sign; the message names it.</exception>
    public static SigningKey Load(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > MostFileBytes)
        {
            throw new UnusableFileException(file.Exists
                ? new Reason(FileFault.SigningKeyTooLarge, $"compatibility.schema1.signingkeyfile: {path} is too large for a key")
                : new Reason(FileFault.SigningKeyMissing, $"compatibility.schema1.signingkeyfile: {path} does not exist"));
        }

        try
        {
            var text = File.ReadAllText(path);
            return text.TrimStart().StartsWith('{') ? OfJson(text) : OfPem(text);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException or ArgumentException or FormatException or InvalidOperationException)
        {
            throw new UnusableFileException(
                new Reason(
                    FileFault.NoSigningKey,
                    $"compatibility.schema1.signingkeyfile: {path} holds no private key that can be used; it has to be a JSON Web Key or PEM, on P-256, P-384 or P-521, or of RSA"),
                exception);
        }
    }

    /// <summary>The public key that a signature brings along.</summary>
    /// <exception cref="CryptographicException">It is none that can be used.</exception>
    public static SigningKey OfJwk(JsonElement jwk) => Import(jwk, withPrivate: false);

    /// <summary>The public key of a certificate that a signature brings along.</summary>
    /// <exception cref="CryptographicException">It is none that can be used.</exception>
    public static SigningKey OfCertificate(X509Certificate2 certificate)
    {
        AsymmetricAlgorithm? key = certificate.GetECDsaPublicKey() is { } elliptic ? elliptic : certificate.GetRSAPublicKey();
        if (key is ECDsa curve)
        {
            _ = CurveOf(curve);
        }

        return key is not null && (key is ECDsa || key.KeySize is >= LeastRsaBits and <= MostRsaBits)
            ? new SigningKey(key)
            : throw new CryptographicException("not a kind of key that is known");
    }

    /// <param name="algorithm">What the signature says it was made with: only the key's own is believed.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature, string? algorithm)
    {
        if (_elliptic is not null)
        {
            return algorithm == Algorithm && _elliptic.VerifyData(data, signature, Curve().Hash);
        }

        HashAlgorithmName? hash = algorithm switch
        {
            "RS256" => HashAlgorithmName.SHA256,
            "RS384" => HashAlgorithmName.SHA384,
            "RS512" => HashAlgorithmName.SHA512,
            _ => null,
        };
        return hash is not null && _rsa!.VerifyData(data, signature, hash.Value, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Signs by <see cref="Algorithm"/>; for a curve the two numbers side by side (RFC 7518, 3.4).</summary>
    public byte[] Sign(byte[] data)
    {
        // The framework does not promise that a key may be used by two threads at once.
        lock (_turn)
        {
            return _elliptic is not null
                ? _elliptic.SignData(data, Curve().Hash)
                : _rsa!.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    /// <summary>Writes the public key as an object, in the order of libtrust.</summary>
    public void WriteJwk(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (_elliptic is not null)
        {
            var point = _elliptic.ExportParameters(includePrivateParameters: false).Q;
            writer.WriteString("crv", Curve().Name);
            writer.WriteString("kid", Id);
            writer.WriteString("kty", "EC");
            writer.WriteString("x", Base64Url.EncodeToString(point.X));
            writer.WriteString("y", Base64Url.EncodeToString(point.Y));
        }
        else
        {
            var numbers = _rsa!.ExportParameters(includePrivateParameters: false);
            writer.WriteString("e", Base64Url.EncodeToString(numbers.Exponent));
            writer.WriteString("kid", Id);
            writer.WriteString("kty", "RSA");
            writer.WriteString("n", Base64Url.EncodeToString(numbers.Modulus));
        }

        writer.WriteEndObject();
    }

    public void Dispose()
    {
        _elliptic?.Dispose();
        _rsa?.Dispose();
    }

    private static SigningKey OfJson(string text)
    {
        using var json = JsonDocument.Parse(text);
        return Import(json.RootElement, withPrivate: true);
    }

    private static SigningKey OfPem(string text)
    {
        // libtrust puts "keyID: …" into the envelope, where the framework takes none.
        var plain = string.Join('\n', text.Split('\n').Where(line => !line.Contains(": ", StringComparison.Ordinal)));
        if (!plain.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            throw new CryptographicException("not a private key");
        }

        if (plain.Contains("RSA PRIVATE KEY", StringComparison.Ordinal))
        {
            return OfRsaPem(plain);
        }

        var elliptic = ECDsa.Create();
        try
        {
            elliptic.ImportFromPem(plain);
            _ = CurveOf(elliptic);
            return new SigningKey(elliptic);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            elliptic.Dispose();

            // The envelope of PKCS #8 does not say which kind of key is in it.
            return OfRsaPem(plain);
        }
    }

    private static SigningKey OfRsaPem(string text)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(text);
        return new SigningKey(rsa);
    }

    private static SigningKey Import(JsonElement jwk, bool withPrivate)
    {
        byte[] Number(string name) => Base64Url.DecodeFromChars(Text(jwk, name));
        if (Text(jwk, "kty") == "EC")
        {
            var name = Text(jwk, "crv");
            var curve = Array.Find(Curves, curve => curve.Name == name);
            if (curve.Name is null)
            {
                throw new CryptographicException("not a curve that is known");
            }

            return new SigningKey(ECDsa.Create(new ECParameters
            {
                Curve = curve.Curve,
                Q = new ECPoint { X = Number("x"), Y = Number("y") },
                D = withPrivate ? Number("d") : null,
            }));
        }

        if (Text(jwk, "kty") != "RSA")
        {
            throw new CryptographicException("not a kind of key that is known");
        }

        var numbers = new RSAParameters { Modulus = Number("n"), Exponent = Number("e") };
        if (numbers.Modulus.Length * 8 is < LeastRsaBits or > MostRsaBits || numbers.Exponent.Length > MostExponentBytes)
        {
            throw new CryptographicException("not a length of key that is taken");
        }

        if (withPrivate)
        {
            (numbers.D, numbers.P, numbers.Q) = (Number("d"), Number("p"), Number("q"));
            (numbers.DP, numbers.DQ, numbers.InverseQ) = (Number("dp"), Number("dq"), Number("qi"));
        }

        return new SigningKey(RSA.Create(numbers));
    }

    private static string Text(JsonElement jwk, string name)
    {
        return jwk.ValueKind == JsonValueKind.Object && jwk.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new CryptographicException($"a key without {name}");
    }

    private (string Name, ECCurve Curve, HashAlgorithmName Hash, string Algorithm) Curve() => CurveOf(_elliptic!);

    private static (string Name, ECCurve Curve, HashAlgorithmName Hash, string Algorithm) CurveOf(ECDsa key) => key.KeySize switch
    {
        256 => Curves[0],
        384 => Curves[1],
        521 => Curves[2],
        _ => throw new CryptographicException("not a curve that is known"),
    };
}
