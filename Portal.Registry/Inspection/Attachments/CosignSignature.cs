using System.Globalization;
using System.Text;
using System.Text.Json;
using Portal.Storage.Oci;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>Cosign's signatures: the payload as a layer with the rest in its annotations, and Sigstore's bundles.</summary>
internal static class CosignSignature
{
    private const string CertificateAnnotation = "dev.sigstore.cosign/certificate";
    private const string LogAnnotation = "dev.sigstore.cosign/bundle";
    private const int MaxCertificate = 64 * 1024;

    /// <exception cref="JsonException">The payload cannot be read.</exception>
    public static SignatureClaim ReadSimpleSigning(Descriptor layer, ReadOnlyMemory<byte> payload, Digest subject)
    {
        var certificate = layer.Annotations?.GetValueOrDefault(CertificateAnnotation);
        return new SignatureClaim("cosign", Read(certificate), !string.IsNullOrEmpty(certificate), Names(payload, subject))
        {
            LoggedAt = layer.Annotations?.GetValueOrDefault(LogAnnotation) is { Length: > 0 } log
                ? Time(JsonParts.Read(Encoding.UTF8.GetBytes(log)).Object("Payload"))
                : null,
        };
    }

    /// <exception cref="JsonException">The bundle cannot be read.</exception>
    public static SignatureClaim ReadBundle(ReadOnlyMemory<byte> bundle, Digest subject)
    {
        var parts = JsonParts.Read(bundle);
        var material = parts.Object("verificationMaterial");
        var certificate = material?.Object("certificate")?.Bytes("rawBytes") ?? First(material?.Object("x509CertificateChain"), "certificates")?.Bytes("rawBytes");
        return new SignatureClaim("Sigstore bundle", certificate is null ? null : CertificateClaim.Read(certificate), certificate is not null, NamesInBundle(parts, bundle, subject))
        {
            LoggedAt = Time(First(material, "tlogEntries")),
        };
    }

    private static CertificateClaim? Read(string? pem) =>
        pem is { Length: > 0 and <= MaxCertificate } ? CertificateClaim.Read(Encoding.UTF8.GetBytes(pem)) : null;

    private static bool? Names(ReadOnlyMemory<byte> payload, Digest subject)
    {
        var digest = JsonParts.Read(payload).Object("critical")?.Object("image")?.Text("docker-manifest-digest");
        return digest is null ? null : digest == subject.ToString();
    }

    private static bool? NamesInBundle(JsonParts parts, ReadOnlyMemory<byte> bundle, Digest subject)
    {
        if (parts.Object("messageSignature") is { } message)
        {
            // The message is the manifest itself or the payload of an older signature, which is not at hand.
            var hash = message.Object("messageDigest")?.Bytes("digest");
            return hash is not null && subject.Hex.Equals(Convert.ToHexStringLower(hash), StringComparison.Ordinal) ? true : null;
        }

        return Statement.Read(bundle)?.IsAbout(subject);
    }

    private static JsonParts? First(JsonParts? parts, string list)
    {
        var first = parts?.List(list, 1).FirstOrDefault() ?? default;
        return first.Length > 0 && first.Span[0] == (byte)'{' ? JsonParts.Read(first) : null;
    }

    private static DateTimeOffset? Time(JsonParts? entry)
    {
        return long.TryParse(entry?.Text("integratedTime"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }
}
