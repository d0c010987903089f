using System.Text.Json;
using Portal.Storage.Oci;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>An in-toto statement, out of whatever envelopes lie around it (DSSE, Sigstore's bundle).</summary>
/// <param name="Type">Its predicate's type; empty when it does not say.</param>
/// <param name="Subjects">The digests that it says it is about, in hex; the first hundred.</param>
/// <param name="Predicate">The raw JSON of what it says.</param>
internal sealed record Statement(string Type, IReadOnlyList<string> Subjects, ReadOnlyMemory<byte> Predicate)
{
    private const int MaxSubjects = 100;
    private const int MaxEnvelopes = 4;

    /// <returns>Null when the document is no statement.</returns>
    /// <exception cref="JsonException">It is no JSON that can be read.</exception>
    public static Statement? Read(ReadOnlyMemory<byte> document)
    {
        var parts = JsonParts.Read(Unwrap(document));
        if (!parts.Has("predicateType"))
        {
            return null;
        }

        var subjects = parts.List("subject", MaxSubjects)
            .Where(subject => subject.Span[0] == (byte)'{')
            .Select(subject => JsonParts.Read(subject).Object("digest"))
            .SelectMany(digest => new[] { digest?.Text("sha256"), digest?.Text("sha512") })
            .OfType<string>();
        return new Statement(parts.Text("predicateType") ?? string.Empty, [.. subjects], parts["predicate"]);
    }

    /// <summary>Whether one of its subjects is a manifest; null when it names none.</summary>
    public bool? IsAbout(Digest subject) =>
        Subjects.Count == 0 ? null : Subjects.Any(hex => subject.Hex.Equals(hex, StringComparison.OrdinalIgnoreCase));

    /// <summary>The innermost document: the payload of an envelope, of which a bundle may hold one.</summary>
    /// <exception cref="JsonException">It is no JSON that can be read.</exception>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> document)
    {
        for (var depth = 0; depth < MaxEnvelopes; depth++)
        {
            var parts = JsonParts.Read(document);
            if (parts.Has("dsseEnvelope"))
            {
                document = parts["dsseEnvelope"];
            }
            else if (parts.Has("payload") && parts.Has("payloadType"))
            {
                document = parts.Bytes("payload") ?? throw new JsonException("an envelope whose payload is not base64");
            }
            else
            {
                break;
            }
        }

        return document;
    }
}
