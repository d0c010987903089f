using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Portal.Storage.Blobs;

namespace Portal.Registry.Auth;

/// <summary>
/// Names and passwords of an <c>htpasswd</c> file. bcrypt is slow on purpose, so it runs once for each credential: one
/// that matched is remembered as a keyed hash, never as the password, until the file changes.
/// </summary>
public sealed class HtpasswdAccess(HtpasswdFile file, string realm) : IDisposable
{
    private const int Remembered = 10_000;
    private const int LongestHeader = 4096;

    // Compared with when the name is unknown, so that an answer takes as long as for a wrong password.
    private static readonly string NobodysHash = BCrypt.Net.BCrypt.HashPassword(Guid.NewGuid().ToString(), 10);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly BoundedCache<Fingerprint, Match> _matches = new(Remembered, _ => 1);
    private readonly ConcurrentDictionary<Fingerprint, Lazy<Task<string?>>> _underWay = new();

    // Passwords under test leave processors to those who have been let in.
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>What <c>WWW-Authenticate</c> says to a client without a good password (RFC 7617, 2).</summary>
    public string Challenge { get; } = $"Basic realm=\"{realm}\"";

    /// <param name="authorization">The request's <c>Authorization</c> header.</param>
    /// <returns>The user's name; null when there is no such user or the password is another.</returns>
    public ValueTask<string?> AuthenticateAsync(string? authorization)
    {
        if (string.IsNullOrEmpty(authorization) || authorization.Length > LongestHeader)
        {
            return new ValueTask<string?>((string?)null);
        }

        var users = file.Users;
        var fingerprint = FingerprintOf(authorization);
        return _matches.TryGet(fingerprint, out var match) && ReferenceEquals(match.Users, users)
            ? new ValueTask<string?>(match.Name)
            : new ValueTask<string?>(MatchAsync(authorization, fingerprint, users));
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>Tests a credential once for all requests that bring it meanwhile.</summary>
    private async Task<string?> MatchAsync(string authorization, Fingerprint fingerprint, HtpasswdUsers users)
    {
        if (!TryDecode(authorization, out var name, out var password))
        {
            return null;
        }

        var test = _underWay.GetOrAdd(fingerprint, _ => new Lazy<Task<string?>>(() => TestAsync(name, password, fingerprint, users)));
        try
        {
            return await test.Value;
        }
        finally
        {
            _underWay.TryRemove(KeyValuePair.Create(fingerprint, test));
        }
    }

    private async Task<string?> TestAsync(string name, string password, Fingerprint fingerprint, HtpasswdUsers users)
    {
        await _turns.WaitAsync();
        try
        {
            var hash = users.Hashes.GetValueOrDefault(name);
            var isMatch = await Task.Run(() => BCrypt.Net.BCrypt.Verify(password, hash ?? NobodysHash)) && hash is not null;
            if (isMatch)
            {
                _matches.Set(fingerprint, new Match(name, users));
            }

            return isMatch ? name : null;
        }
        finally
        {
            _turns.Release();
        }
    }

    private Fingerprint FingerprintOf(string authorization)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, MemoryMarshal.AsBytes(authorization.AsSpan()), hash);
        return MemoryMarshal.Read<Fingerprint>(hash);
    }

    private static bool TryDecode(string authorization, out string name, out string password)
    {
        (name, password) = (string.Empty, string.Empty);
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { } parameter)
        {
            return false;
        }

        var bytes = new byte[parameter.Length];
        if (!Convert.TryFromBase64String(parameter, bytes, out var length))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':');
        if (colon <= 0 || text.Contains('\0'))
        {
            return false;
        }

        (name, password) = (text[..colon], text[(colon + 1)..]);
        return true;
    }

    private readonly record struct Fingerprint(UInt128 First, UInt128 Second);

    private sealed record Match(string Name, HtpasswdUsers Users);
}
