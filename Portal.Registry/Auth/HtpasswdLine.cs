using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>The format of an <c>htpasswd</c> file's lines: where each ends, whom it names, and why it names nobody.</summary>
internal static class HtpasswdLine
{
    /// <summary>Longer ones hold no user.</summary>
    public const int LongestLine = 4096;

    private const int BcryptLength = 60;
    private const int DesLength = 13;
    private const int LeastCost = 4;

    // What a request can wait for.
    private const int MostCost = 20;

    private static readonly SearchValues<char> HashCharacters =
        SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly (string Prefix, Reason Name)[] ForeignHashes =
    [
        ("$apr1$", new Reason(HtpasswdFault.ApacheMd5, $"Apache's MD5 hash ($apr1$)")),
        ("$1$", new Reason(HtpasswdFault.Md5, $"an MD5 hash ($1$)")),
        ("{SHA}", new Reason(HtpasswdFault.Sha1, $"a SHA-1 hash ({{SHA}})")),
        ("{SSHA}", new Reason(HtpasswdFault.SaltedSha1, $"a salted SHA-1 hash ({{SSHA}})")),
        ("$5$", new Reason(HtpasswdFault.Sha256, $"a SHA-256 hash of crypt ($5$)")),
        ("$6$", new Reason(HtpasswdFault.Sha512, $"a SHA-512 hash of crypt ($6$)")),
        ("$7$", new Reason(HtpasswdFault.Scrypt, $"an scrypt hash ($7$)")),
        ("$y$", new Reason(HtpasswdFault.Yescrypt, $"a yescrypt hash ($y$)")),
        ("$argon2", new Reason(HtpasswdFault.Argon2, $"an Argon2 hash")),
    ];

    /// <summary>Where the next line ends, and where the one after it begins. LF, CRLF and a lone CR end a line.</summary>
    public static (int End, int Next) EndOf(ReadOnlySpan<byte> content, int start)
    {
        var length = content[start..].IndexOfAny((byte)'\r', (byte)'\n');
        if (length < 0)
        {
            return (content.Length, content.Length);
        }

        var end = start + length;
        var isPair = content[end] == '\r' && end + 1 < content.Length && content[end + 1] == '\n';
        return (end, end + (isPair ? 2 : 1));
    }

    /// <summary>The name before the colon, whatever stands behind it; empty for a comment and for what has no colon.</summary>
    /// <param name="line">Without its end.</param>
    public static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> line)
    {
        line = Trim(line);
        return line is [(byte)'#', ..] ? default : line[..Math.Max(0, line.IndexOf((byte)':'))];
    }

    /// <param name="line">Without its end.</param>
    /// <param name="name">The user; empty when the line holds none.</param>
    /// <param name="hash">The user's bcrypt hash.</param>
    /// <returns>Why the line holds no user, and what to do about it; null for a user, a comment or a blank line.</returns>
    public static Reason? Read(ReadOnlySpan<byte> line, out string name, out string hash)
    {
        (name, hash) = ("", "");
        line = Trim(line);
        if (line.IsEmpty || line[0] == '#')
        {
            return null;
        }

        if (line.Length > LongestLine)
        {
            return new Reason(HtpasswdFault.LineTooLong, $"is longer than {LongestLine} bytes, so it cannot be a user; remove it");
        }

        if (line.Contains((byte)0))
        {
            return new Reason(HtpasswdFault.ZeroByte, $"holds a zero byte; save the file as text, in UTF-8");
        }

        var colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            return new Reason(HtpasswdFault.NoColon, $"has no colon between a name and a hash; write it as \"htpasswd -Bn NAME\" prints it");
        }

        if (!Utf8.IsValid(line[..colon]))
        {
            return new Reason(HtpasswdFault.NameNotUtf8, $"has a name that is not UTF-8; save the file as UTF-8");
        }

        var user = Encoding.UTF8.GetString(line[..colon]);
        if (FindNameProblem(user) is { } problem)
        {
            return problem;
        }

        var text = Encoding.UTF8.GetString(line[(colon + 1)..]);
        if (FindProblem(text) is { } wrong)
        {
            return wrong;
        }

        (name, hash) = (user, text);
        return null;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line.Trim(" \t\f\v"u8);

    /// <summary>Of what somebody else wrote, only what nobody could send as a name is refused.</summary>
    private static Reason? FindNameProblem(string name)
    {
        if (name.Length == 0)
        {
            return new Reason(HtpasswdFault.NoName, $"has no name before its colon; write one, or remove the line");
        }

        if (name.Any(char.IsControl))
        {
            return new Reason(HtpasswdFault.ControlCharacter, $"has a control character in its name; write the name without, or remove the line");
        }

        return Encoding.UTF8.GetByteCount(name) > UserNames.LongestName
            ? new Reason(HtpasswdFault.NameTooLong, $"has a name longer than {UserNames.LongestName} bytes; write a shorter one, or remove the line")
            : null;
    }

    /// <summary><c>$2y$10$</c> and 53 characters of salt and hash.</summary>
    private static Reason? FindProblem(string hash)
    {
        if (hash.Length == 0)
        {
            return new Reason(HtpasswdFault.NoHash, $"has no hash behind its name; set a password with \"htpasswd -B\", or remove the line");
        }

        if (ForeignHashes.FirstOrDefault(foreign => hash.StartsWith(foreign.Prefix, StringComparison.Ordinal)) is { Name: { } kind })
        {
            return new Reason(HtpasswdFault.ForeignHash, $"has {kind}; only bcrypt is taken: set the password anew with \"htpasswd -B\"");
        }

        if (!hash.StartsWith("$2", StringComparison.Ordinal))
        {
            return hash.Length == DesLength && !hash.AsSpan().ContainsAnyExcept(HashCharacters)
                ? new Reason(HtpasswdFault.DesHash, $"has what looks like a DES hash of crypt; only bcrypt is taken: set the password anew with \"htpasswd -B\"")
                : new Reason(HtpasswdFault.NoBcrypt, $"has a password in plain text, or a hash of an unknown kind; only bcrypt is taken: set the password anew with \"htpasswd -B\"");
        }

        if (hash.Contains(':', StringComparison.Ordinal))
        {
            return new Reason(HtpasswdFault.MoreBehindHash, $"has something more behind its hash; remove the second colon and what follows it");
        }

        if (hash[..Math.Min(4, hash.Length)] is not ("$2a$" or "$2b$" or "$2x$" or "$2y$") || hash.Length < 7 || hash[6] != '$'
            || !int.TryParse(hash.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var cost))
        {
            return new Reason(
                HtpasswdFault.OddBcrypt, $"has a bcrypt hash that begins with none of $2a$, $2b$, $2x$, $2y$ and a cost of two digits; set the password anew with \"htpasswd -B\"");
        }

        if (cost is < LeastCost or > MostCost)
        {
            return new Reason(
                HtpasswdFault.BcryptCost, $"has a bcrypt hash of cost {cost}, which is not from {LeastCost} to {MostCost}; set the password anew with \"htpasswd -B -C 10\"");
        }

        if (hash.AsSpan(7).ContainsAnyExcept(HashCharacters))
        {
            return new Reason(
                HtpasswdFault.BcryptCharacter, $"has a character in its bcrypt hash that bcrypt does not write; set the password anew with \"htpasswd -B\"");
        }

        return hash.Length == BcryptLength
            ? null
            : new Reason(
                HtpasswdFault.BcryptLength, $"has a bcrypt hash of {hash.Length} characters where there are {BcryptLength}; copy it whole, or set the password anew with \"htpasswd -B\"");
    }
}
