using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Portal.Registry.Auth.Tokens;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>
/// The keys of the token server: the one that signs, the one before it, whose tokens may still be out, and the one after it,
/// which is made known ahead. Their certificates come from an authority of the portal's own, which stays when keys change.
/// </summary>
internal sealed class KeyRing
{
    private const int Curve256Bits = 256;
    private const int SecretSize = 32;

    // A certificate only says whose key it is: when a key is used is not its matter.
    private static readonly TimeSpan AuthorityLifetime = TimeSpan.FromDays(20 * 365);
    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(5 * 365);
    private static readonly TimeSpan ClockDifference = TimeSpan.FromDays(1);

    private readonly IReadOnlyList<SigningPair> _keys;
    private readonly X509Certificate2 _authority;

    private KeyRing(X509Certificate2 authority, byte[] refreshSecret, IReadOnlyList<SigningPair> keys, TimeProvider time)
    {
        (_authority, RefreshSecret, _keys) = (authority, refreshSecret, keys);
        Trusted = new TrustedKeys([], [.. keys.Select(pair => ((string?)null, pair.Public))], time);
    }

    /// <summary>Makes refresh tokens.</summary>
    public byte[] RefreshSecret { get; }

    /// <summary>Whose tokens count.</summary>
    public TrustedKeys Trusted { get; }

    /// <summary>For others: the certificate to which those of all keys lead.</summary>
    public string AuthorityPem => _authority.ExportCertificatePem() + "\n";

    public static KeyRing Create(TimeSpan rotation, TimeProvider time)
    {
        var now = time.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Registry Portal tokens", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var authority = request.CreateSelfSigned(now - ClockDifference, now + AuthorityLifetime);
        return new KeyRing(
            authority,
            RandomNumberGenerator.GetBytes(SecretSize),
            [CreatePair(authority, now, now), CreatePair(authority, now, now + rotation)],
            time);
    }

    /// <exception cref="InvalidDataException">The text is not what <see cref="ToJson"/> made.</exception>
    public static KeyRing Parse(ReadOnlySpan<byte> json, TimeProvider time)
    {
        try
        {
            if (JsonSerializer.Deserialize<Kept>(json, JsonSerializerOptions.Web) is
                { Authority: { } authority, RefreshSecret.Length: SecretSize, Keys: [_, ..] keys } kept)
            {
                var (certificate, key) = Import(authority);
                return new KeyRing(
                    certificate.CopyWithPrivateKey(key),
                    kept.RefreshSecret,
                    [.. keys.Select(ImportPair).OrderBy(pair => pair.From)],
                    time);
            }
        }
        catch (Exception exception) when (exception is JsonException or CryptographicException or FormatException or ArgumentException or InvalidOperationException)
        {
            // Told below.
        }

        throw new InvalidDataException();
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new Kept(
            new KeptKey(default, _authority.GetECDsaPrivateKey()!.ExportPkcs8PrivateKey(), _authority.RawData),
            RefreshSecret,
            [.. _keys.Select(pair => new KeptKey(pair.From, pair.PrivateKey, pair.Certificate.RawData))]),
        JsonSerializerOptions.Web);

    /// <summary>The key that signs now.</summary>
    public SigningPair At(DateTimeOffset now) => _keys.LastOrDefault(pair => pair.From <= now) ?? _keys[0];

    /// <summary>Whether a key signs now after which no other one is known.</summary>
    public bool IsAtItsEnd(DateTimeOffset now) => _keys[^1].From <= now;

    /// <summary>With one more key for later, and without those before the last one.</summary>
    public KeyRing Advance(TimeSpan rotation, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var from = _keys[^1].From + rotation;
        return new KeyRing(_authority, RefreshSecret, [.. _keys.TakeLast(2), CreatePair(_authority, now, from > now ? from : now + rotation)], time);
    }

    /// <summary>A JSON Web Key Set (RFC 7517, 5).</summary>
    public byte[] ToJwks()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys");
            foreach (var pair in _keys)
            {
                pair.WriteJwk(writer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static SigningPair CreatePair(X509Certificate2 authority, DateTimeOffset now, DateTimeOffset from)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Registry Portal token", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        var end = from + CertificateLifetime;
        var last = new DateTimeOffset(authority.NotAfter.ToUniversalTime());
        var certificate = request.Create(authority, now - ClockDifference, end < last ? end : last, RandomNumberGenerator.GetBytes(16));
        return new SigningPair(key, certificate, from);
    }

    private static SigningPair ImportPair(KeptKey kept)
    {
        var (certificate, key) = Import(kept);
        return new SigningPair(key, certificate, kept.From);
    }

    private static (X509Certificate2 Certificate, ECDsa Key) Import(KeptKey kept)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(kept.Key, out _);
        return key.KeySize == Curve256Bits ? (X509CertificateLoader.LoadCertificate(kept.Certificate), key) : throw new CryptographicException();
    }

    private sealed record Kept(KeptKey Authority, byte[] RefreshSecret, IReadOnlyList<KeptKey> Keys);

    private sealed record KeptKey(DateTimeOffset From, byte[] Key, byte[] Certificate);
}
