using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portal.Storage.Oci;

/// <summary>
/// How the specifications' documents are read and written. Duplicate keys are refused, since two readers could
/// disagree on what a signed document says; depth is bounded at 64.
/// </summary>
[JsonSourceGenerationOptions(
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DigestConverter)])]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
[JsonSerializable(typeof(ImageConfig))]
[JsonSerializable(typeof(Schema1Manifest))]
[JsonSerializable(typeof(Schema1Step))]
public sealed partial class OciJson : JsonSerializerContext;

/// <summary>Reads and writes a digest as its text; a malformed one is a <see cref="JsonException"/> with its path.</summary>
public sealed class DigestConverter : JsonConverter<Digest>
{
    public override Digest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        return reader.TokenType == JsonTokenType.String && Digest.TryParse(reader.GetString(), out var digest)
            ? digest
            : throw new JsonException("not a sha256 or sha512 digest");
    }

    public override void Write(Utf8JsonWriter writer, Digest value, JsonSerializerOptions options)
    {
        writer.WriteStringValue(value.ToString());
    }
}
