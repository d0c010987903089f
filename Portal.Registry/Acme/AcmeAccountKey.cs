using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Portal.Registry.Acme;

/// <summary>The key that is an ACME account: ES256 (RFC 7518, 3.4) over the curve P-256.</summary>
public sealed class AcmeAccountKey : IDisposable
{
    private readonly ECDsa _key;

    private AcmeAccountKey(ECDsa key)
    {
        _key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;

        // The order of the members is the thumbprint's (RFC 7638, 3).
        Jwk = new JsonObject
        {
            ["crv"] = "P-256",
            ["kty"] = "EC",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Jwk.ToJsonString())));
    }

    /// <summary>The key's SHA-256, by which a challenge names the account (RFC 8555, 8.1).</summary>
    public string Thumbprint { get; }

    /// <summary>The public half.</summary>
    public JsonObject Jwk { get; }

    public static AcmeAccountKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <exception cref="CryptographicException">It is no key over P-256.</exception>
    /// <exception cref="ArgumentException">It is no PEM.</exception>
    public static AcmeAccountKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key.KeySize == 256 ? new AcmeAccountKey(key) : throw new CryptographicException("the account's key is not over P-256");
    }

    public string ToPem() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>Signs a request (RFC 7515, flattened).</summary>
    /// <param name="header">The protected header without its algorithm.</param>
    /// <param name="payload">JSON; empty for a POST that only reads.</param>
    public string Sign(JsonObject header, string payload)
    {
        header["alg"] = "ES256";
        var protectedText = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()));
        var payloadText = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        var signature = _key.SignData(
            Encoding.ASCII.GetBytes($"{protectedText}.{payloadText}"), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return new JsonObject
        {
            ["protected"] = protectedText,
            ["payload"] = payloadText,
            ["signature"] = Base64Url.EncodeToString(signature),
        }.ToJsonString();
    }

    public void Dispose() => _key.Dispose();
}
