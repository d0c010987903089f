using System.Security.Cryptography;
using System.Text;

namespace Portal.Registry;

/// <summary>
/// The id that Docker's libtrust gives a key: base32 of the first 30 bytes of the public key's SHA-256, as <c>ABCD:EFGH:…</c>.
/// </summary>
internal static class LibtrustId
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int HashedBytes = 30;
    private const int GroupLength = 4;

    /// <param name="publicKey">As a SubjectPublicKeyInfo in DER.</param>
    public static string Of(ReadOnlySpan<byte> publicKey)
    {
        var id = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var octet in SHA256.HashData(publicKey).AsSpan(0, HashedBytes))
        {
            (bits, count) = ((bits << 8) | octet, count + 8);
            for (; count >= 5; count -= 5)
            {
                // A group and its colon are one longer than a group.
                id.Append(id.Length % (GroupLength + 1) == GroupLength ? ":" : "").Append(Alphabet[(bits >> (count - 5)) & 31]);
            }
        }

        return id.ToString();
    }
}
