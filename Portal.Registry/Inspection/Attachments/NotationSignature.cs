using System.Formats.Cbor;
using System.Text.Json;
using Portal.Storage.Oci;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>Notation's signatures: an envelope of JWS (RFC 7515) or COSE (RFC 9052) around a descriptor.</summary>
internal static class NotationSignature
{
    public const string Cose = "application/cose";

    private const string Format = "Notation";
    private const string AgentHeader = "io.cncf.notary.signingAgent";
    private const long CertificateChain = 33;
    private const CborTag SignedOne = (CborTag)18;

    /// <exception cref="JsonException">The envelope cannot be read.</exception>
    public static SignatureClaim ReadJws(ReadOnlyMemory<byte> envelope, Digest subject)
    {
        var parts = JsonParts.Read(envelope);
        var header = parts.Object("header");
        var chain = header?.List("x5c", 1).Select(JsonParts.TextOf).FirstOrDefault();
        var certificate = chain is null ? null : JsonParts.Decode(chain);
        return new SignatureClaim(
            Format, certificate is null ? null : CertificateClaim.Read(certificate), chain is not null, Names(parts.Bytes("payload"), subject))
        {
            Agent = header?.Text(AgentHeader),
        };
    }

    /// <exception cref="JsonException">The envelope cannot be read.</exception>
    public static SignatureClaim ReadCose(ReadOnlyMemory<byte> envelope, Digest subject)
    {
        try
        {
            var reader = new CborReader(envelope, CborConformanceMode.Lax);
            if (reader.PeekState() == CborReaderState.Tag && reader.ReadTag() != SignedOne)
            {
                throw new JsonException("not a COSE signature");
            }

            reader.ReadStartArray();
            reader.SkipValue();
            var (certificate, agent) = ReadHeaders(reader);
            var payload = reader.PeekState() == CborReaderState.ByteString ? reader.ReadByteString() : null;
            return new SignatureClaim(
                Format, certificate is null ? null : CertificateClaim.Read(certificate), certificate is not null, Names(payload, subject))
            {
                Agent = agent,
            };
        }
        catch (Exception exception) when (exception is CborContentException or InvalidOperationException or OverflowException)
        {
            throw new JsonException("not a COSE signature", exception);
        }
    }

    private static (byte[]? Certificate, string? Agent) ReadHeaders(CborReader reader)
    {
        (byte[]? Certificate, string? Agent) found = default;
        reader.ReadStartMap();
        while (reader.PeekState() != CborReaderState.EndMap)
        {
            var state = reader.PeekState();
            var label = state is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger ? reader.ReadInt64() : 0;
            var name = state == CborReaderState.TextString ? reader.ReadTextString() : null;
            if (label == 0 && name is null)
            {
                reader.SkipValue();
            }

            if (label == CertificateChain && reader.PeekState() == CborReaderState.ByteString)
            {
                found.Certificate = reader.ReadByteString();
            }
            else if (label == CertificateChain && reader.PeekState() == CborReaderState.StartArray)
            {
                reader.ReadStartArray();
                while (reader.PeekState() != CborReaderState.EndArray)
                {
                    found.Certificate ??= reader.ReadByteString();
                    if (reader.PeekState() != CborReaderState.EndArray)
                    {
                        reader.SkipValue();
                    }
                }

                reader.ReadEndArray();
            }
            else if (name == AgentHeader && reader.PeekState() == CborReaderState.TextString)
            {
                found.Agent = ClaimText.Cut(reader.ReadTextString());
            }
            else
            {
                reader.SkipValue();
            }
        }

        reader.ReadEndMap();
        return found;
    }

    private static bool? Names(byte[]? payload, Digest subject)
    {
        var digest = payload is null ? null : JsonParts.Read(payload).Object("targetArtifact")?.Text("digest");
        return digest is null ? null : digest == subject.ToString();
    }
}
