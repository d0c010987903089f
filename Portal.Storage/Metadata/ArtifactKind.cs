using Portal.Storage.Oci;

namespace Portal.Storage.Metadata;

/// <summary>What a manifest holds, finer than <see cref="ManifestKind"/>.</summary>
/// <remarks>The index keeps the numbers, also as bits of a mask: they stay, and stay below 31.</remarks>
public enum ArtifactKind
{
    /// <summary>A container image.</summary>
    Image = 0,

    /// <summary>A list of manifests, mostly one a platform.</summary>
    Index = 1,

    /// <summary>A Helm chart.</summary>
    Chart = 2,

    /// <summary>A bill of materials: SPDX, CycloneDX or Syft.</summary>
    Sbom = 3,

    /// <summary>A signature: cosign's, Notation's, or a bundle of Sigstore.</summary>
    Signature = 4,

    /// <summary>A statement about another manifest that is not a signature alone: provenance, a scan's result.</summary>
    Attestation = 5,

    /// <summary>A WebAssembly module.</summary>
    Wasm = 6,

    /// <summary>Anything else.</summary>
    Other = 7,
}

/// <summary>Tells the kind of a manifest by its media types alone; no content is read.</summary>
public static class ArtifactKinds
{
    private const string PredicateType = "dev.sigstore.bundle.predicateType";
    private const string SignaturePredicate = "https://sigstore.dev/cosign/sign/";

    /// <summary>The kind of a manifest that was parsed.</summary>
    public static ArtifactKind Of(Manifest manifest)
    {
        return manifest switch
        {
            { Schema1: not null } => ArtifactKind.Image,
            { Image: { } image } => Of(
                image.ArtifactType, image.Config.MediaType, image.Layers.Select(layer => layer.MediaType), manifest.Annotations),
            { Index.ArtifactType: { Length: > 0 } type } when ByType(type, manifest.Annotations) is { } kind => kind,
            _ => ArtifactKind.Index,
        };
    }

    /// <summary>The kind of a manifest with a config and layers.</summary>
    /// <remarks>
    /// The manifest's own word comes first, then its config's, then its layers': cosign's older signatures and BuildKit's
    /// attestations call themselves images and can only be told by what their layers are.
    /// </remarks>
    public static ArtifactKind Of(
        string? artifactType, string configType, IEnumerable<string> layerTypes, IReadOnlyDictionary<string, string>? annotations = null)
    {
        if ((ByType(artifactType, annotations) ?? ByType(configType, annotations)) is { } kind)
        {
            return kind;
        }

        // Of several layers that say something, the first one says what the whole is.
        if (layerTypes.Select(type => ByType(type, annotations)).FirstOrDefault(found => found is not null) is { } byLayer)
        {
            return byLayer;
        }

        return MediaTypes.IsImageConfig(configType) && (string.IsNullOrEmpty(artifactType) || MediaTypes.IsImageConfig(artifactType))
            ? ArtifactKind.Image
            : ArtifactKind.Other;
    }

    private static ArtifactKind? ByType(string? type, IReadOnlyDictionary<string, string>? annotations)
    {
        if (string.IsNullOrEmpty(type))
        {
            return null;
        }

        if (Has("application/vnd.cncf.helm."))
        {
            return ArtifactKind.Chart;
        }

        if (Has("application/vnd.dev.sigstore.bundle"))
        {
            return annotations?.GetValueOrDefault(PredicateType) is { Length: > 0 } predicate
                && !predicate.StartsWith(SignaturePredicate, StringComparison.Ordinal)
                ? ArtifactKind.Attestation
                : ArtifactKind.Signature;
        }

        if (Has("application/vnd.cncf.notary.") || Has("application/vnd.dev.cosign.simplesigning.")
            || Has("application/vnd.dev.cosign.artifact.sig."))
        {
            return ArtifactKind.Signature;
        }

        // An SBOM inside a statement is told by the statement's own type, which comes as in-toto.
        if (Has("application/vnd.in-toto") || Has("application/vnd.dsse.envelope") || Has("application/vnd.dev.cosign.attestation"))
        {
            return ArtifactKind.Attestation;
        }

        if (Holds("spdx") || Holds("cyclonedx") || Has("application/vnd.syft") || Has("application/vnd.dev.cosign.artifact.sbom."))
        {
            return ArtifactKind.Sbom;
        }

        return Has("application/vnd.wasm.") || Has("application/wasm") || Has("application/vnd.module.wasm.") ? ArtifactKind.Wasm : null;

        bool Has(string beginning) => type.StartsWith(beginning, StringComparison.OrdinalIgnoreCase);
        bool Holds(string part) => type.Contains(part, StringComparison.OrdinalIgnoreCase);
    }
}
