using Portal.Storage.Oci;

namespace Portal.Registry.Inspection.Attachments;

/// <summary>What an attached document is about.</summary>
public enum AttachmentKind
{
    Other,
    Signature,

    /// <summary>A list of packages: SPDX or CycloneDX.</summary>
    Sbom,

    /// <summary>How the image was built (SLSA).</summary>
    Provenance,

    /// <summary>Another statement about the image (in-toto).</summary>
    Statement,
}

/// <summary>One document of an attached manifest.</summary>
/// <param name="Content">Where its bytes are.</param>
/// <param name="PredicateType">What kind of statement it is, if the manifest says so.</param>
public sealed record AttachedPart(Descriptor Content, AttachmentKind Kind, string? PredicateType)
{
    public const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";
    public const string NotationSignature = "application/vnd.cncf.notary.signature";
    public const string CosignSignPredicate = "https://sigstore.dev/cosign/sign/v1";

    private const string CosignSignature = "dev.cosignproject.cosign/signature";
    private const string BundlePrefix = "application/vnd.dev.sigstore.bundle";
    private static readonly string[] PredicateAnnotations = ["in-toto.io/predicate-type", "predicateType", "dev.sigstore.bundle.predicateType"];

    /// <summary>
    /// The documents of a manifest, in its order, each once. BuildKit and cosign put several statements into one, and what several
    /// people sign with cosign is one document with a signature of each.
    /// </summary>
    public static IReadOnlyList<AttachedPart> Of(Manifest manifest)
    {
        return [.. (manifest.Image?.Layers ?? []).DistinctBy(layer => (layer.Digest, layer.Annotations?.GetValueOrDefault(CosignSignature))).Select(layer =>
        {
            var predicate = PredicateAnnotations
                .Select(name => layer.Annotations?.GetValueOrDefault(name) ?? manifest.Annotations?.GetValueOrDefault(name))
                .FirstOrDefault(type => !string.IsNullOrEmpty(type));
            return new AttachedPart(layer, KindOf(manifest, layer.MediaType, predicate), predicate is null ? null : ClaimText.Cut(predicate));
        })];
    }

    /// <summary>What a statement of a type is about.</summary>
    public static AttachmentKind KindOf(string predicateType) =>
        predicateType == CosignSignPredicate ? AttachmentKind.Signature
        : Says(predicateType, "spdx") || Says(predicateType, "cyclonedx") ? AttachmentKind.Sbom
        : Says(predicateType, "slsa.dev/provenance") ? AttachmentKind.Provenance
        : AttachmentKind.Statement;

    /// <summary>Whether a type is one of Sigstore's bundles, of any version.</summary>
    public static bool IsBundle(string? type) => type?.StartsWith(BundlePrefix, StringComparison.Ordinal) == true;

    private static AttachmentKind KindOf(Manifest manifest, string mediaType, string? predicateType)
    {
        if (predicateType is not null)
        {
            return KindOf(predicateType);
        }

        var type = manifest.ArtifactType ?? string.Empty;
        return mediaType == SimpleSigning || type == NotationSignature || IsBundle(mediaType) || IsBundle(type) ? AttachmentKind.Signature
            : Says(mediaType, "spdx") || Says(mediaType, "cyclonedx") || Says(type, "spdx") || Says(type, "cyclonedx") ? AttachmentKind.Sbom
            : mediaType is "application/vnd.dsse.envelope.v1+json" or "application/vnd.in-toto+json" ? AttachmentKind.Statement
            : AttachmentKind.Other;
    }

    private static bool Says(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
