using System.Security.Cryptography;
using System.Text;
using Portal.Registry.Configuration;

namespace Portal.Registry.Notifications;

/// <summary>By what a receiver knows that a request comes from here: an HMAC of the body, in the form that libraries know.</summary>
public static class PayloadSignature
{
    /// <summary>The header's name.</summary>
    public const string Header = "X-Hub-Signature-256";

    /// <summary>The header's value: <c>sha256=</c> and the HMAC-SHA256 in small hexadecimal digits.</summary>
    /// <param name="secret">What both sides know; its UTF-8 bytes are the key.</param>
    /// <param name="body">Exactly as it is sent.</param>
    public static string Of(Secret secret, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Value), body, hash);
        return $"sha256={Convert.ToHexStringLower(hash)}";
    }
}
