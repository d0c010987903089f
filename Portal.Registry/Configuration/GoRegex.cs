using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace Portal.Registry.Configuration;

/// <summary>
/// Reads a regular expression as Go writes it (RE2). It matches in a time that grows with the text alone, whatever the
/// pattern, as Go's does. Where the same letters mean another thing here they are translated; what has no counterpart is
/// refused.
/// </summary>
internal static class GoRegex
{
    private const int LongestPattern = 4096;

    private static readonly Dictionary<char, string> AsciiClasses = new()
    {
        ['d'] = "0-9",
        ['w'] = "0-9A-Za-z_",
        ['s'] = "\\t\\n\\f\\r ",
    };

    /// <param name="pattern">The expression; it matches anywhere in a text unless it is anchored.</param>
    /// <param name="reason">What is wrong and the remedy, to follow the pattern in a sentence; empty when nothing is.</param>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out Regex pattern, out string reason)
    {
        pattern = null;
        if (text.Length > LongestPattern)
        {
            reason = $"it is longer than {LongestPattern} characters";
            return false;
        }

        try
        {
            pattern = new Regex(Translate(text), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
            reason = string.Empty;
            return true;
        }
        catch (RegexParseException exception)
        {
            reason = Describe(exception.Error);
        }
        catch (FormatException exception)
        {
            reason = exception.Message;
        }
        catch (NotSupportedException)
        {
            reason = "Go has no look-around, backreference or atomic group";
        }

        return false;
    }

    /// <exception cref="FormatException">Go's syntax, but none that there is a counterpart for; the message says so.</exception>
    private static string Translate(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        var isInClass = false;
        var isMultiline = text.Contains("(?m", StringComparison.Ordinal);
        for (var i = 0; i < text.Length; i++)
        {
            var rest = text.AsSpan(i);
            if (rest[0] == '\\')
            {
                result.Append(Escape(rest, isInClass));
                i++;
            }
            else if (isInClass)
            {
                if (rest.StartsWith("[:") || rest.StartsWith("-["))
                {
                    throw new FormatException("[:names:] of classes are not supported; write the characters, as [A-Za-z], and \\[ for a bracket");
                }

                isInClass = rest[0] != ']';
                result.Append(rest[0]);
            }
            else if (rest[0] == '[')
            {
                // A bracket that closes right after the opening is a character of the class.
                var opening = rest.StartsWith("[^]") ? 3 : rest.StartsWith("[]") || rest.StartsWith("[^") ? 2 : 1;
                result.Append(rest[..opening]);
                i += opening - 1;
                isInClass = true;
            }
            else if (rest.StartsWith("(?P<"))
            {
                result.Append("(?<");
                i += 3;
            }
            else if (rest[0] == '$' && !isMultiline)
            {
                // Here it would match before a last line break too.
                result.Append("\\z");
            }
            else
            {
                result.Append(rest[0]);
            }
        }

        return result.ToString();
    }

    private static string Escape(ReadOnlySpan<char> rest, bool isInClass)
    {
        if (rest.Length == 1)
        {
            throw new FormatException("a backslash ends it");
        }

        var letter = rest[1];
        if (AsciiClasses.TryGetValue(letter, out var characters))
        {
            return isInClass ? characters : $"[{characters}]";
        }

        if (!isInClass && AsciiClasses.TryGetValue(char.ToLowerInvariant(letter), out characters))
        {
            return $"[^{characters}]";
        }

        var isUsable = !char.IsAsciiLetterOrDigit(letter)
            || "afnrtvz".Contains(letter)
            || (letter is 'A' or 'b' or 'B' && !isInClass)
            || (letter is 'x' && !rest[2..].StartsWith("{"))
            || (letter is 'p' or 'P' && rest[2..].StartsWith("{"));
        return isUsable
            ? $"\\{letter}"
            : throw new FormatException($"\\{letter} is not supported{(isInClass ? " between brackets" : "")}; write out the characters that are meant");
    }

    private static string Describe(RegexParseError error) => error switch
    {
        RegexParseError.UnterminatedBracket => "a bracket is not closed",
        RegexParseError.InsufficientClosingParentheses => "a parenthesis is not closed",
        RegexParseError.InsufficientOpeningParentheses => "a parenthesis is closed that was not opened",
        RegexParseError.QuantifierAfterNothing => "there is nothing to repeat",
        RegexParseError.NestedQuantifiersNotParenthesized => "a repetition is repeated",
        RegexParseError.ReversedQuantifierRange or RegexParseError.ReversedCharacterRange => "a range runs backwards",
        RegexParseError.InvalidUnicodePropertyEscape => "no such Unicode class is known",
        _ => "the syntax is not understood",
    };
}
