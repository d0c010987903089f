using System.Text.Json;

namespace Portal.Storage.Oci;

/// <summary>The top level of a manifest, read in one pass before it is known what kind of manifest it is.</summary>
internal readonly record struct ManifestShape(
    int? SchemaVersion, string? MediaType, bool HasConfig, bool HasLayers, bool HasManifests)
{
    /// <exception cref="JsonException">Not JSON, not an object, or nested too deeply.</exception>
    public static ManifestShape Read(ReadOnlySpan<byte> content)
    {
        var shape = default(ManifestShape);
        var reader = new Utf8JsonReader(content);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("not a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadText(ref reader);
            reader.Read();
            shape = name switch
            {
                "schemaVersion" when reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var version) =>
                    shape with { SchemaVersion = version },
                "mediaType" when reader.TokenType == JsonTokenType.String => shape with { MediaType = ReadText(ref reader) },
                "config" => shape with { HasConfig = reader.TokenType == JsonTokenType.StartObject },
                "layers" => shape with { HasLayers = reader.TokenType == JsonTokenType.StartArray },
                "manifests" => shape with { HasManifests = reader.TokenType == JsonTokenType.StartArray },
                _ => shape,
            };
            reader.Skip();
        }

        // Whatever follows the object's end is garbage; reading on makes the reader say so.
        while (reader.Read())
        {
        }

        return shape;
    }

    private static string? ReadText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException exception)
        {
            // The reader's answer to bytes that are no UTF-8, and to half a surrogate pair.
            throw new JsonException("text that is not Unicode", exception);
        }
    }
}
