using System.Text;

namespace Portal.Storage.Metadata;

/// <summary>What somebody searches for: plain text, of which no character has a meaning of its own.</summary>
public sealed class SearchText
{
    /// <summary>Characters that count; the rest of a longer text is left out.</summary>
    public const int MaxLength = 256;

    // The full-text tables know texts by three characters.
    private const int Trigram = 3;

    // More of them make no search more exact: the text itself is looked at in the end.
    private const int MostTrigrams = 30;

    private SearchText(string text) => Text = text;

    /// <summary>Without what is no text, and without space around it; never empty.</summary>
    public string Text { get; }

    /// <returns>Null when there is nothing to search for.</returns>
    public static SearchText? Parse(string? text)
    {
        var cleaned = new StringBuilder();
        foreach (var rune in (text ?? string.Empty).EnumerateRunes())
        {
            // Half a surrogate pair becomes U+FFFD here, which stands in no text of the index.
            cleaned.Append(Rune.IsControl(rune) ? " " : rune.ToString());
            if (cleaned.Length >= MaxLength)
            {
                break;
            }
        }

        var trimmed = cleaned.ToString().Trim();
        return trimmed.Length == 0 ? null : new SearchText(trimmed);
    }

    public override string ToString() => Text;

    /// <summary>As a part of a repository's name; null when no name can hold it.</summary>
    internal string? AsRepository
    {
        get
        {
            var lower = Text.ToLowerInvariant();
            return lower.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '_' or '-' or '/')
                ? lower
                : null;
        }
    }

    /// <summary>As a part of a tag; null when no tag can hold it.</summary>
    internal string? AsTag => IsTag(Text) ? Text : null;

    /// <summary>As the end of a repository's name and the beginning of a tag: <c>app:1.</c>; null when it is of another form.</summary>
    internal (string Repository, string Tag)? AsReference
    {
        get
        {
            var colon = Text.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 && Parse(Text[..colon])?.AsRepository is { } repository && (colon == Text.Length - 1 || IsTag(Text[(colon + 1)..]))
                ? (repository, Text[(colon + 1)..])
                : null;
        }
    }

    /// <summary>As the beginning of a digest's hexadecimal part, four digits or more; null when it is none.</summary>
    internal string? AsHex
    {
        get
        {
            var hex = Text.ToLowerInvariant();
            hex = hex.StartsWith("sha256:", StringComparison.Ordinal) || hex.StartsWith("sha512:", StringComparison.Ordinal) ? hex[7..] : hex;
            return hex.Length is >= 4 and <= 128 && hex.All(char.IsAsciiHexDigitLower) ? hex : null;
        }
    }

    /// <summary>
    /// The rows that hold each three characters of it, for a full-text table; null for a text that is shorter. It holds
    /// quoted words alone, so that no character means anything to SQLite.
    /// </summary>
    internal string? AsMatch
    {
        get
        {
            var runes = Text.EnumerateRunes().ToArray();
            if (runes.Length < Trigram)
            {
                return null;
            }

            var words = Enumerable.Range(0, runes.Length - Trigram + 1).Take(MostTrigrams)
                .Select(at => string.Concat(runes.Skip(at).Take(Trigram)))
                .Distinct()
                .Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            return string.Join(" AND ", words);
        }
    }

    private static bool IsTag(string text)
    {
        return text.Length <= Oci.Tag.MaxLength
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-');
    }
}
