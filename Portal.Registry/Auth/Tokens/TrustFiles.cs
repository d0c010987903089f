using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portal.Registry.Tls;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth.Tokens;

/// <summary>
/// The keys of <c>auth.token.rootcertbundle</c> and <c>auth.token.jwks</c>. A change of the files counts a second later; when
/// they cannot be used any more, those of before stay, and the log says so once.
/// </summary>
public sealed partial class TrustFiles
{
    private static readonly Reason JwksKind = new(CertificateFault.KeySet, $"a JSON Web Key Set");
    private const int MaxKeys = 1000;

    private readonly PemSource<TrustedKeys> _source;

    /// <param name="bundle">A PEM file of certificates; null for none.</param>
    /// <param name="jwks">A file with a JSON Web Key Set (RFC 7517, 5); null for none.</param>
    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public TrustFiles(string? bundle, string? jwks, TimeProvider time, ILogger<TrustFiles> logger)
    {
        _source = new PemSource<TrustedKeys>(
            [.. new[] { bundle, jwks }.OfType<string>()],
            texts => new TrustedKeys(
                bundle is null ? [] : PemFile.Certificates(bundle, texts[0]),
                jwks is null ? [] : ParseJwks(jwks, texts[^1]),
                time),
            time,
            _ => Log.Changed(logger),
            (problem, _) => Log.Unusable(logger, problem));
    }

    /// <summary>The keys as of now: the same object for as long as the files do not change.</summary>
    public TrustedKeys Current => _source.Get();

    /// <summary>The keys of a set that can verify, each with its name in the set.</summary>
    /// <exception cref="CertificateFileException">The file cannot be used.</exception>
    internal static IReadOnlyList<(string? Id, TokenKey Key)> LoadJwks(string path) => ParseJwks(path, PemFile.Read(path, JwksKind));

    private static List<(string? Id, TokenKey Key)> ParseJwks(string path, string text)
    {
        try
        {
            // The file's bytes as they are: it was read as PEM is.
            using var json = JsonDocument.Parse(Encoding.Latin1.GetBytes(text));
            if (json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty("keys", out var set)
                && set.ValueKind is JsonValueKind.Array && set.GetArrayLength() <= MaxKeys)
            {
                List<(string?, TokenKey)> keys = [];
                foreach (var jwk in set.EnumerateArray())
                {
                    if (TokenKey.OfJwk(jwk) is { } key)
                    {
                        keys.Add((jwk.TryGetProperty("kid", out var id) && id.ValueKind is JsonValueKind.String ? id.GetString() : null, key));
                    }
                }

                return keys.Count > 0
                    ? keys
                    : throw new CertificateFileException(path, CertificateFault.NoUsableKey, $"holds no key that can be used: RSA of 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519, for signatures");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Told below.
        }

        throw new CertificateFileException(path, CertificateFault.NoKeySet, $"is not a JSON Web Key Set ({{\"keys\": […]}}) of at most {MaxKeys} keys");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "the keys that may sign tokens have changed: tokens of keys that are gone count no more")]
        public static partial void Changed(ILogger logger);

        [LoggerMessage(LogLevel.Error, "the keys that may sign tokens cannot be read, and those of before stay: {Problem}")]
        public static partial void Unusable(ILogger logger, string problem);
    }
}
