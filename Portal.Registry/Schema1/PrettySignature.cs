using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Portal.Storage.Oci;

namespace Portal.Registry.Schema1;

/// <summary>
/// JSON with its signatures inside it, as libtrust writes it. Before the last brace of the signed text, the payload,
/// stands a member <c>signatures</c>: a list of JSON Web Signatures (RFC 7515), whose protected headers tell how to get
/// the payload back: its first <c>formatLength</c> bytes, and then <c>formatTail</c>. Each signature covers its protected
/// header and the payload, both in base64url, with a dot between them.
/// <para>
/// A signature brings its own key. It shows that the bytes are those that were signed, not who signed them.
/// </para>
/// </summary>
public static class PrettySignature
{
    // Each signature costs a pass over the payload.
    private const int MostSignatures = 10;
    private const string Member = "signatures";

    /// <summary>Takes the signatures off and verifies each.</summary>
    /// <returns>The payload.</returns>
    /// <exception cref="OciException">MANIFEST_INVALID when there are none; MANIFEST_UNVERIFIED when one is not right.</exception>
    public static byte[] Verify(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var json = JsonDocument.Parse(content, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty(Member, out var signatures)
                || signatures.ValueKind != JsonValueKind.Array
                || signatures.GetArrayLength() is 0 or > MostSignatures)
            {
                throw new OciException(
                    ErrorCode.ManifestInvalid, $"a manifest of schema 1 is signed, by one to {MostSignatures} signatures, unless its type says that it is not");
            }

            byte[]? payload = null;
            foreach (var signature in signatures.EnumerateArray())
            {
                var own = PayloadOf(content.Span, Text(signature, "protected"));
                if (payload is not null && !payload.AsSpan().SequenceEqual(own))
                {
                    throw Unverified("the signatures are not of one text");
                }

                payload = own;
                Verify(signature, payload);
            }

            return payload!;
        }
        catch (JsonException)
        {
            throw new OciException(ErrorCode.ManifestInvalid, "the manifest is no JSON");
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or InvalidOperationException)
        {
            throw Unverified("a signature cannot be read");
        }
    }

    /// <summary>Whether the text has signatures at all.</summary>
    public static bool IsSigned(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(Member, out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Signs a text and puts the signature into it.</summary>
    /// <param name="payload">A JSON object that is not empty.</param>
    public static byte[] Sign(ReadOnlySpan<byte> payload, SigningKey key, DateTimeOffset now)
    {
        const string Whitespace = " \t\r\n";
        var brace = payload.LastIndexOf((byte)'}');
        var length = payload[..brace].LastIndexOfAnyExcept(Encoding.ASCII.GetBytes(Whitespace)) + 1;
        var header = Base64Url.EncodeToString(ProtectedHeader(length, payload[length..], now));
        var signature = key.Sign(SignedText(header, payload));

        var content = new ArrayBufferWriter<byte>(payload.Length + 1024);
        content.Write(payload[..length]);
        content.Write(",\n   \"signatures\": "u8);
        content.Write(Encoding.UTF8.GetBytes(Signatures(header, signature, key)));
        content.Write("\n}"u8);
        return content.WrittenSpan.ToArray();
    }

    private static byte[] PayloadOf(ReadOnlySpan<byte> content, string protectedHeader)
    {
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(protectedHeader));
        var tail = Base64Url.DecodeFromChars(Text(header.RootElement, "formatTail"));
        return header.RootElement.TryGetProperty("formatLength", out var length)
            && length.TryGetInt32(out var count) && count >= 0 && count <= content.Length
            ? [.. content[..count], .. tail]
            : throw Unverified("a signature is of a text that is not there");
    }

    private static void Verify(JsonElement signature, byte[] payload)
    {
        if (!signature.TryGetProperty("header", out var header))
        {
            throw new FormatException("no header");
        }

        using var key = KeyOf(header);
        var bytes = Base64Url.DecodeFromChars(Text(signature, "signature"));
        if (!key.Verify(SignedText(Text(signature, "protected"), payload), bytes, Text(header, "alg")))
        {
            throw Unverified("a signature does not match the manifest");
        }
    }

    /// <summary>The first certificate of a chain, where there is one; else the key itself.</summary>
    private static SigningKey KeyOf(JsonElement header)
    {
        if (!header.TryGetProperty("x5c", out var chain) || chain.ValueKind != JsonValueKind.Array || chain.GetArrayLength() == 0)
        {
            return SigningKey.OfJwk(header.TryGetProperty("jwk", out var jwk) ? jwk : default);
        }

        using var certificate = X509CertificateLoader.LoadCertificate(chain[0].GetBytesFromBase64());
        return SigningKey.OfCertificate(certificate);
    }

    private static string Text(JsonElement element, string name)
    {
        return element.TryGetProperty(name, out var value) && value.GetString() is { } text
            ? text
            : throw new FormatException($"no {name}");
    }

    private static byte[] SignedText(string protectedHeader, ReadOnlySpan<byte> payload)
    {
        return Encoding.ASCII.GetBytes($"{protectedHeader}.{Base64Url.EncodeToString(payload)}");
    }

    private static byte[] ProtectedHeader(int length, ReadOnlySpan<byte> tail, DateTimeOffset now)
    {
        var header = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(header);
        writer.WriteStartObject();
        writer.WriteNumber("formatLength", length);
        writer.WriteString("formatTail", Base64Url.EncodeToString(tail));
        writer.WriteString("time", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        writer.Flush();
        return header.WrittenSpan.ToArray();
    }

    /// <summary>The list, indented as Docker indents a manifest, from its second line on one step further in.</summary>
    private static string Signatures(string protectedHeader, byte[] signature, SigningKey key)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentSize = 3, NewLine = "\n" }))
        {
            writer.WriteStartArray();
            writer.WriteStartObject();
            writer.WriteStartObject("header");
            writer.WritePropertyName("jwk");
            key.WriteJwk(writer);
            writer.WriteString("alg", key.Algorithm);
            writer.WriteEndObject();
            writer.WriteString("signature", Base64Url.EncodeToString(signature));
            writer.WriteString("protected", protectedHeader);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()).Replace("\n", "\n   ", StringComparison.Ordinal);
    }

    private static OciException Unverified(string message) => new(ErrorCode.ManifestUnverified, message);
}
