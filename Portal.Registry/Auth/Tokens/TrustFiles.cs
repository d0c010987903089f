using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portal.Registry.Tls;

namespace Portal.Registry.Auth.Tokens;

/// <summary>
/// The keys of <c>auth.token.rootcertbundle</c> and <c>auth.token.jwks</c>. A change of the files counts a second later; when
/// they cannot be used any more, those of before stay, and the log says so once.
/// </summary>
public sealed partial class TrustFiles
{
    private const string JwksKind = "a JSON Web Key Set";
    private const int MaxKeys = 1000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly string? _bundle;
    private readonly string? _jwks;
    private readonly TimeProvider _time;
    private readonly ILogger<TrustFiles> _logger;
    private readonly Lock _turn = new();
    private long _looked;
    private (string? Bundle, string? Jwks) _seen;
    private string? _failure;
    private volatile TrustedKeys _current;

    /// <param name="bundle">A PEM file of certificates; null for none.</param>
    /// <param name="jwks">A file with a JSON Web Key Set (RFC 7517, 5); null for none.</param>
    /// <exception cref="CertificateFileException">One of them cannot be used.</exception>
    public TrustFiles(string? bundle, string? jwks, TimeProvider time, ILogger<TrustFiles> logger)
    {
        (_bundle, _jwks, _time, _logger) = (bundle, jwks, time, logger);
        _looked = time.GetTimestamp();
        _seen = Read();
        _current = Parse(_seen);
    }

    /// <summary>The keys as of now: the same object for as long as the files do not change.</summary>
    public TrustedKeys Current
    {
        get
        {
            if (_time.GetElapsedTime(Volatile.Read(ref _looked)) >= LookEvery && _turn.TryEnter())
            {
                try
                {
                    Look();
                    Volatile.Write(ref _looked, _time.GetTimestamp());
                }
                finally
                {
                    _turn.Exit();
                }
            }

            return _current;
        }
    }

    /// <summary>The keys of a set that can verify, each with its name in the set.</summary>
    /// <exception cref="CertificateFileException">The file cannot be used.</exception>
    internal static IReadOnlyList<(string? Id, TokenKey Key)> LoadJwks(string path) => ParseJwks(path, PemFile.Read(path, JwksKind));

    private static List<(string? Id, TokenKey Key)> ParseJwks(string path, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
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
                    : throw new CertificateFileException(path, "holds no key that can be used: RSA of 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519, for signatures");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Told below.
        }

        throw new CertificateFileException(path, $"is not {JwksKind} ({{\"keys\": […]}}) of at most {MaxKeys} keys");
    }

    private (string? Bundle, string? Jwks) Read()
    {
        return (_bundle is null ? null : PemFile.Read(_bundle), _jwks is null ? null : PemFile.Read(_jwks, JwksKind));
    }

    private TrustedKeys Parse((string? Bundle, string? Jwks) text)
    {
        return new TrustedKeys(
            text.Bundle is null ? [] : PemFile.Certificates(_bundle!, text.Bundle),
            text.Jwks is null ? [] : ParseJwks(_jwks!, text.Jwks),
            _time);
    }

    private void Look()
    {
        try
        {
            var content = Read();
            if (content == _seen)
            {
                return;
            }

            // Even when it cannot be used: it is judged once.
            _seen = content;
            _current = Parse(content);
            _failure = null;
            Log.Changed(_logger);
        }
        catch (CertificateFileException exception)
        {
            if (_failure != exception.Message)
            {
                _failure = exception.Message;
                Log.Unusable(_logger, exception.Message);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "the keys that may sign tokens have changed: tokens of keys that are gone count no more")]
        public static partial void Changed(ILogger logger);

        [LoggerMessage(LogLevel.Error, "the keys that may sign tokens cannot be read, and those of before stay: {Problem}")]
        public static partial void Unusable(ILogger logger, string problem);
    }
}
