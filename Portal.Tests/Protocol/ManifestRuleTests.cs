using System.Net;
using System.Text;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Configuration;

namespace Portal.Tests.Protocol;

/// <summary>What <c>validation</c>, <c>policy</c> and <c>catalog</c> do to requests.</summary>
public sealed class ManifestRuleTests
{
    private const string Foreign = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    private const string Good = "https://layers.example.com/1";

    [Theory]
    [InlineData("allow: [\"^https://layers\"]", Good, true)]
    [InlineData("allow: [\"^https://layers\"]", "https://other.example.com/1", false)]
    [InlineData("allow: [\"^https://x\", \"^https://layers\"]", Good, true)]
    [InlineData("allow: [\"^https://\"], deny: [layers]", Good, false)]
    [InlineData("deny: [other]", Good, true)]
    [InlineData("deny: [layers]", Good, false)]
    public async Task Put_OfAForeignLayer_IsHeldToTheUrls(string urls, string url, bool isAllowed)
    {
        await using var portal = await RuledPortal.StartAsync($"validation: {{manifests: {{urls: {{{urls}}}}}}}");

        Assert.Equal(isAllowed ? HttpStatusCode.Created : HttpStatusCode.BadRequest, await portal.PutLayerAsync(Foreign, url));
    }

    /// <summary>A client may fetch any layer by its address, so that the rule is not for foreign ones alone.</summary>
    [Fact]
    public async Task Put_OfAnOrdinaryLayerWithAnAddress_IsHeldToTheUrls()
    {
        await using var portal = await RuledPortal.StartAsync("validation: {manifests: {urls: {deny: [layers]}}}");
        await portal.Client.PushBlobAsync("rules/app", "layer"u8.ToArray());

        Assert.Equal(HttpStatusCode.BadRequest, await portal.PutLayerAsync("application/vnd.oci.image.layer.v1.tar", Good));
        Assert.Equal(HttpStatusCode.Created, await portal.PutLayerAsync("application/vnd.oci.image.layer.v1.tar", "https://other/"));
    }

    [Fact]
    public async Task Put_OfAForeignLayer_WithValidationEnabledAndNoUrls_IsRefused()
    {
        await using var portal = await RuledPortal.StartAsync("validation: {enabled: true}");

        Assert.Equal(HttpStatusCode.BadRequest, await portal.PutLayerAsync(Foreign, Good));
    }

    [Theory]
    [InlineData("all", false, false)]
    [InlineData("none", true, true)]
    [InlineData("list, platformlist: [{os: linux, architecture: amd64}]", false, true)]
    public async Task Put_OfAnIndex_NeedsTheManifestsThatTheConfigurationNames(string platforms, bool withoutAmd64, bool withoutArm64)
    {
        await using var portal = await RuledPortal.StartAsync($"validation: {{manifests: {{indexes: {{platforms: {platforms}}}}}}}");
        var there = await portal.Client.PushImageAsync("rules/app", "there");
        var missing = Digest.Of("missing"u8);

        Assert.Equal(withoutAmd64, await PutIndexAsync(portal, (missing, "amd64"), (there, "arm64")));
        Assert.Equal(withoutArm64, await PutIndexAsync(portal, (there, "amd64"), (missing, "arm64")));
        Assert.True(await PutIndexAsync(portal, (there, "amd64"), (there, "arm64")));
    }

    [Theory]
    [InlineData("image", MediaTypes.OciConfig, null)]
    [InlineData("image", MediaTypes.DockerPluginConfig, "DENIED")]
    [InlineData("plugin", MediaTypes.OciConfig, "DENIED")]
    [InlineData("plugin", MediaTypes.DockerPluginConfig, null)]
    [InlineData("image, plugin", MediaTypes.DockerPluginConfig, null)]
    [InlineData("image, plugin", "application/vnd.cncf.helm.config.v1+json", "DENIED")]
    public async Task Put_OfAClass_NeedsItInThePolicy(string classes, string config, string? error)
    {
        await using var portal = await RuledPortal.StartAsync($"policy: {{repository: {{classes: [{classes}]}}}}");

        using var answer = await portal.PutAsync(config, layer: null);

        if (error is null)
        {
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }
        else
        {
            await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.Forbidden, error);
        }
    }

    [Fact]
    public async Task Catalog_GivesAtMostMaxEntries()
    {
        await using var portal = await RuledPortal.StartAsync("catalog: {maxentries: 2}");
        foreach (var name in new[] { "a", "b", "c" })
        {
            await portal.Client.PushImageAsync(name, "1");
        }

        using var tooMany = await portal.Client.GetAsync("/v2/_catalog?n=3");
        await RegistryClient.AssertErrorAsync(tooMany, HttpStatusCode.BadRequest, "PAGINATION_NUMBER_INVALID");
        foreach (var query in new[] { "", "?n=2" })
        {
            using var answer = await portal.Client.GetAsync("/v2/_catalog" + query);
            Assert.Equal("""{"repositories":["a","b"]}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Equal("</v2/_catalog?last=b&n=2>; rel=\"next\"", Assert.Single(answer.Headers.GetValues("Link")).Replace(portal.RegistryAddress.GetLeftPart(UriPartial.Authority), "", StringComparison.Ordinal));
        }
    }

    private static async Task<bool> PutIndexAsync(RuledPortal portal, params (Digest Digest, string Architecture)[] manifests)
    {
        using var answer = await portal.Client.PutManifestAsync("rules/app", "multi", ImageBuilder.Index(manifests), MediaTypes.OciIndex);
        if (!answer.IsSuccessStatusCode)
        {
            await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_BLOB_UNKNOWN");
        }

        return answer.IsSuccessStatusCode;
    }

    /// <summary>The application with some lines of configuration.</summary>
    private sealed class RuledPortal(RegistryConfiguration rules) : PortalFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with
        {
            Validation = rules.Validation,
            RepositoryClasses = rules.RepositoryClasses,
            Catalog = rules.Catalog,
        };

        public static async Task<RuledPortal> StartAsync(string text)
        {
            var portal = new RuledPortal(ConfigurationText.Good(text));
            await portal.InitializeAsync();
            return portal;
        }

        public async Task<HttpStatusCode> PutLayerAsync(string mediaType, string url)
        {
            using var answer = await PutAsync(
                MediaTypes.OciConfig,
                $$"""{"mediaType":"{{mediaType}}","digest":"{{Digest.Of("layer"u8)}}","size":5,"urls":["{{url}}"]}""");
            if (!answer.IsSuccessStatusCode)
            {
                await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "MANIFEST_INVALID");
            }

            return answer.StatusCode;
        }

        public async Task<HttpResponseMessage> PutAsync(string configType, string? layer)
        {
            var config = await Client.PushBlobAsync("rules/app", "{}"u8.ToArray());
            var manifest = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{configType}}","digest":"{{config}}","size":2},"layers":[{{layer}}]}""";
            return await Client.PutManifestAsync("rules/app", "1", Encoding.UTF8.GetBytes(manifest), MediaTypes.OciManifest);
        }
    }
}
