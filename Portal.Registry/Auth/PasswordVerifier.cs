using System.Collections.Concurrent;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Portal.Storage.Blobs;

namespace Portal.Registry.Auth;

/// <summary>
/// Tells whether a password is its user's. bcrypt is slow on purpose, so it runs once for each credential: one that
/// matched is remembered as a keyed hash, never as the password, until the user's hash changes.
/// </summary>
public sealed class PasswordVerifier(UserDirectory users, SignInThrottle throttle) : IDisposable
{
    private const int Remembered = 10_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly BoundedCache<Fingerprint, string> _matches = new(Remembered, _ => 1);
    private readonly ConcurrentDictionary<(Fingerprint, string?), Lazy<Task<bool>>> _underWay = new();

    // Passwords under test leave processors to those who have been let in.
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <param name="address">The client's, whose failures are counted; null on a unix socket.</param>
    /// <exception cref="TooManyTriesException">Too many wrong passwords came for the name or from the address.</exception>
    public ValueTask<bool> VerifyAsync(string name, string password, IPAddress? address) => VerifyAsync(name, password, users.FindHash(name), address);

    /// <summary>The same for a user who may be disabled: only who knows the password is to be told of that.</summary>
    /// <exception cref="TooManyTriesException">Too many wrong passwords came for the name or from the address.</exception>
    public ValueTask<bool> VerifyAnyAsync(string name, string password, IPAddress? address) => VerifyAsync(name, password, users.FindHashOfAny(name), address);

    private ValueTask<bool> VerifyAsync(string name, string password, string? hash, IPAddress? address)
    {
        var fingerprint = FingerprintOf(name, password);
        return hash is not null && _matches.TryGet(fingerprint, out var matched) && matched == hash
            ? new ValueTask<bool>(true)
            : new ValueTask<bool>(ShareAsync(name, password, hash, fingerprint, address));
    }

    public void Dispose() => _turns.Dispose();

    /// <summary>Tests a credential once for all requests that bring it meanwhile.</summary>
    private async Task<bool> ShareAsync(string name, string password, string? hash, Fingerprint fingerprint, IPAddress? address)
    {
        var key = (fingerprint, hash);
        var test = _underWay.GetOrAdd(key, _ => new Lazy<Task<bool>>(() => TestAsync(name, password, hash, address)));
        try
        {
            var isMatch = await test.Value;
            if (isMatch)
            {
                _matches.Set(fingerprint, hash!);
            }

            return isMatch;
        }
        finally
        {
            _underWay.TryRemove(KeyValuePair.Create(key, test));
        }
    }

    private async Task<bool> TestAsync(string name, string password, string? hash, IPAddress? address)
    {
        throttle.Begin(name, address);
        await _turns.WaitAsync();
        try
        {
            // Looked for whether it is needed or not: that takes its time, too.
            var decoy = users.DecoyFor(name);
            if (!await Task.Run(() => BCrypt.Net.BCrypt.Verify(password, hash ?? decoy)) || hash is null)
            {
                return false;
            }
        }
        finally
        {
            _turns.Release();
        }

        throttle.Succeeded(name, address);
        return true;
    }

    private Fingerprint FingerprintOf(string name, string password)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hmac.AppendData(MemoryMarshal.AsBytes(name.AsSpan()));
        hmac.AppendData([0, 0]);
        hmac.AppendData(MemoryMarshal.AsBytes(password.AsSpan()));
        hmac.GetHashAndReset(hash);
        return MemoryMarshal.Read<Fingerprint>(hash);
    }

    private readonly record struct Fingerprint(UInt128 First, UInt128 Second);
}
