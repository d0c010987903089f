using Portal.Storage.Metadata;
using Portal.Web.Words;

namespace Portal.Web.Components.Controls;

/// <summary>What a manifest holds, in words.</summary>
public static class KindText
{
    public static string Of(ArtifactKind kind) => kind switch
    {
        ArtifactKind.Image => ControlsWords.KindImage,
        ArtifactKind.Index => ControlsWords.KindIndex,
        ArtifactKind.Chart => ControlsWords.KindChart,
        ArtifactKind.Sbom => ControlsWords.KindSbom,
        ArtifactKind.Signature => ControlsWords.KindSignature,
        ArtifactKind.Attestation => ControlsWords.KindAttestation,
        ArtifactKind.Wasm => ControlsWords.KindWasm,
        _ => ControlsWords.KindOther,
    };
}
