using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>
/// A JSON object taken apart one level deep, without a copy of its values: documents of many megabytes are opened by their
/// envelopes only.
/// </summary>
internal sealed class JsonParts
{
    private const int MaxDepth = 128;
    private const int MaxProperties = 256;

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);

    /// <summary>How documents of strangers are read.</summary>
    public static JsonReaderOptions Options { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>The raw value of a property; empty when there is none.</summary>
    public ReadOnlyMemory<byte> this[string name] => _values.GetValueOrDefault(name);

    /// <exception cref="JsonException">Not a JSON object, nested too deeply, or with more properties than any of these documents has.</exception>
    public static JsonParts Read(ReadOnlyMemory<byte> json)
    {
        var parts = new JsonParts();
        var reader = new Utf8JsonReader(json.Span, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("not a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = TextOf(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (parts._values.Count == MaxProperties)
            {
                throw new JsonException("too many properties");
            }

            parts._values[name] = json[start..(int)reader.BytesConsumed];
        }

        return parts;
    }

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>A property that is an object; null when it is not.</summary>
    public JsonParts? Object(string name) => this[name] is { IsEmpty: false } value && value.Span[0] == (byte)'{' ? Read(value) : null;

    /// <summary>The elements of a property that is a list; none when it is not.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> List(string name, int limit)
    {
        var value = this[name];
        return value.IsEmpty || value.Span[0] != (byte)'[' ? [] : Elements(value, limit);
    }

    /// <summary>A property that is a string or number, cut when it is longer than people read; null when it is not.</summary>
    public string? Text(string name) => Whole(name) is { } text ? ClaimText.Cut(text) : null;

    /// <summary>A property in base64, in either alphabet; null when it is not.</summary>
    public byte[]? Bytes(string name) => Whole(name) is { } text ? Decode(text) : null;

    public static string? TextOf(ReadOnlyMemory<byte> value)
    {
        var reader = new Utf8JsonReader(value.Span, Options);
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => TextOf(ref reader),
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => null,
        };
    }

    public static byte[]? Decode(string text)
    {
        try
        {
            return text.AsSpan().ContainsAny('-', '_') || text.Length % 4 != 0 ? Base64Url.DecodeFromChars(text) : Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <exception cref="JsonException">The text is not Unicode.</exception>
    public static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("text that is not Unicode", exception);
        }
    }

    private string? Whole(string name) => this[name] is { IsEmpty: false } value ? TextOf(value) : null;

    private static List<ReadOnlyMemory<byte>> Elements(ReadOnlyMemory<byte> list, int limit)
    {
        var elements = new List<ReadOnlyMemory<byte>>();
        var reader = new Utf8JsonReader(list.Span, Options);
        reader.Read();
        while (elements.Count < limit && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(list[start..(int)reader.BytesConsumed]);
        }

        return elements;
    }
}
