using System.Globalization;
using System.Text.Json;
using Portal.Registry.Events;
using Portal.Storage.Oci;

namespace Portal.Registry.Notifications;

/// <summary>Writes an event as upstream does, field by field and in its order, without the envelope.</summary>
internal static class EventJson
{
    /// <param name="id">The event's own.</param>
    /// <param name="includeReferences">Whether a manifest's references are listed.</param>
    public static void Write(Utf8JsonWriter json, RegistryEvent registryEvent, Guid id, EventSource source, bool includeReferences)
    {
        var actor = registryEvent.Actor;
        json.WriteStartObject();
        json.WriteString("id", id);
        json.WriteString("timestamp", registryEvent.Timestamp.UtcDateTime);
        json.WriteString("action", NameOf(registryEvent.Action));
        json.WriteStartObject("target");
        WriteTarget(json, registryEvent, includeReferences);
        json.WriteEndObject();
        json.WriteStartObject("request");
        json.WriteString("id", actor.RequestId);
        json.WriteString("addr", actor.Address ?? string.Empty);
        WriteUnlessEmpty(json, "host", actor.Host);
        json.WriteString("method", actor.Method ?? string.Empty);
        json.WriteString("useragent", actor.UserAgent ?? string.Empty);
        json.WriteEndObject();
        json.WriteStartObject("actor");
        WriteUnlessEmpty(json, "name", actor.Name);
        json.WriteEndObject();
        json.WriteStartObject("source");
        json.WriteString("addr", source.Address);
        json.WriteString("instanceID", source.InstanceId);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Upstream's word for it.</summary>
    public static string NameOf(EventAction action) => action switch
    {
        EventAction.Push => "push",
        EventAction.Pull => "pull",
        EventAction.Mount => "mount",
        _ => "delete",
    };

    private static void WriteTarget(Utf8JsonWriter json, RegistryEvent registryEvent, bool includeReferences)
    {
        // Of what was deleted upstream tells the digest alone.
        var isDelete = registryEvent.Action is EventAction.Delete;
        if (!isDelete)
        {
            WriteUnlessEmpty(json, "mediaType", registryEvent.MediaType);
            WriteSize(json, "size", registryEvent.Size);
        }

        if (registryEvent.Digest is { } digest)
        {
            json.WriteString("digest", digest.ToString());
        }

        if (!isDelete)
        {
            WriteSize(json, "length", registryEvent.Size);
        }

        json.WriteString("repository", registryEvent.Repository.ToString());
        WriteUnlessEmpty(json, "fromRepository", registryEvent.FromRepository?.ToString());
        if (!isDelete && registryEvent is { Actor.RegistryAddress: { } registry, Digest: { } content })
        {
            var kind = registryEvent.MediaType == MediaTypes.OctetStream ? "blobs" : "manifests";
            json.WriteString("url", string.Create(CultureInfo.InvariantCulture, $"{registry}{registryEvent.Repository}/{kind}/{content}"));
        }

        WriteUnlessEmpty(json, "tag", registryEvent.Tag?.ToString());
        if (includeReferences && registryEvent.Manifest is { } manifest)
        {
            WriteReferences(json, manifest);
        }
    }

    private static void WriteReferences(Utf8JsonWriter json, Manifest manifest)
    {
        var isEmpty = true;
        foreach (var reference in manifest.References)
        {
            if (isEmpty)
            {
                json.WriteStartArray("references");
                isEmpty = false;
            }

            json.WriteStartObject();
            WriteUnlessEmpty(json, "mediaType", reference.MediaType);
            WriteSize(json, "size", reference.Size);
            json.WriteString("digest", reference.Digest.ToString());
            json.WriteEndObject();
        }

        if (!isEmpty)
        {
            json.WriteEndArray();
        }
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteSize(Utf8JsonWriter json, string name, long? size)
    {
        if (size is > 0)
        {
            json.WriteNumber(name, size.Value);
        }
    }
}

/// <summary>Which registry an event comes from.</summary>
/// <param name="Address">The machine's name and the registry's port.</param>
/// <param name="InstanceId">This process's own, as a UUID.</param>
public sealed record EventSource(string Address, string InstanceId);
