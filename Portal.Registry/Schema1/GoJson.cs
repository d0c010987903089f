using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Portal.Registry.Schema1;

/// <summary>
/// JSON as Go's encoder writes it, byte for byte: a manifest's digest, and the ids of its layers, are of these bytes, and
/// have to be those that upstream makes of the same image.
/// </summary>
internal static partial class GoJson
{
    /// <summary>A text in quotes. Characters that HTML gives a meaning, and two that end a line in JavaScript, are escaped.</summary>
    public static StringBuilder AppendText(this StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => json.Append('\\').Append(c),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => json.Append($"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        return json.Append('"');
    }

    /// <summary>A value as it was written, without white space between its parts and with the same characters escaped.</summary>
    public static StringBuilder AppendCompact(this StringBuilder json, JsonElement value)
    {
        var isInText = false;
        var isEscaped = false;
        foreach (var c in value.GetRawText())
        {
            if (c is '<' or '>' or '&' or '\u2028' or '\u2029')
            {
                json.Append($"\\u{(int)c:x4}");
            }
            else if (isInText || c is not (' ' or '\t' or '\r' or '\n'))
            {
                json.Append(c);
            }

            isInText ^= c == '"' && !isEscaped;
            isEscaped = c == '\\' && !isEscaped;
        }

        return json;
    }

    /// <summary>A time as Go writes one that it read: nine digits of a second at most, no zeros at their end.</summary>
    /// <exception cref="FormatException">It is no time of RFC 3339.</exception>
    public static string Time(string text)
    {
        var parts = Rfc3339().Match(text);
        if (!parts.Success || !DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _))
        {
            throw new FormatException("a time of the image's history is not one of RFC 3339");
        }

        var fraction = parts.Groups[2].Value;
        fraction = fraction[..Math.Min(fraction.Length, ".123456789".Length)].TrimEnd('0').TrimEnd('.');
        var zone = parts.Groups[3].Value;
        return parts.Groups[1].Value + fraction + (zone is "+00:00" or "-00:00" ? "Z" : zone);
    }

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
