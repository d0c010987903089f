using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Storage.Reasons;

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
    /// <param name="reason">What is wrong and the remedy, to follow the pattern in a sentence; null when nothing is.</param>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out Regex pattern, [NotNullWhen(false)] out Reason? reason)
    {
        pattern = null;
        if (text.Length > LongestPattern)
        {
            reason = new Reason(RegexProblem.TooLong, $"it is longer than {LongestPattern} characters");
            return false;
        }

        try
        {
            pattern = new Regex(Translate(text), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
            reason = null;
            return true;
        }
        catch (RegexParseException exception)
        {
            reason = Describe(exception.Error);
        }
        catch (UntranslatableException exception)
        {
            reason = exception.Reason;
        }
        catch (NotSupportedException)
        {
            reason = new Reason(RegexProblem.NotInGo, $"Go has no look-around, backreference or atomic group");
        }

        return false;
    }

    /// <exception cref="UntranslatableException">Go's syntax, but none that there is a counterpart for; the message says so.</exception>
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
                    throw Refuse(RegexProblem.NamedClass, $"[:names:] of classes are not supported; write the characters, as [A-Za-z], and \\[ for a bracket");
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
            throw Refuse(RegexProblem.BackslashEnds, $"a backslash ends it");
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
            : throw (isInClass
                ? Refuse(RegexProblem.EscapeInClass, $"\\{letter} is not supported between brackets; write out the characters that are meant")
                : Refuse(RegexProblem.Escape, $"\\{letter} is not supported; write out the characters that are meant"));
    }

    private static Reason Describe(RegexParseError error) => error switch
    {
        RegexParseError.UnterminatedBracket => new Reason(RegexProblem.BracketOpen, $"a bracket is not closed"),
        RegexParseError.InsufficientClosingParentheses => new Reason(RegexProblem.ParenthesisOpen, $"a parenthesis is not closed"),
        RegexParseError.InsufficientOpeningParentheses => new Reason(RegexProblem.ParenthesisNotOpened, $"a parenthesis is closed that was not opened"),
        RegexParseError.QuantifierAfterNothing => new Reason(RegexProblem.NothingToRepeat, $"there is nothing to repeat"),
        RegexParseError.NestedQuantifiersNotParenthesized => new Reason(RegexProblem.RepetitionRepeated, $"a repetition is repeated"),
        RegexParseError.ReversedQuantifierRange or RegexParseError.ReversedCharacterRange => new Reason(RegexProblem.RangeBackwards, $"a range runs backwards"),
        RegexParseError.InvalidUnicodePropertyEscape => new Reason(RegexProblem.UnicodeClass, $"no such Unicode class is known"),
        _ => new Reason(RegexProblem.Syntax, $"the syntax is not understood"),
    };

    private static UntranslatableException Refuse(RegexProblem kind, FormattableString english) => new(new Reason(kind, english));

    /// <summary>Go's syntax that has no counterpart here.</summary>
    private sealed class UntranslatableException(Reason reason) : Exception(reason.ToString())
    {
        public Reason Reason { get; } = reason;
    }
}
