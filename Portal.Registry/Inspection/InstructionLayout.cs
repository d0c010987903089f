using System.Text;

namespace Portal.Registry.Inspection;

/// <summary>
/// Lays an instruction out for reading. Nothing but space outside quotes changes: a command breaks before <c>&amp;&amp;</c>,
/// and where the builder left the indentation of a line that it joined.
/// </summary>
internal static class InstructionLayout
{
    private const int ShortLine = 60;
    private const int Indent = 4;
    private const int MaxIndent = 12;
    private const string Mark = "EOF";

    public static string Of(string keyword, string arguments)
    {
        var text = keyword.Length == 0 ? arguments : $"{keyword} {arguments}";
        if (arguments.Contains('\n'))
        {
            // BuildKit keeps what stood in a heredoc, without its marks.
            return keyword == "RUN" && !arguments.Contains("<<", StringComparison.Ordinal) && !arguments.Contains("\\\n", StringComparison.Ordinal)
                ? $"RUN <<{Mark}\n{arguments.TrimEnd('\n')}\n{Mark}"
                : text;
        }

        return keyword is "RUN" or "ENV" or "LABEL" or "HEALTHCHECK" && !arguments.StartsWith('[') ? BreakLines(text) : text;
    }

    private static string BreakLines(string text)
    {
        var isShort = text.Length <= ShortLine;
        var lines = new StringBuilder(text.Length + 64);
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\\' && quote != '\'' && i + 1 < text.Length)
            {
                lines.Append(character).Append(text[++i]);
            }
            else if (quote != '\0' || character is '"' or '\'')
            {
                quote = quote == '\0' ? character : quote == character ? '\0' : quote;
                lines.Append(character);
            }
            else if (character is ' ' or '\t')
            {
                var end = i;
                while (end < text.Length && text[end] is ' ' or '\t')
                {
                    end++;
                }

                var wasBroken = end - i > 1 || character == '\t';
                var isNext = !isShort && text.AsSpan(end).StartsWith("&& ");
                if (wasBroken || isNext)
                {
                    lines.Append(" \\\n").Append(' ', IndentOf(text.AsSpan(i..end)));
                }
                else
                {
                    lines.Append(' ');
                }

                i = end - 1;
            }
            else
            {
                lines.Append(character);
            }
        }

        return lines.ToString();
    }

    /// <summary>How deep the line was that the builder joined: by its tabs, else by its blanks.</summary>
    private static int IndentOf(ReadOnlySpan<char> space)
    {
        var tabs = space.Count('\t');
        return Math.Clamp(tabs > 0 ? tabs * Indent : space.Length / Indent * Indent, Indent, MaxIndent);
    }
}
