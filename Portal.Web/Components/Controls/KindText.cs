using Portal.Storage.Metadata;

namespace Portal.Web.Components.Controls;

/// <summary>What a manifest holds, in words.</summary>
public static class KindText
{
    public static string Of(ArtifactKind kind) => kind switch
    {
        ArtifactKind.Image => "Image",
        ArtifactKind.Index => "Multi-platform image",
        ArtifactKind.Chart => "Helm chart",
        ArtifactKind.Sbom => "SBOM",
        ArtifactKind.Signature => "Signature",
        ArtifactKind.Attestation => "Attestation",
        ArtifactKind.Wasm => "WebAssembly",
        _ => "Other artifact",
    };
}
