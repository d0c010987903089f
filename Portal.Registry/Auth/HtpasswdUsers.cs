using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Portal.Registry.Auth;

/// <summary>The users of one reading of an <c>htpasswd</c> file: names and bcrypt hashes.</summary>
/// <param name="Hashes">By name.</param>
/// <param name="Rejected">Numbers, from 1, of the lines that hold no user whom a password could match.</param>
public sealed record HtpasswdUsers(IReadOnlyDictionary<string, string> Hashes, IReadOnlyList<int> Rejected)
{
    private static readonly SearchValues<char> BcryptCharacters =
        SearchValues.Create("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <summary>Every hash, for who needs any.</summary>
    public string[] All { get; } = [.. Hashes.Values];

    public static HtpasswdUsers None { get; } = new(FrozenDictionary<string, string>.Empty, []);

    /// <summary>
    /// Reads the lines <c>name:hash</c>. Blank ones and comments are passed over; of two with one name the first
    /// counts, as in Apache. One bad line locks nobody else out.
    /// </summary>
    public static HtpasswdUsers Parse(ReadOnlySpan<byte> content)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        var rejected = new List<int>();
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(content).TrimStart('\uFEFF').EnumerateLines())
        {
            number++;
            var text = line.Trim();
            if (text.IsEmpty || text[0] == '#')
            {
                continue;
            }

            var colon = text.IndexOf(':');
            if (colon <= 0 || !IsBcrypt(text[(colon + 1)..]) || !hashes.TryAdd(text[..colon].ToString(), text[(colon + 1)..].ToString()))
            {
                rejected.Add(number);
            }
        }

        return new HtpasswdUsers(hashes.ToFrozenDictionary(StringComparer.Ordinal), rejected);
    }

    /// <summary><c>$2y$10$</c> and 53 characters of salt and hash; the cost is bounded by what a request can wait for.</summary>
    private static bool IsBcrypt(ReadOnlySpan<char> hash)
    {
        return hash.Length == 60
            && hash[..3] is "$2a" or "$2b" or "$2x" or "$2y"
            && hash[3] == '$' && hash[6] == '$'
            && int.TryParse(hash[4..6], NumberStyles.None, null, out var cost) && cost is >= 4 and <= 20
            && !hash[7..].ContainsAnyExcept(BcryptCharacters);
    }
}
