using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Portal.Registry.Auth.Tokens;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>A key that signs tokens by ES256, and its certificate.</summary>
internal sealed class SigningPair
{
    public const string Algorithm = "ES256";

    private readonly ECDsa _key;
    private readonly Lock _turn = new();

    /// <param name="from">From when on it signs.</param>
    public SigningPair(ECDsa key, X509Certificate2 certificate, DateTimeOffset from)
    {
        (_key, Certificate, From) = (key, certificate, from);
        Public = TokenKey.OfCertificate(certificate)!;
        var header = new
        {
            typ = "JWT",
            alg = Algorithm,
            kid = Public.LibtrustId,
            x5c = new[] { Convert.ToBase64String(certificate.RawData) },
        };
        Header = System.Buffers.Text.Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header));
    }

    public DateTimeOffset From { get; }

    public X509Certificate2 Certificate { get; }

    public TokenKey Public { get; }

    /// <summary>The first part of each token that it signs.</summary>
    public string Header { get; }

    public byte[] PrivateKey => _key.ExportPkcs8PrivateKey();

    /// <summary>The two numbers side by side (RFC 7518, 3.4).</summary>
    public byte[] Sign(ReadOnlySpan<byte> text)
    {
        // The framework does not promise that a key may be used by two threads at once.
        lock (_turn)
        {
            return _key.SignData(text, HashAlgorithmName.SHA256);
        }
    }

    /// <summary>Adds the public key to a JSON Web Key Set.</summary>
    public void WriteJwk(Utf8JsonWriter writer)
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        writer.WriteStartObject();
        writer.WriteString("kty", "EC");
        writer.WriteString("crv", "P-256");
        writer.WriteString("x", System.Buffers.Text.Base64Url.EncodeToString(point.X));
        writer.WriteString("y", System.Buffers.Text.Base64Url.EncodeToString(point.Y));
        writer.WriteString("kid", Public.LibtrustId);
        writer.WriteString("use", "sig");
        writer.WriteString("alg", Algorithm);
        writer.WriteEndObject();
    }
}
