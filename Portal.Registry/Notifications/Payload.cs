using System.Buffers;
using System.Net.Mime;
using System.Text.Json;

namespace Portal.Registry.Notifications;

/// <summary>What an endpoint expects in a request's body.</summary>
public enum PayloadFormat
{
    /// <summary>Upstream's envelope, with one event.</summary>
    Registry,

    /// <summary>A message for an incoming webhook of Slack, or of what takes the same: Mattermost, Rocket.Chat.</summary>
    Slack,

    /// <summary>A card for a Workflows webhook of Microsoft Teams.</summary>
    Teams,

    /// <summary>A message for a webhook of Discord.</summary>
    Discord,

    /// <summary>CloudEvents 1.0 in structured JSON.</summary>
    CloudEvents,
}

/// <summary>A request's body.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Body">Its bytes.</param>
public sealed record Payload(string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>The content type of upstream's envelope.</summary>
    public const string EnvelopeType = "application/vnd.docker.distribution.events.v1+json";

    /// <summary>An event in the form that an endpoint expects.</summary>
    /// <param name="format">That form.</param>
    /// <param name="eventJson">One event in upstream's form, without the envelope.</param>
    /// <exception cref="JsonException">The bytes are no event.</exception>
    public static Payload Of(PayloadFormat format, ReadOnlyMemory<byte> eventJson) => format switch
    {
        PayloadFormat.Slack => Write(MediaTypeNames.Application.Json, eventJson, SlackPayload.Write),
        PayloadFormat.Teams => Write(MediaTypeNames.Application.Json, eventJson, TeamsPayload.Write),
        PayloadFormat.Discord => Write(MediaTypeNames.Application.Json, eventJson, DiscordPayload.Write),
        PayloadFormat.CloudEvents => Write(CloudEventPayload.ContentType, eventJson, CloudEventPayload.Write),
        _ => new Payload(EnvelopeType, Envelope(eventJson.Span)),
    };

    /// <summary>Upstream's envelope around an event, byte for byte.</summary>
    private static byte[] Envelope(ReadOnlySpan<byte> eventJson) => [.. "{\"events\":["u8, .. eventJson, .. "]}"u8];

    private static Payload Write(string contentType, ReadOnlyMemory<byte> eventJson, Action<Utf8JsonWriter, EventText> write)
    {
        using var document = JsonDocument.Parse(eventJson);
        var body = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(body))
        {
            write(json, new EventText(document.RootElement));
        }

        return new Payload(contentType, body.WrittenMemory);
    }
}
