using Portal.Storage.Metadata;
using Portal.Storage.Oci;

namespace Portal.Tests.Unit.Metadata;

public sealed class ArtifactKindTests
{
    private const string OciLayer = "application/vnd.oci.image.layer.v1.tar+gzip";

    [Theory]
    [InlineData(null, MediaTypes.OciConfig, OciLayer, ArtifactKind.Image)]
    [InlineData(null, MediaTypes.DockerConfig, "application/vnd.docker.image.rootfs.diff.tar.gzip", ArtifactKind.Image)]
    [InlineData("", MediaTypes.OciConfig, "", ArtifactKind.Image)]
    [InlineData(null, "application/vnd.cncf.helm.config.v1+json", "application/vnd.cncf.helm.chart.content.v1.tar+gzip", ArtifactKind.Chart)]
    [InlineData("application/vnd.cncf.helm.chart.v1", MediaTypes.OciEmpty, OciLayer, ArtifactKind.Chart)]
    [InlineData("application/spdx+json", MediaTypes.OciEmpty, "application/spdx+json", ArtifactKind.Sbom)]
    [InlineData("application/vnd.cyclonedx+json", MediaTypes.OciEmpty, "application/vnd.cyclonedx+json", ArtifactKind.Sbom)]
    [InlineData(null, MediaTypes.OciConfig, "text/spdx", ArtifactKind.Sbom)]
    [InlineData("application/vnd.syft+json", MediaTypes.OciEmpty, "application/octet-stream", ArtifactKind.Sbom)]
    [InlineData(null, MediaTypes.OciConfig, "application/vnd.dev.cosign.simplesigning.v1+json", ArtifactKind.Signature)]
    [InlineData("application/vnd.dev.cosign.artifact.sig.v1+json", MediaTypes.OciConfig, "application/vnd.dev.cosign.simplesigning.v1+json", ArtifactKind.Signature)]
    [InlineData("application/vnd.cncf.notary.signature", MediaTypes.OciEmpty, "application/jose+json", ArtifactKind.Signature)]
    [InlineData(null, "application/vnd.cncf.notary.signature", "application/cose", ArtifactKind.Signature)]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", MediaTypes.OciEmpty, "application/vnd.dev.sigstore.bundle.v0.3+json", ArtifactKind.Signature)]
    [InlineData(null, MediaTypes.OciConfig, "application/vnd.dsse.envelope.v1+json", ArtifactKind.Attestation)]
    [InlineData(null, MediaTypes.OciConfig, "application/vnd.in-toto+json", ArtifactKind.Attestation)]
    [InlineData("application/vnd.in-toto+json", MediaTypes.OciEmpty, "application/vnd.in-toto+json", ArtifactKind.Attestation)]
    [InlineData(null, "application/vnd.wasm.config.v0+json", "application/wasm", ArtifactKind.Wasm)]
    [InlineData(null, "application/vnd.wasm.config.v1+json", "application/vnd.wasm.content.layer.v1+wasm", ArtifactKind.Wasm)]
    [InlineData("application/vnd.example.thing", MediaTypes.OciConfig, OciLayer, ArtifactKind.Other)]
    [InlineData(null, MediaTypes.OciEmpty, OciLayer, ArtifactKind.Other)]
    [InlineData(null, MediaTypes.DockerPluginConfig, OciLayer, ArtifactKind.Other)]
    [InlineData(null, "", "", ArtifactKind.Other)]
    [InlineData("<script>", "' OR 1=1", "\"", ArtifactKind.Other)]
    public void Of_MediaTypes_TellsWhatItIs(string? artifactType, string configType, string layerType, ArtifactKind expected)
    {
        Assert.Equal(expected, ArtifactKinds.Of(artifactType, configType, [layerType]));
    }

    [Theory]
    [InlineData("https://sigstore.dev/cosign/sign/v1", ArtifactKind.Signature)]
    [InlineData("https://slsa.dev/provenance/v1", ArtifactKind.Attestation)]
    [InlineData("", ArtifactKind.Signature)]
    public void Of_SigstoreBundle_TellsByWhatItStates(string predicate, ArtifactKind expected)
    {
        const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        var annotations = new Dictionary<string, string> { ["dev.sigstore.bundle.predicateType"] = predicate };

        Assert.Equal(expected, ArtifactKinds.Of(Bundle, MediaTypes.OciEmpty, [Bundle], annotations));
    }

    [Theory]
    [InlineData("", ArtifactKind.Index)]
    [InlineData("application/vnd.example.set", ArtifactKind.Index)]
    [InlineData("application/spdx+json", ArtifactKind.Sbom)]
    public void Of_Index_IsAnIndexUnlessItSaysOtherwise(string artifactType, ArtifactKind expected)
    {
        var manifest = Manifest.Parse(
            System.Text.Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","artifactType":"{{artifactType}}","manifests":[]}"""), null);

        Assert.Equal(expected, ArtifactKinds.Of(manifest));
    }
}
