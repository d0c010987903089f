using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>What names and passwords may be, so that an <c>htpasswd</c> file, Basic credentials and bcrypt can carry them.</summary>
public static class UserNames
{
    /// <summary>Apache's limit, in bytes of UTF-8.</summary>
    public const int LongestName = 255;

    /// <summary>bcrypt passes over what lies beyond, so that a longer password would be weaker than it looks. In bytes of UTF-8.</summary>
    public const int LongestPassword = 72;

    /// <summary>Neither 0 and O nor 1, l and I: people type it.</summary>
    private const string Legible = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private const int GeneratedLength = 24;

    /// <returns>Why nobody can have this name; null when somebody can.</returns>
    public static Reason? FindProblem(string name)
    {
        if (name.Length == 0)
        {
            return new Reason(UserRefusal.NameEmpty, $"the user name is empty");
        }

        if (name.Contains(':', StringComparison.Ordinal) || name.Any(char.IsControl))
        {
            return new Reason(UserRefusal.NameHoldsColon, $"the user name holds a colon or a control character, which the file's format cannot carry");
        }

        if (name[0] == '#')
        {
            return new Reason(UserRefusal.NameBeginsComment, $"the user name begins with #, which makes a comment of its line");
        }

        if (char.IsWhiteSpace(name[0]) || char.IsWhiteSpace(name[^1]))
        {
            return new Reason(UserRefusal.NameEndsInBlank, $"the user name begins or ends with a blank");
        }

        if (!IsText(name))
        {
            return new Reason(UserRefusal.NameNoText, $"the user name is not valid Unicode text");
        }

        return Encoding.UTF8.GetByteCount(name) > LongestName
            ? new Reason(UserRefusal.NameTooLong, $"the user name is longer than {LongestName} bytes")
            : null;
    }

    /// <returns>Why the password cannot be used; null when it can. It never repeats the password.</returns>
    public static Reason? FindPasswordProblem(string password)
    {
        if (password.Length == 0)
        {
            return new Reason(UserRefusal.PasswordEmpty, $"the password is empty");
        }

        if (password.Contains('\0', StringComparison.Ordinal))
        {
            return new Reason(UserRefusal.PasswordHoldsZero, $"the password holds a zero byte, at which bcrypt ends");
        }

        if (!IsText(password))
        {
            return new Reason(UserRefusal.PasswordNoText, $"the password is not valid Unicode text");
        }

        return Encoding.UTF8.GetByteCount(password) > LongestPassword
            ? new Reason(UserRefusal.PasswordTooLong, $"the password is longer than {LongestPassword} bytes; bcrypt would pass over the rest")
            : null;
    }

    /// <summary>A password that nobody can guess.</summary>
    public static string GeneratePassword() => RandomNumberGenerator.GetString(Legible, GeneratedLength);

    /// <summary>bcrypt with cost 10 and Apache's prefix; <c>2y</c> names the same algorithm as <c>2b</c>. It takes a processor's tenth of a second.</summary>
    public static string Hash(string password) => BCrypt.Net.BCrypt.HashPassword(password, BCrypt.Net.BCrypt.GenerateSalt(10, 'y'));

    /// <summary>Half of a surrogate pair would come back as another character.</summary>
    private static bool IsText(string text)
    {
        var left = text.AsSpan();
        while (Rune.DecodeFromUtf16(left, out _, out var taken) is OperationStatus.Done)
        {
            left = left[taken..];
        }

        return left.IsEmpty;
    }
}
