using System.Text;
using System.Text.Json;

namespace Portal.Registry.Notifications;

/// <summary>A message for Discord: the sentence, and facts in a box beside a coloured line. Nobody is mentioned.</summary>
internal static class DiscordPayload
{
    private const int Green = 0x2E7D32;
    private const int Red = 0xC62828;
    private const int Blue = 0x1565C0;

    public static void Write(Utf8JsonWriter json, EventText text)
    {
        json.WriteStartObject();
        json.WriteString("content", text.Sentence(static name => $"**{Escape(name)}**", Escape));
        json.WriteStartArray("embeds");
        json.WriteStartObject();
        json.WriteNumber("color", text.Action switch { "delete" => Red, "push" => Green, _ => Blue });
        json.WriteStartArray("fields");
        foreach (var (title, value) in text.Facts())
        {
            json.WriteStartObject();
            json.WriteString("name", title);
            json.WriteString("value", Escape(value));
            json.WriteBoolean("inline", value.Length <= 40);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("allowed_mentions");
        json.WriteStartArray("parse");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        text = text.ReplaceLineEndings(" ");
        foreach (var (index, character) in text.Index())
        {
            // A colon in front of a slash would make a link; that of "app:1.0" makes none.
            if ((character is ':' && text.AsSpan(index + 1) is ['/', ..])
                || character is '\\' or '*' or '_' or '~' or '`' or '|' or '<' or '>' or '[' or ']' or '(' or ')' or '#' or '@')
            {
                escaped.Append('\\');
            }

            escaped.Append(character);
        }

        return escaped.ToString();
    }
}
