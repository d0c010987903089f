using System.Text;
using System.Text.Json;

namespace Portal.Registry.Inspection;

/// <summary>
/// Values that builders printed as Go prints them: <c>map[80/tcp:{}]</c>, <c>[/data /logs]</c>,
/// <c>&amp;{["CMD" "curl"] "30s" "3s" "0s" "0s" '\x03'}</c>.
/// </summary>
internal static class GoText
{
    private static readonly string[] HealthOptions = ["--interval", "--timeout", "--start-period", "--start-interval"];

    /// <summary>An instruction's arguments as a Dockerfile has them; what is not in Go's form stays as it is.</summary>
    public static string ToInstruction(string keyword, string text)
    {
        return keyword switch
        {
            "EXPOSE" when Inside(text, "map[", "]") is { } map => string.Join(' ', map.Split(' ').Select(port => port.Replace(":{}", "", StringComparison.Ordinal))),
            "EXPOSE" when Inside(text, "[", "]") is { } ports => ports,
            "VOLUME" or "SHELL" when Inside(text, "[", "]") is { } words && !words.Contains('"') =>
                $"[{string.Join(", ", words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Quote))}]",
            "HEALTHCHECK" when Inside(text, "&{", "}") is { } check => HealthCheck(check) ?? text,
            _ => text,
        };
    }

    /// <summary>The words of a list in JSON's form; none when it is none.</summary>
    public static IReadOnlyList<string> Words(string list)
    {
        try
        {
            using var document = JsonDocument.Parse(list);
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Where(word => word.ValueKind == JsonValueKind.String).Select(word => word.GetString()!)]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>A word in double quotes, as JSON has it.</summary>
    public static string Quote(string word) =>
        $"\"{word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string? Inside(string text, string start, string end)
    {
        return text.Length >= start.Length + end.Length && text.StartsWith(start, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal)
            ? text[start.Length..^end.Length]
            : null;
    }

    /// <summary>The test's words in brackets, then durations, then how often it may fail.</summary>
    private static string? HealthCheck(string text)
    {
        var end = text.LastIndexOf(']');
        if (!text.StartsWith('[') || end < 0)
        {
            return null;
        }

        var test = QuotedWords(text[1..end]);
        var options = QuotedWords(text[(end + 1)..]).Zip(HealthOptions)
            .Where(option => option.First is not ("0s" or "")).Select(option => $"{option.Second}={option.First} ");
        var command = test switch
        {
            ["NONE"] => "NONE",
            ["CMD-SHELL", var line] => $"CMD {line}",
            ["CMD", .. var words] => $"CMD [{string.Join(", ", words.Select(Quote))}]",
            _ => null,
        };
        return command is null ? null : string.Concat(options) + command;
    }

    private static List<string> QuotedWords(string text)
    {
        var words = new List<string>();
        for (var i = text.IndexOf('"'); i >= 0; i = text.IndexOf('"', i))
        {
            var word = new StringBuilder();
            for (i++; i < text.Length && text[i] != '"'; i++)
            {
                word.Append(text[i] == '\\' && i + 1 < text.Length ? text[++i] : text[i]);
            }

            words.Add(word.ToString());
            if (++i >= text.Length)
            {
                break;
            }
        }

        return words;
    }
}
