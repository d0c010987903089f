using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Storage.Oci;

namespace Portal.Registry.Schema1;

/// <summary>
/// Makes a manifest of schema 1 of a schema 2 image, the same bytes as upstream makes:
/// <list type="number">
/// <item>Each step of the config's history becomes an entry, newest first, beside its layer; a step that changed no file
/// gets the empty layer.</item>
/// <item>An entry's id is the SHA-256 of its layer's and its parent's; the newest one's is also of the whole config.</item>
/// <item>The newest entry is the config itself, without what the old format does not know; the others hold little more
/// than their command.</item>
/// </list>
/// </summary>
internal static class Schema1Converter
{
    private const string NoTime = "0001-01-01T00:00:00Z";

    /// <param name="config">The bytes of the image's config.</param>
    /// <param name="layers">The image's layers, oldest first.</param>
    /// <exception cref="OciException">MANIFEST_INVALID when the config does not fit the layers, or is no image's.</exception>
    public static (byte[] Payload, bool HasEmptyLayer) Convert(RepositoryName name, Tag tag, byte[] config, IReadOnlyList<Descriptor> layers)
    {
        try
        {
            using var json = JsonDocument.Parse(config);
            return Convert(name, tag, config, json.RootElement, layers);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw CannotConvert("its config is not that of an image");
        }
    }

    private static (byte[] Payload, bool HasEmptyLayer) Convert(
        RepositoryName name, Tag tag, byte[] config, JsonElement image, IReadOnlyList<Descriptor> layers)
    {
        // 1. A step and its layer.
        var steps = Member(image, "history") is { } history ? history.EnumerateArray().Select(Step.Of).ToList() : [];
        var rootfs = Member(image, "rootfs");
        if (steps.Count == 0)
        {
            throw CannotConvert("its config has no history");
        }

        if (steps.Count(step => !step.IsEmpty) > layers.Count
            || (rootfs is { } files && Member(files, "diff_ids") is { } ids ? ids.GetArrayLength() : 0) != layers.Count)
        {
            throw CannotConvert("its config and its layers do not fit together");
        }

        // 2. The entries, oldest first.
        var entries = new List<(Digest Layer, string Text)>();
        var parent = string.Empty;
        var used = 0;
        foreach (var step in steps)
        {
            var layer = step.IsEmpty ? Schema1Manifest.EmptyLayer : layers[used++].Digest;
            if (entries.Count == steps.Count - 1)
            {
                var top = Id([.. Encoding.UTF8.GetBytes($"{layer.Hex} {parent} "), .. config]);
                entries.Add((layer, TopEntry(image, top, parent, step.IsEmpty)));
                break;
            }

            var id = Id(Encoding.UTF8.GetBytes($"{layer.Hex} {parent}"));
            if (entries.Count == 0 && rootfs is { } root && Text(root, "base_layer") is { Length: > 0 } baseLayer)
            {
                // Windows' images stand on a layer that no registry has.
                parent = System.Convert.ToHexStringLower(SHA384.HashData(Encoding.UTF8.GetBytes(baseLayer)).AsSpan(0, 32));
            }

            entries.Add((layer, Entry(step, id, parent)));
            parent = id;
        }

        entries.Reverse();
        var payload = Write(name, tag, Text(image, "architecture") ?? string.Empty, entries);
        return (Encoding.UTF8.GetBytes(payload), entries.Exists(entry => entry.Layer == Schema1Manifest.EmptyLayer));
    }

    private static string Write(RepositoryName name, Tag tag, string architecture, List<(Digest Layer, string Text)> entries)
    {
        var json = new StringBuilder("{\n   \"schemaVersion\": 1,\n   \"name\": ").AppendText(name.ToString());
        json.Append(",\n   \"tag\": ").AppendText(tag.ToString());
        json.Append(",\n   \"architecture\": ").AppendText(architecture);
        json.Append(",\n   \"fsLayers\": [");
        AppendList("blobSum", entry => entry.Layer.ToString());
        json.Append(",\n   \"history\": [");
        AppendList("v1Compatibility", entry => entry.Text);
        return json.Append("\n}").ToString();

        void AppendList(string member, Func<(Digest Layer, string Text), string> value)
        {
            for (var i = 0; i < entries.Count; i++)
            {
                json.Append(i == 0 ? "" : ",").Append("\n      {\n         \"").Append(member).Append("\": ");
                json.AppendText(value(entries[i])).Append("\n      }");
            }

            json.Append("\n   ]");
        }
    }

    private static string Entry(Step step, string id, string parent)
    {
        var json = new StringBuilder("{\"id\":").AppendText(id);
        void Add(string name, string text)
        {
            if (text.Length > 0)
            {
                json.Append($",\"{name}\":").AppendText(text);
            }
        }

        Add("parent", parent);
        Add("comment", step.Comment);
        Add("created", step.Created);
        json.Append(",\"container_config\":{\"Cmd\":[").AppendText(step.CreatedBy).Append("]}");
        Add("author", step.Author);
        return json.Append(step.IsEmpty ? ",\"throwaway\":true}" : "}").ToString();
    }

    /// <summary>The config's members in the order of their names' bytes, as Go writes a map.</summary>
    private static string TopEntry(JsonElement image, string id, string parent, bool isEmpty)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in image.EnumerateObject().Where(member => member.Name is not ("rootfs" or "history")))
        {
            members[member.Name] = new StringBuilder().AppendCompact(member.Value).ToString();
        }

        members["id"] = new StringBuilder().AppendText(id).ToString();
        if (parent.Length > 0)
        {
            members["parent"] = new StringBuilder().AppendText(parent).ToString();
        }

        if (isEmpty)
        {
            members["throwaway"] = "true";
        }

        var json = new StringBuilder("{");
        foreach (var (name, value) in members)
        {
            json.Append(json.Length > 1 ? "," : "").AppendText(name).Append(':').Append(value);
        }

        return json.Append('}').ToString();
    }

    private static string Id(byte[] text) => Digest.Of(text).Hex.ToString();

    private static JsonElement? Member(JsonElement element, string name)
    {
        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private static string? Text(JsonElement element, string name) => Member(element, name)?.GetString();

    private static OciException CannotConvert(string reason)
    {
        return new OciException(
            ErrorCode.ManifestInvalid, $"the image cannot be given in schema 1: {reason}; ask for {MediaTypes.DockerManifest} in the Accept header");
    }

    private sealed record Step(string Created, string CreatedBy, string Author, string Comment, bool IsEmpty)
    {
        public static Step Of(JsonElement step) => new(
            Text(step, "created") is { } created ? GoJson.Time(created) : NoTime,
            Text(step, "created_by") ?? string.Empty,
            Text(step, "author") ?? string.Empty,
            Text(step, "comment") ?? string.Empty,
            Member(step, "empty_layer")?.GetBoolean() ?? false);
    }
}
