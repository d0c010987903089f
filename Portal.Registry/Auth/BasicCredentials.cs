using System.Text;

namespace Portal.Registry.Auth;

/// <summary>A name and a password in an <c>Authorization</c> header (RFC 7617).</summary>
public readonly record struct BasicCredentials(string Name, string Password)
{
    private const string Scheme = "Basic ";

    // bcrypt looks at 72 bytes of a password, and an access token is shorter too.
    private const int LongestHeader = 4096;

    /// <returns>False when the header is of another scheme, malformed or longer than 4,096 characters, or the name is empty.</returns>
    public static bool TryParse(string authorization, out BasicCredentials credentials)
    {
        credentials = default;
        if (authorization.Length > LongestHeader || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[LongestHeader];
        if (!Convert.TryFromBase64Chars(authorization.AsSpan(Scheme.Length).Trim(' '), bytes, out var length))
        {
            return false;
        }

        bytes = bytes[..length];
        var colon = bytes.IndexOf((byte)':');
        if (colon <= 0 || bytes.Contains((byte)0))
        {
            return false;
        }

        credentials = new BasicCredentials(Encoding.UTF8.GetString(bytes[..colon]), Encoding.UTF8.GetString(bytes[(colon + 1)..]));
        return true;
    }
}
