using System.Text;
using System.Text.Json;
using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>A piece of a line, and what it is.</summary>
/// <param name="Style">The style's class; null for brackets and the like.</param>
public readonly record struct JsonPiece(string? Style, string Text);

/// <summary>
/// JSON laid out for reading. Only the space between its tokens changes: numbers, escapes and repeated names stay as they
/// were written.
/// </summary>
/// <param name="Lines">The lines, each of its pieces.</param>
/// <param name="IsCut">Whether there is more than was asked for.</param>
public sealed record JsonText(IReadOnlyList<IReadOnlyList<JsonPiece>> Lines, bool IsCut)
{
    private const int MaxDepth = 512;
    private const int MaxIndent = 40;
    private const int MaxToken = 4000;

    /// <param name="maxLines">How many lines are laid out at the most.</param>
    /// <returns>Null when it is no JSON.</returns>
    public static JsonText? Read(ReadOnlySpan<byte> content, int maxLines)
    {
        try
        {
            return Write(new Utf8JsonReader(content, new JsonReaderOptions { MaxDepth = MaxDepth }), maxLines);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonText Write(Utf8JsonReader reader, int maxLines)
    {
        var lines = new List<IReadOnlyList<JsonPiece>>();
        var line = new List<JsonPiece>();
        var before = JsonTokenType.None;
        while (reader.Read())
        {
            var isEnd = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            var isFirst = before is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (!isEnd && !isFirst && before is not (JsonTokenType.None or JsonTokenType.PropertyName))
            {
                line.Add(new JsonPiece(null, ","));
            }

            if (before != JsonTokenType.None && (isEnd ? !isFirst : before != JsonTokenType.PropertyName))
            {
                lines.Add(line);
                if (lines.Count >= maxLines)
                {
                    return new JsonText(lines, IsCut: true);
                }

                line = [new JsonPiece(null, new string(' ', 2 * Math.Min(reader.CurrentDepth, MaxIndent)))];
            }

            AddToken(line, ref reader);
            before = reader.TokenType;
        }

        lines.Add(line);
        return new JsonText(lines, IsCut: false);
    }

    private static void AddToken(List<JsonPiece> line, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                line.Add(new JsonPiece("json-key", Quoted(reader.ValueSpan)));
                line.Add(new JsonPiece(null, ": "));
                break;
            case JsonTokenType.String:
                line.Add(new JsonPiece("json-string", Quoted(reader.ValueSpan)));
                break;
            case JsonTokenType.Number:
                line.Add(new JsonPiece("json-number", Cut(reader.ValueSpan)));
                break;
            case JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null:
                line.Add(new JsonPiece("json-word", Cut(reader.ValueSpan)));
                break;
            default:
                line.Add(new JsonPiece(null, Cut(reader.ValueSpan)));
                break;
        }
    }

    private static string Quoted(ReadOnlySpan<byte> text) => $"\"{Cut(text)}\"";

    private static string Cut(ReadOnlySpan<byte> text)
    {
        return text.Length <= MaxToken ? Encoding.UTF8.GetString(text) : ControlsWords.CutText.With(Encoding.UTF8.GetString(text[..MaxToken]), text.Length);
    }
}
