using System.Net;
using System.Text;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>What the tools of the trade push, in the form in which each of them does it: it comes back byte for byte.</summary>
public sealed class WellKnownArtifactTests(PortalFixture portal) : IClassFixture<PortalFixture>
{
    private const string Repository = "known/app";

    private RegistryClient Client => portal.Client;

    [Theory]
    [InlineData("application/vnd.cncf.helm.config.v1+json", "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "0.1.0_build.5")]
    [InlineData("application/vnd.wasm.config.v0+json", "application/wasm", "wasm")]
    [InlineData("application/vnd.oci.image.config.v1+json", "application/vnd.dev.cosign.simplesigning.v1+json", "sha256-0000000000000000000000000000000000000000000000000000000000000000.sig")]
    [InlineData("application/vnd.oci.image.config.v1+json", "text/spdx+json", "sha256-0000000000000000000000000000000000000000000000000000000000000000.sbom")]
    [InlineData("application/vnd.docker.plugin.v1+json", "application/vnd.docker.image.rootfs.diff.tar.gzip", "plugin")]
    public async Task Manifest_OfAToolsOwnTypes_IsKeptUnderItsTag(string config, string layer, string tag)
    {
        var content = await BuildAsync(config, layer, string.Empty);

        await PutAsync(tag, content, MediaTypes.OciManifest);

        Assert.Contains(tag, await Client.TagsAsync(Repository));
    }

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle.v0.3+json", "application/vnd.dev.sigstore.bundle.v0.3+json")]
    [InlineData("application/spdx+json", "application/spdx+json")]
    [InlineData("application/vnd.cyclonedx+json", "application/vnd.cyclonedx+json")]
    [InlineData("application/vnd.cncf.notary.signature", "application/jose+json")]
    [InlineData("application/vnd.in-toto+json", "application/vnd.in-toto+json")]
    public async Task Artifact_ThatNamesItsSubject_IsFoundByItsType(string artifactType, string layer)
    {
        var subject = await Client.PushImageAsync(Repository, "signed", $"layer for {artifactType}");
        var content = await BuildAsync(
            MediaTypes.OciEmpty, layer, $$""","artifactType":"{{artifactType}}","subject":{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{subject}}","size":400}""");

        await PutAsync(Digest.Of(content).ToString(), content, MediaTypes.OciManifest);

        using var referrers = await Client.GetAsync($"/v2/{Repository}/referrers/{subject}?artifactType={Uri.EscapeDataString(artifactType)}");
        using var json = await RegistryClient.ReadJsonAsync(referrers);
        var found = Assert.Single(json.RootElement.GetProperty("manifests").EnumerateArray());
        Assert.Equal(Digest.Of(content).ToString(), found.GetProperty("digest").GetString());
        Assert.Equal(artifactType, found.GetProperty("artifactType").GetString());
    }

    /// <summary>BuildKit lists its attestations beside the images, for a platform that is none.</summary>
    [Fact]
    public async Task Index_WithBuildKitsAttestation_IsTaken()
    {
        var image = await Client.PushImageAsync(Repository, "built");
        var attestation = await BuildAsync(MediaTypes.OciConfig, "application/vnd.in-toto+json", string.Empty);
        await PutAsync(Digest.Of(attestation).ToString(), attestation, MediaTypes.OciManifest);
        var index = Encoding.UTF8.GetBytes($$"""
            {
              "schemaVersion": 2,
              "mediaType": "{{MediaTypes.OciIndex}}",
              "manifests": [
                { "mediaType": "{{MediaTypes.OciManifest}}", "digest": "{{image}}", "size": 400, "platform": { "architecture": "amd64", "os": "linux" } },
                { "mediaType": "{{MediaTypes.OciManifest}}", "digest": "{{Digest.Of(attestation)}}", "size": {{attestation.Length}},
                  "annotations": { "vnd.docker.reference.digest": "{{image}}", "vnd.docker.reference.type": "attestation-manifest" },
                  "platform": { "architecture": "unknown", "os": "unknown" } }
              ]
            }
            """);

        await PutAsync("multi", index, MediaTypes.OciIndex);
    }

    [Fact]
    public async Task DockersOwnManifestAndList_AreTaken()
    {
        var content = await BuildAsync(MediaTypes.DockerConfig, "application/vnd.docker.image.rootfs.diff.tar.gzip", string.Empty, MediaTypes.DockerManifest);
        await PutAsync("docker", content, MediaTypes.DockerManifest);
        var list = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.DockerManifestList}}","manifests":[{"mediaType":"{{MediaTypes.DockerManifest}}",
            "size":{{content.Length}},"digest":"{{Digest.Of(content)}}","platform":{"architecture":"arm","os":"linux","variant":"v7"} }]}
            """);

        await PutAsync("docker-list", list, MediaTypes.DockerManifestList);
    }

    private async Task<byte[]> BuildAsync(string config, string layer, string rest, string mediaType = MediaTypes.OciManifest)
    {
        var empty = await Client.PushBlobAsync(Repository, "{}"u8.ToArray());
        var content = await Client.PushBlobAsync(Repository, Encoding.UTF8.GetBytes(layer));
        return Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"{{mediaType}}","config":{"mediaType":"{{config}}","digest":"{{empty}}","size":2},
            "layers":[{"mediaType":"{{layer}}","digest":"{{content}}","size":{{layer.Length}},"annotations":{"org.opencontainers.image.title":"a file"} }]{{rest}}}
            """);
    }

    /// <summary>Pushes it, and sees that it comes back as it was under its reference and its digest.</summary>
    private async Task PutAsync(string reference, byte[] content, string mediaType)
    {
        using var put = await Client.PutManifestAsync(Repository, reference, content, mediaType);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        foreach (var address in new[] { reference, Digest.Of(content).ToString() })
        {
            using var get = await Client.GetAsync($"/v2/{Repository}/manifests/{address}");
            Assert.Equal(content, await get.Content.ReadAsByteArrayAsync());
            Assert.Equal(mediaType, get.Content.Headers.ContentType!.ToString());
        }
    }
}
