using System.Text.Json;

namespace Portal.Registry.Notifications;

/// <summary>A message for Slack: the sentence, then facts in small print. <c>text</c> is what notifications show.</summary>
internal static class SlackPayload
{
    public static void Write(Utf8JsonWriter json, EventText text)
    {
        json.WriteStartObject();
        json.WriteString("text", text.Sentence(Escape, Escape));
        json.WriteStartArray("blocks");
        json.WriteStartObject();
        json.WriteString("type", "section");
        WriteText(json, "text", text.Sentence(Code, Escape));
        json.WriteEndObject();
        json.WriteStartObject();
        json.WriteString("type", "context");
        json.WriteStartArray("elements");
        foreach (var (title, value) in text.Facts())
        {
            WriteText(json, null, $"{title}: {Code(value)}");
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string? property, string text)
    {
        if (property is null)
        {
            json.WriteStartObject();
        }
        else
        {
            json.WriteStartObject(property);
        }

        json.WriteString("type", "mrkdwn");
        json.WriteString("text", text);

        // No name becomes a link or a mention.
        json.WriteBoolean("verbatim", true);
        json.WriteEndObject();
    }

    /// <summary>Within backticks stars and underscores are themselves; a backtick itself has no way to be written.</summary>
    private static string Code(string name) => $"`{Escape(name.Replace('`', '\'').ReplaceLineEndings(" "))}`";

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
