using System.Globalization;
using System.Text.RegularExpressions;

namespace Portal.Registry.Configuration.Editing;

/// <summary>
/// Where in the tree of keys a place of a text is. It reads indentation alone, so that it also answers while a line is
/// half typed and the text is no YAML.
/// </summary>
/// <param name="Section">The path of the section that the place lies in, as <c>log.hooks[0]</c>; empty for the top.</param>
/// <param name="Key">The key of the line; null when it has none yet.</param>
/// <param name="IsValue">The place is behind the key's colon.</param>
/// <param name="IsItem">The line is a value of a list, so that <paramref name="Section"/> is that entry's own path.</param>
public sealed partial record KeyAtCursor(string Section, string? Key, bool IsValue, bool IsItem)
{
    /// <summary>The path of the line's key, else of the section.</summary>
    public string Path => Key is null ? Section : Section.Length == 0 ? Key : $"{Section}.{Key}";

    /// <param name="text">The text, YAML or not.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The place in the line, from 1: before the character of that number.</param>
    public static KeyAtCursor Find(string text, int line, int column) => Find(text.Split('\n'), line, column);

    /// <summary>As the other, for more than one place of a text.</summary>
    internal static KeyAtCursor Find(string[] lines, int line, int column)
    {
        var index = Math.Clamp(line, 1, lines.Length) - 1;
        var tokens = Tokens(lines[index]);
        if (tokens.Count == 0 || tokens[^1].IsDash)
        {
            var before = lines[index][..Math.Min(column - 1, lines[index].Length)].TrimEnd('\r');
            var indent = tokens.Count == 0 ? before.Length - before.TrimStart().Length : tokens[^1].Column + 2;
            var isItem = tokens.Count > 0;
            return new KeyAtCursor(Above(lines, index, [.. tokens, new Token(indent, null)]), null, isItem, isItem);
        }

        var key = tokens[^1];
        var section = Above(lines, index, tokens);
        return new KeyAtCursor(section, key.Name, column - 1 > key.End, false);
    }

    /// <summary>The line that holds a path's key, from 1; null when no line does.</summary>
    public static int? LineOf(string text, string path)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (Tokens(lines[i]) is { Count: > 0 } tokens && !tokens[^1].IsDash && path.EndsWith(tokens[^1].Name!, StringComparison.Ordinal) && Find(lines, i + 1, 1).Path == path)
            {
                return i + 1;
            }
        }

        return null;
    }

    /// <summary>The path of what the last token lies in.</summary>
    private static string Above(string[] lines, int index, List<Token> tokens)
    {
        var path = new List<string>();
        var limit = tokens[^1].Column;
        var isUnderDash = false;
        for (var i = index; i >= 0 && limit >= 0; i--)
        {
            var row = i == index ? tokens[..^1] : Tokens(lines[i]);
            for (var t = row.Count - 1; t >= 0; t--)
            {
                // A list may begin as far left as the key that it belongs to.
                if (row[t].Column < limit || (isUnderDash && !row[t].IsDash && row[t].Column == limit))
                {
                    (limit, isUnderDash) = (row[t].Column, row[t].IsDash);
                    path.Insert(0, row[t].IsDash ? $"[{Index(lines, i, limit)}]" : $".{row[t].Name}");
                }
            }

            if (limit == 0 && !isUnderDash)
            {
                break;
            }
        }

        return string.Concat(path).TrimStart('.');
    }

    /// <summary>How many dashes stand before this one in its list.</summary>
    private static string Index(string[] lines, int index, int column)
    {
        var count = 0;
        for (var i = index - 1; i >= 0; i--)
        {
            if (Tokens(lines[i]) is not { Count: > 0 } row || row[0].Column > column)
            {
                continue;
            }

            if (row[0].Column < column || !row[0].IsDash)
            {
                break;
            }

            count++;
        }

        return count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The dashes that a line begins with, and the key behind them.</summary>
    private static List<Token> Tokens(string line)
    {
        var tokens = new List<Token>();
        var match = Line().Match(line);
        if (!match.Success)
        {
            return tokens;
        }

        tokens.AddRange(match.Groups["dash"].Captures.Select(dash => new Token(dash.Index, null) { IsDash = true }));
        if (match.Groups["key"] is { Success: true } key)
        {
            tokens.Add(new Token(key.Index, key.Value.Trim('"', '\'')) { End = key.Index + key.Length });
        }

        return tokens;
    }

    [GeneratedRegex("""^ *(?:(?<dash>-)(?:\s+|$))*(?:(?<key>"[^"]*"|'[^']*'|[^\s#"'\-][^:#]*?)\s*:(?:\s|$))?""")]
    private static partial Regex Line();

    private sealed record Token(int Column, string? Name)
    {
        public bool IsDash { get; init; }

        public int End { get; init; }
    }
}
