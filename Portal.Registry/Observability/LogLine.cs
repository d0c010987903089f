using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Registry.Observability;

/// <summary>What one log line says, and the three ways in which upstream writes it.</summary>
/// <param name="Time">When, in RFC 3339.</param>
/// <param name="Level">As upstream spells it: debug, info, warning, error, fatal.</param>
/// <param name="Message">What happened.</param>
/// <param name="Fields">Names and values, texts or whole numbers.</param>
internal readonly record struct LogLine(
    string Time, string Level, string Message, IReadOnlyList<KeyValuePair<string, object>> Fields)
{
    public static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Critical => "fatal",
        _ => "error",
    };

    public string ToString(LogFormatter formatter) => formatter switch
    {
        LogFormatter.Json => Json([new("level", Level), new("msg", Message), new("time", Time), .. Fields]),
        LogFormatter.Logstash => Json(
            [new("@timestamp", Time), new("@version", "1"), new("level", Level), new("message", Message), .. Fields]),
        _ => Text([new("time", Time), new("level", Level), new("msg", Message), .. Fields]),
    };

    private static string Text(List<KeyValuePair<string, object>> fields)
    {
        var line = new StringBuilder();
        foreach (var (key, value) in fields)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
            line.Append(line.Length == 0 ? string.Empty : " ").Append(key).Append('=');
            line.Append(IsBare(text) ? text : $"\"{JsonEncodedText.Encode(text)}\"");
        }

        return line.ToString();
    }

    private static bool IsBare(string value)
    {
        return value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/' or '@' or '^' or '+');
    }

    private static string Json(List<KeyValuePair<string, object>> fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();

            // A name of log.fields that the line has already would make the object say two things.
            foreach (var (key, value) in fields.DistinctBy(field => field.Key))
            {
                if (value is int or long)
                {
                    writer.WriteNumber(key, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                }
                else
                {
                    writer.WriteString(key, (string)value);
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
