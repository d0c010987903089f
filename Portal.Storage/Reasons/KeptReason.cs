using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Storage.Reasons;

/// <summary>
/// A reason as a text in a file or a database: the sentence in English, then, behind a character that nobody types, a
/// JSON list of its name and values. A text without that is a sentence that was kept before there were names.
/// </summary>
public static class KeptReason
{
    /// <summary>Stands behind the sentence in English, where there is more.</summary>
    public const string End = "\u001F";

    // Parts lie in one another; those of a list in its halves.
    private const int MaxDepth = 64;

    // No page is made of it. Control characters are written in another way all the same.
    private static readonly JsonWriterOptions Short = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string? Write(Reason? reason)
    {
        // What the sentence quotes may be anybody's.
        var english = reason?.ToString().Replace(End, " ", StringComparison.Ordinal);
        if (reason?.Name is null)
        {
            return english;
        }

        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Short))
        {
            json.WriteStartArray();
            json.WriteStringValue(reason.Name);
            WriteValues(json, reason);
            json.WriteEndArray();
        }

        return $"{english}{End}{Encoding.UTF8.GetString(bytes.WrittenSpan)}";
    }

    /// <returns>Null for null.</returns>
    public static Reason? Read(string? kept)
    {
        var end = kept?.IndexOf(End, StringComparison.Ordinal) ?? -1;
        if (end < 0)
        {
            return kept is null ? null : new Reason(name: null, kept, []);
        }

        try
        {
            using var json = JsonDocument.Parse(kept.AsMemory(end + End.Length), new JsonDocumentOptions { MaxDepth = MaxDepth });
            return new Reason(json.RootElement[0].GetString(), kept![..end], [.. json.RootElement.EnumerateArray().Skip(1).Select(Value)]);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or IndexOutOfRangeException)
        {
            return new Reason(name: null, kept!, []);
        }
    }

    private static void WriteValues(Utf8JsonWriter json, Reason reason)
    {
        foreach (var value in reason.Values)
        {
            switch (value)
            {
                case null:
                    json.WriteNullValue();
                    break;
                case Reason part:
                    json.WriteStartArray();
                    json.WriteStringValue(part.Name);
                    json.WriteStringValue(part.ToString());
                    WriteValues(json, part);
                    json.WriteEndArray();
                    break;
                case int or long or uint or short or byte:
                    json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumberValue(number);
                    break;
                default:
                    json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }
    }

    private static object? Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out var number) ? (object)number : json.GetDouble(),
        JsonValueKind.Array => new Reason(json[0].GetString(), json[1].GetString() ?? "", [.. json.EnumerateArray().Skip(2).Select(Value)]),
        _ => null,
    };
}
