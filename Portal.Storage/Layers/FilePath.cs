using System.Globalization;
using System.Text;

namespace Portal.Storage.Layers;

/// <summary>
/// Names of files in layers: text without leading slash, <c>/</c> between components. They come from strangers. A byte that
/// is no UTF-8 is kept as a lone surrogate from U+DC80 on, so that no two names become one.
/// </summary>
public static class FilePath
{
    private const char FirstByte = '\udc00';

    /// <summary>Bytes a name may have, as in Linux; longer ones cannot be unpacked anywhere.</summary>
    public const int MaxLength = 4096;

    /// <summary>The order of all lists of files: a folder, then what is in it, then its neighbours.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Bytes as text, none of them lost.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(bytes, out var rune, out var length);
            if (status is System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                length = 1;
                text.Append((char)(FirstByte + bytes[0]));
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>A name as an engine would take it: inside the image, whatever it says.</summary>
    /// <param name="isOdd">Whether it was absolute or led upwards.</param>
    public static string Clean(ReadOnlySpan<byte> name, out bool isOdd)
    {
        var text = name.ContainsAnyExceptInRange((byte)1, (byte)127) ? Decode(name) : Encoding.ASCII.GetString(name);
        isOdd = text.StartsWith('/');
        if (!NeedsCleaning(text))
        {
            return text;
        }

        var parts = new List<string>();
        foreach (var part in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                isOdd = true;
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>The folder that a name is in; empty for the top.</summary>
    public static string ParentOf(string path) => path.LastIndexOf('/') is > 0 and var end ? path[..end] : "";

    /// <summary>The last component.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Where a link leads inside the image, as a name; null when it leads nowhere that has one.</summary>
    /// <param name="path">The link's own name.</param>
    /// <param name="target">What it says.</param>
    public static string? Follow(string path, string target)
    {
        var parts = new List<string>(target.StartsWith('/') ? [] : ParentOf(path).Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part != ".." && part != ".")
            {
                parts.Add(part);
            }
            else if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return parts.Count > 0 ? string.Join('/', parts) : null;
    }

    /// <summary>
    /// For people: what would move the cursor, turn the text round or not be seen is written as <c>\x1b</c> or <c>\u202e</c>.
    /// </summary>
    public static string Show(string path) => Escape(path, isExact: false);

    /// <summary>For addresses: like <see cref="Show"/>, and <see cref="Parse"/> makes the same name of it.</summary>
    public static string Write(string path) => Escape(path, isExact: true);

    /// <summary>The name that <see cref="Write"/> wrote.</summary>
    public static string Parse(string text)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }

        var path = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var rest = text.AsSpan(i);
            if (rest is ['\\', '\\', ..])
            {
                path.Append('\\');
                i++;
            }
            else if (rest is ['\\', 'u', _, _, _, _, ..] && TryHex(rest[2..6], out var unit))
            {
                path.Append((char)unit);
                i += 5;
            }
            else if (rest is ['\\', 'x', _, _, ..] && TryHex(rest[2..4], out var value))
            {
                path.Append((char)(value < 0x80 ? value : FirstByte + value));
                i += 3;
            }
            else
            {
                path.Append(text[i]);
            }
        }

        return path.ToString();
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out int value) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static string Escape(string path, bool isExact)
    {
        if (!path.AsSpan().ContainsAnyExceptInRange(' ', '~') && !(isExact && path.Contains('\\')))
        {
            return path;
        }

        var text = new StringBuilder(path.Length + 8);
        for (var i = 0; i < path.Length; i++)
        {
            var unit = path[i];
            if (unit == '\\' && isExact)
            {
                text.Append(@"\\");
            }
            else if (char.IsSurrogatePair(path, i))
            {
                text.Append(unit).Append(path[++i]);
            }
            else if (unit is > FirstByte and <= '\udcff')
            {
                text.Append(CultureInfo.InvariantCulture, $@"\x{unit - FirstByte:x2}");
            }
            else if (unit < ' ' || unit == '\x7f')
            {
                text.Append(CultureInfo.InvariantCulture, $@"\x{(int)unit:x2}");
            }
            else if (IsUnseen(unit))
            {
                text.Append(CultureInfo.InvariantCulture, $@"\u{(int)unit:x4}");
            }
            else
            {
                text.Append(unit);
            }
        }

        return text.ToString();
    }

    private static bool IsUnseen(char unit) => char.GetUnicodeCategory(unit)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse;

    private static bool NeedsCleaning(string text)
    {
        return text.StartsWith('/') || text.EndsWith('/') || text.Contains("//", StringComparison.Ordinal)
            || text.Contains("./", StringComparison.Ordinal) || text.EndsWith('.');
    }

    private static int Compare(string? left, string? right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        return Weight(left, common) - Weight(right, common);
    }

    /// <summary>The end before everything, a slash before all characters.</summary>
    private static int Weight(ReadOnlySpan<char> path, int place) =>
        place == path.Length ? 0 : path[place] == '/' ? 1 : path[place] + 2;
}
