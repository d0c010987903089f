using System.Text.Json;

namespace Portal.Registry.Notifications;

/// <summary>An Adaptive Card for Microsoft Teams. Text stands in runs alone, since those know no Markdown.</summary>
internal static class TeamsPayload
{
    public static void Write(Utf8JsonWriter json, EventText text)
    {
        json.WriteStartObject();
        json.WriteString("type", "message");
        json.WriteStartArray("attachments");
        json.WriteStartObject();
        json.WriteString("contentType", "application/vnd.microsoft.card.adaptive");
        json.WriteNull("contentUrl");
        json.WriteStartObject("content");
        json.WriteString("$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
        json.WriteString("type", "AdaptiveCard");
        json.WriteString("version", "1.4");
        json.WriteString("fallbackText", text.Sentence(static name => name));
        json.WriteStartArray("body");
        WriteBlock(json, text.Parts(), isSmall: false);
        foreach (var (title, value) in text.Facts())
        {
            WriteBlock(json, [($"{title}: ", true), (value, false)], isSmall: true);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBlock(Utf8JsonWriter json, IEnumerable<(string Text, bool IsBold)> runs, bool isSmall)
    {
        json.WriteStartObject();
        json.WriteString("type", "RichTextBlock");
        json.WriteString("spacing", isSmall ? "None" : "Default");
        json.WriteStartArray("inlines");
        foreach (var (text, isBold) in runs)
        {
            json.WriteStartObject();
            json.WriteString("type", "TextRun");
            json.WriteString("text", text);
            json.WriteString("weight", isBold ? "Bolder" : "Default");
            json.WriteString("size", isSmall ? "Small" : "Default");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
