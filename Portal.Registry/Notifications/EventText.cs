using System.Globalization;
using System.Text;
using System.Text.Json;
using Portal.Storage.Oci;

namespace Portal.Registry.Notifications;

/// <summary>An event as a person is told of it. Names come from clients: who writes them into markup has to escape them.</summary>
/// <param name="json">One event in upstream's form; a field that is missing is left out of the text.</param>
public sealed class EventText(JsonElement json)
{
    private const int LongestName = 400;
    private const int ShortDigest = 12;
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB"];

    /// <summary>The event itself.</summary>
    public JsonElement Json => json;

    public string Id => TextOf(json, "id") ?? "";

    /// <summary>As it is written, in UTC.</summary>
    public string Time => TextOf(json, "timestamp") ?? "";

    public string Action => TextOf(json, "action") ?? "";

    public string Repository => TextOf(Target, "repository") ?? "";

    public string? Tag => TextOf(Target, "tag");

    public string? Digest => TextOf(Target, "digest");

    public string? MediaType => TextOf(Target, "mediaType");

    /// <summary>Where a mounted blob came from.</summary>
    public string? FromRepository => TextOf(Target, "fromRepository");

    /// <summary>The content's address in the registry.</summary>
    public string? Url => TextOf(Target, "url");

    /// <summary>The registry's host, as the client wrote it.</summary>
    public string? Host => TextOf(Of(json, "request"), "host");

    public string Actor => TextOf(Of(json, "actor"), "name") ?? "somebody";

    /// <summary>The image, or the repository for content without a tag: <c>team/app:1.0</c>.</summary>
    public string Subject => Tag is { } tag ? $"{Repository}:{tag}" : Repository;

    private JsonElement Target => Of(json, "target");

    private bool IsBlob => MediaType == MediaTypes.OctetStream || Action == "mount";

    /// <summary>Bytes of a blob, or of all that an image refers to where the event says so; null when it is not known.</summary>
    private long? Size
    {
        get
        {
            if (IsBlob)
            {
                return LongOf(Target, "size");
            }

            // A manifest's own size would be taken for the image's.
            return Of(Target, "references") is { ValueKind: JsonValueKind.Array } references
                ? references.EnumerateArray().Sum(reference => LongOf(reference, "size") ?? 0)
                : null;
        }
    }

    /// <summary>Who did what: <c>alice pushed team/app:1.0 (sha256:0123456789ab, 12.0 MiB)</c>.</summary>
    /// <param name="name">Writes a name, escaped.</param>
    /// <param name="words">Writes the words around names, escaped; null as they are.</param>
    public string Sentence(Func<string, string> name, Func<string, string>? words = null)
    {
        var sentence = new StringBuilder();
        foreach (var (text, isName) in Parts())
        {
            sentence.Append(isName ? name(text) : words?.Invoke(text) ?? text);
        }

        return sentence.ToString();
    }

    /// <summary>The same in pieces, names apart from the words around them.</summary>
    public IEnumerable<(string Text, bool IsName)> Parts()
    {
        yield return (Actor, true);
        yield return ($" {Verb()} ", false);
        yield return (Subject, true);
        if (FromRepository is { } source)
        {
            yield return (" from ", false);
            yield return (source, true);
        }

        if (Aside() is { Length: > 0 } aside)
        {
            yield return ($" ({aside})", false);
        }
    }

    /// <summary>What else a message tells, each with a title; names not escaped.</summary>
    public IEnumerable<(string Title, string Value)> Facts()
    {
        yield return ("Repository", Repository);
        if (Tag is { } tag)
        {
            yield return ("Tag", tag);
        }

        if (Digest is { } digest)
        {
            yield return ("Digest", digest);
        }

        if (Time.Length > 0)
        {
            yield return ("Time", Time);
        }
    }

    private string Verb() => (Action, IsBlob) switch
    {
        ("push", false) => "pushed",
        ("push", true) => "pushed a layer of",
        ("pull", false) => "pulled",
        ("pull", true) => "pulled a layer of",
        ("mount", _) => "mounted a layer into",
        ("delete", _) => "deleted",
        _ => Action,
    };

    private string Aside()
    {
        string?[] parts = [Digest is { } digest ? Shorten(digest) : null, Size is > 0 and var bytes ? Format(bytes) : null];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Shorten(string digest) =>
        digest.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && digest.Length > colon + 1 + ShortDigest
            ? digest[..(colon + 1 + ShortDigest)]
            : digest;

    private static string Format(long bytes)
    {
        var (value, unit) = (bytes / 1024d, 0);
        for (; value >= 1023.95 && unit < Units.Length - 1; unit++)
        {
            value /= 1024;
        }

        return bytes < 1024
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:F1} {Units[unit]}");
    }

    private static JsonElement Of(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>Cut where it is longer than any name of ours: what messages are sent to has limits.</summary>
    private static string? TextOf(JsonElement element, string name) =>
        Of(element, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
            ? text.Length <= LongestName ? text : $"{text[..LongestName]}…"
            : null;

    private static long? LongOf(JsonElement element, string name) =>
        Of(element, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;
}
