using System.Buffers;
using System.Text;

namespace Portal.Registry.Inspection;

/// <summary>
/// Which values of an image are likely secrets that somebody built in, by their names and by their shape. It is a guess that
/// keeps them off screens; whoever may pull the image can read them all.
/// </summary>
public static class SecretValues
{
    /// <summary>What stands for a value that is not shown.</summary>
    public const string Hidden = "••••••••";

    private const int MaxName = 200;
    private const int MaxJudged = 256;

    private static readonly SearchValues<char> AfterValue = SearchValues.Create(" \t\r\n;&|");

    private static readonly string[] Words =
        ["password", "passwd", "passphrase", "secret", "token", "apikey", "privatekey", "accesskey", "credential", "authorization"];

    private static readonly HashSet<string> Parts =
        new(["pwd", "pass", "pw", "key", "pat", "auth", "cert", "jwt", "creds", "cred", "dsn", "pin"], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Shapes =
        ["-----BEGIN ", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "sk-", "sk_live_", "rk_live_", "AKIA", "ASIA", "AIza", "eyJhbGci", "npm_", "dckr_pat_", "hf_", "SG."];

    /// <summary>Names that sound like one and are known to be none.</summary>
    private static readonly HashSet<string> Public =
        new(["GPG_KEY", "GPG_KEYS", "PYTHON_GPG_KEY", "SSL_CERT_FILE", "SSL_CERT_DIR", "NGINX_GPGKEY", "KEYCLOAK_VERSION"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a value is not to be shown before somebody asks for it.</summary>
    public static bool IsLikely(string name, string value)
    {
        return value.Length > 0 && !Public.Contains(name) && (HasSecretShape(value) || (HasSecretName(name) && !IsPlain(name, value)));
    }

    /// <summary>A text with the values of its assignments (<c>NAME=value</c>) hidden where they are likely secrets.</summary>
    public static string Mask(string text)
    {
        var masked = new StringBuilder(text.Length);
        var copied = 0;
        for (var equals = text.IndexOf('='); equals >= 0; equals = equals + 1 < text.Length ? text.IndexOf('=', equals + 1) : -1)
        {
            var start = equals;
            while (start > copied && equals - start < MaxName && IsNameCharacter(text[start - 1]))
            {
                start--;
            }

            if (equals > start && IsLikely(text[start..equals].TrimStart('-'), BeginningOfValue(text, equals + 1)))
            {
                var end = EndOfValue(text, equals + 1);
                masked.Append(text, copied, equals + 1 - copied).Append(Hidden);
                copied = end;
                equals = end - 1;
            }
        }

        return copied == 0 ? text : masked.Append(text, copied, text.Length - copied).ToString();
    }

    private static bool HasSecretName(string name)
    {
        var letters = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        return Words.Any(word => letters.Contains(word, StringComparison.OrdinalIgnoreCase))
            || name.Split('_', '-', '.').Any(Parts.Contains);
    }

    /// <summary>A path to a file with the secret, a switch, or a name of a variable is none.</summary>
    private static bool IsPlain(string name, string value)
    {
        return value is "true" or "false" or "0" or "1" or "yes" or "no" or "none" or "null"
            || value.StartsWith('$')
            || (value.StartsWith('/') && (name.EndsWith("FILE", StringComparison.OrdinalIgnoreCase) || name.EndsWith("PATH", StringComparison.OrdinalIgnoreCase) || name.EndsWith("DIR", StringComparison.OrdinalIgnoreCase)));
    }

    private static bool HasSecretShape(string value)
    {
        return (value.Length >= 16 && Shapes.Any(shape => value.StartsWith(shape, StringComparison.Ordinal))) || HasPasswordInAddress(value);
    }

    /// <summary><c>scheme://user:password@host</c></summary>
    private static bool HasPasswordInAddress(string value)
    {
        var scheme = value.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 1)
        {
            return false;
        }

        var authority = value.AsSpan(scheme + 3);
        var slash = authority.IndexOfAny('/', '?', ' ');
        authority = slash < 0 ? authority : authority[..slash];
        var at = authority.LastIndexOf('@');
        var colon = authority.IndexOf(':');
        return at > 0 && colon >= 0 && colon < at - 1;
    }

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.';

    /// <summary>As much of a value as it takes to judge it: a text of signs alone must not be read to its end for each of them.</summary>
    private static string BeginningOfValue(string text, int start)
    {
        var beginning = text.Substring(start, Math.Min(MaxJudged, text.Length - start));
        return beginning[..EndOfValue(beginning, 0)].Trim('"', '\'');
    }

    private static int EndOfValue(string text, int start)
    {
        if (start < text.Length && text[start] is '"' or '\'')
        {
            var close = text.IndexOf(text[start], start + 1);
            return close < 0 ? text.Length : close + 1;
        }

        var end = text.AsSpan(start).IndexOfAny(AfterValue);
        return end < 0 ? text.Length : start + end;
    }
}
