using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>
/// The <c>_state</c> of an upload's address: a keyed hash of what it names, so that only addresses we gave out are
/// taken. Portals with the same secret take each other's, before and after a restart.
/// </summary>
/// <param name="secret"><c>http.secret</c>.</param>
public sealed class UploadToken(byte[] secret)
{
    public const string Parameter = "_state";

    public string Sign(RepositoryName name, Guid id)
    {
        return Base64Url.EncodeToString(Compute(name, id));
    }

    public bool IsValid(string? token, RepositoryName name, Guid id)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return token is { Length: <= 64 }
            && Base64Url.IsValid(token, out var length)
            && length == given.Length
            && Base64Url.TryDecodeFromChars(token, given, out _)
            && CryptographicOperations.FixedTimeEquals(given, Compute(name, id));
    }

    private byte[] Compute(RepositoryName name, Guid id)
    {
        return HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"upload\n{name}\n{id:D}"));
    }
}
