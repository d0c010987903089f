using System.Text.Json;
using Portal.Storage.History;

namespace Portal.Registry.Notifications;

/// <summary>What the queue keeps of an event beside its JSON: what it is asked for by.</summary>
internal sealed record EventSummary(
    string Id, DateTimeOffset Time, string Action, string Repository, string? MediaType, string? Tag, string? Digest, string? Actor)
{
    /// <returns>Null when it is none of ours: the journal is a file, which somebody may have changed.</returns>
    public static EventSummary? Of(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var target = root.GetProperty("target");
            return new EventSummary(
                root.GetProperty("id").GetString()!,
                root.GetProperty("timestamp").GetDateTimeOffset(),
                root.GetProperty("action").GetString()!,
                target.GetProperty("repository").GetString()!,
                TextOf(target, "mediaType"),
                TextOf(target, "tag"),
                TextOf(target, "digest"),
                TextOf(root.GetProperty("actor"), "name"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return null;
        }
    }

    public NewDelivery To(string endpoint, ReadOnlyMemory<byte> json) => new()
    {
        Endpoint = endpoint,
        EventId = Id,
        Time = Time,
        Action = Action,
        Repository = Repository,
        Tag = Tag,
        Digest = Digest,
        Actor = Actor,
        Event = json,
    };

    private static string? TextOf(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;
}
