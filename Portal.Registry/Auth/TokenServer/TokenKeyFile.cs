using Microsoft.Extensions.Logging;
using Portal.Registry.Auth.Tokens;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>The keys of the token server, in a file that its owner alone may read. A key that has signed long enough is followed by the next.</summary>
public sealed partial class TokenKeyFile
{
    // After a disk that was full.
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMinutes(1);

    private readonly string _path;
    private readonly TimeSpan _rotation;
    private readonly TimeProvider _time;
    private readonly ILogger<TokenKeyFile> _logger;
    private readonly Lock _turn = new();
    private DateTimeOffset _notBefore;
    private volatile KeyRing _ring;

    /// <param name="path">Made when it does not exist; beside it, with the ending <c>.crt</c>, the certificate for registries that trust the tokens.</param>
    /// <param name="rotation">How long one key signs.</param>
    /// <exception cref="IOException">The file cannot be read or written, or is none of the portal's.</exception>
    public TokenKeyFile(string path, TimeSpan rotation, TimeProvider time, ILogger<TokenKeyFile> logger)
    {
        (_path, _rotation, _time, _logger) = (path, rotation, time, logger);
        if (File.Exists(path))
        {
            _ring = Load(path, time);
        }
        else
        {
            _ring = KeyRing.Create(rotation, time);
            Save(_ring);
        }

        File.WriteAllText(CertificateOf(path), _ring.AuthorityPem);
    }

    /// <summary>Whose tokens count.</summary>
    public TrustedKeys Trusted => Ring.Trusted;

    /// <summary>The public keys for others, as JSON (RFC 7517, 5).</summary>
    public byte[] Jwks => Ring.ToJwks();

    internal SigningPair Signing => Ring.At(_time.GetUtcNow());

    internal byte[] RefreshSecret => _ring.RefreshSecret;

    private KeyRing Ring
    {
        get
        {
            var now = _time.GetUtcNow();
            if (_ring.IsAtItsEnd(now))
            {
                lock (_turn)
                {
                    if (_ring.IsAtItsEnd(now) && now >= _notBefore)
                    {
                        Advance(now);
                    }
                }
            }

            return _ring;
        }
    }

    private static string CertificateOf(string path) => Path.ChangeExtension(path, ".crt");

    private static KeyRing Load(string path, TimeProvider time)
    {
        try
        {
            return KeyRing.Parse(File.ReadAllBytes(path), time);
        }
        catch (InvalidDataException)
        {
            throw new UnusableFileException(new Reason(
                FileFault.NoTokenKeys,
                $"{path} does not hold the keys of the token server: put back a copy, or move it away to have new ones made; then docker has to log in again"));
        }
    }

    private void Advance(DateTimeOffset now)
    {
        try
        {
            var next = _ring.Advance(_rotation, _time);
            Save(next);
            _ring = next;
            Log.Advanced(_logger);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The key that signs now goes on: it is on disk, and one that is not would be forgotten.
            _notBefore = now + TryAgainAfter;
            Log.NotSaved(_logger, exception, _path);
        }
    }

    /// <summary>The old content or the new one is there, never a mixture.</summary>
    private void Save(KeyRing ring)
    {
        var temporary = _path + ".new";
        File.Delete(temporary);
        PrivateFile.Write(temporary, ring.ToJson());
        File.Move(temporary, _path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(Path.GetFullPath(_path))!);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "tokens are signed by another key from now on, and the one after it is at /auth/keys")]
        public static partial void Advanced(ILogger logger);

        [LoggerMessage(LogLevel.Error, "the next key of the token server cannot be kept in {Path}; the one of before goes on, and it is tried again")]
        public static partial void NotSaved(ILogger logger, Exception exception, string path);
    }
}
