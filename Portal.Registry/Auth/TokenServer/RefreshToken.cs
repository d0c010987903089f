using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Registry.Auth.TokenServer;

/// <summary>
/// What docker keeps after a login in place of the password. It proves who logged in, when and with what, and allows nothing
/// by itself: each token that is got by it has the rights that its user has then.
/// </summary>
/// <param name="User">The user's name.</param>
/// <param name="IssuedAt">When it was given out, to the millisecond.</param>
/// <param name="AccessTokenId">The access token that was used; null for a password.</param>
/// <param name="Credential">A keyed hash of the password's hash, or of the access token's: of another one, it counts no more.</param>
internal sealed record RefreshToken(string User, DateTimeOffset IssuedAt, long? AccessTokenId, byte[] Credential)
{
    /// <summary>How each begins, so that people and scanners for secrets know one when they see it.</summary>
    public const string Prefix = "rpr_";

    private const int CredentialSize = 16;
    private const int HeadSize = 8 + 8 + CredentialSize;
    private const int MaxLength = 2048;

    /// <summary>What <see cref="Credential"/> is for a password's hash, or an access token's.</summary>
    public static byte[] CredentialOf(string secret, byte[] key)
    {
        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("credential " + secret))[..CredentialSize];
    }

    /// <returns>Null when the text was not made with this key.</returns>
    public static RefreshToken? Parse(string text, byte[] key)
    {
        if (text.Length > MaxLength || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(Prefix.Length)))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length));
        if (bytes.Length <= HeadSize + HMACSHA256.HashSizeInBytes)
        {
            return null;
        }

        var content = bytes.AsSpan(0, bytes.Length - HMACSHA256.HashSizeInBytes);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, content), bytes.AsSpan(content.Length)))
        {
            return null;
        }

        var token = BinaryPrimitives.ReadInt64BigEndian(content[8..]);
        return new RefreshToken(
            Encoding.UTF8.GetString(content[HeadSize..]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(content)),
            token == 0 ? null : token,
            content[16..HeadSize].ToArray());
    }

    /// <summary>The text that the client keeps.</summary>
    public string Sign(byte[] key)
    {
        var name = Encoding.UTF8.GetBytes(User);
        var content = new byte[HeadSize + name.Length];
        BinaryPrimitives.WriteInt64BigEndian(content, IssuedAt.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(8), AccessTokenId ?? 0);
        Credential.CopyTo(content, 16);
        name.CopyTo(content, HeadSize);
        return Prefix + Base64Url.EncodeToString([.. content, .. HMACSHA256.HashData(key, content)]);
    }
}
