using System.Text;

namespace Portal.Storage.Metadata;

/// <summary>Patterns for SQL's LIKE (without case in ASCII) in which a person's text stands for itself.</summary>
internal static class LikePattern
{
    public const string Escape = "\\";

    public static string Containing(string text) => "%" + Literal(text) + "%";

    public static string StartingWith(string text) => Literal(text) + "%";

    public static string EndingWith(string text) => "%" + Literal(text);

    /// <summary>What holds the text, and what differs from that in characters beyond ASCII, whose case SQLite does not know.</summary>
    public static string Resembling(string text)
    {
        var pattern = new StringBuilder("%");
        foreach (var rune in text.EnumerateRunes())
        {
            pattern.Append(rune.IsAscii ? Literal(rune.ToString()) : "_");
        }

        return pattern.Append('%').ToString();
    }

    private static string Literal(string text)
    {
        return text.Replace(Escape, @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal);
    }
}
