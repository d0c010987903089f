using System.Text.Json;

namespace Portal.Registry.Notifications;

/// <summary>The event as it is, within CloudEvents 1.0's attributes (structured mode of its JSON format).</summary>
internal static class CloudEventPayload
{
    public const string ContentType = "application/cloudevents+json";

    /// <summary>What types of ours begin with; the action follows.</summary>
    private const string TypePrefix = "io.registry-portal.";

    public static void Write(Utf8JsonWriter json, EventText text)
    {
        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", text.Id);
        json.WriteString("source", Source(text));
        json.WriteString("type", $"{TypePrefix}{text.Action}");
        json.WriteString("subject", text.Tag is null && text.Digest is { } digest ? $"{text.Repository}@{digest}" : text.Subject);
        if (text.Time.Length > 0)
        {
            json.WriteString("time", text.Time);
        }

        json.WriteString("datacontenttype", "application/json");
        json.WriteStartObject("data");
        foreach (var property in text.Json.EnumerateObject())
        {
            property.WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The registry as its clients reach it: a reference that is not empty, as the specification asks for.</summary>
    private static string Source(EventText text) =>
        Uri.TryCreate(text.Url, UriKind.Absolute, out var url) ? url.GetLeftPart(UriPartial.Authority)
        : text.Host is { } host && Uri.TryCreate($"//{host}", UriKind.Relative, out _) ? $"//{host}"
        : "/v2/";
}
