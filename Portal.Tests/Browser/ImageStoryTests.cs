using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Inspection;

namespace Portal.Tests.Browser;

/// <summary>What a person does with one image, and with two, in a real browser. The image is a hostile one.</summary>
public sealed class ImageStoryTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    private const string Script = "<script>document.title='harmed'</script><img src=x onerror=\"document.title='harmed'\">";

    // One for all tests: each of them pushes the same, and a manifest is a signature of its own for each certificate.
    private static readonly string Certificate = AttachmentWorld.Certificate("CN=", "someone@example.com", "https://accounts.example.com").ExportCertificatePem();

    private static readonly string[] Platforms = ["amd64", "arm64"];

    private Digest _amd;

    public async ValueTask InitializeAsync()
    {
        var digests = new List<(Digest Digest, int Size, string Architecture)>();
        foreach (var architecture in Platforms)
        {
            var layer = ImageBuilder.Layer(architecture);
            var config = new JsonObject
            {
                ["os"] = "linux",
                ["architecture"] = architecture,
                ["config"] = new JsonObject
                {
                    ["User"] = $"{architecture}-user",
                    ["Env"] = new JsonArray("LANG=C", "API_TOKEN=hunter2"),
                    ["Labels"] = new JsonObject { ["note"] = Script, ["long"] = new string('l', 5000) },
                },
                ["history"] = new JsonArray(
                    new JsonObject { ["created_by"] = $"RUN /bin/sh -c echo {Script} && make a-long-command-that-breaks-into-lines # buildkit" },
                    new JsonObject { ["created_by"] = "ENV API_TOKEN=hunter2", ["empty_layer"] = true }),
            };
            var content = Encoding.UTF8.GetBytes(config.ToJsonString());
            var manifest = ImageBuilder.Manifest(
                (await portal.Client.PushBlobAsync("team/app", content), content.Length),
                [(await portal.Client.PushBlobAsync("team/app", layer.Content), layer.Content.Length)]);
            using var put = await portal.Client.PutManifestAsync("team/app", architecture, manifest, MediaTypes.OciManifest);
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
            digests.Add((Digest.Of(manifest), manifest.Length, architecture));
        }

        _amd = digests[0].Digest;
        using var index = await portal.Client.PutManifestAsync("team/app", "multi", ImageBuilder.Index([.. digests]), MediaTypes.OciIndex);
        Assert.Equal(HttpStatusCode.Created, index.StatusCode);
        await AttachAsync("application/spdx+json", SbomTests.Spdx.Replace("musl", Script.Replace("\"", "'", StringComparison.Ordinal), StringComparison.Ordinal));
        await AttachAsync(AttachedPart.SimpleSigning, $$"""{"critical":{"image":{"docker-manifest-digest":"{{_amd}}"} } }""", new JsonObject
        {
            ["dev.sigstore.cosign/certificate"] = Certificate,
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Image_PlatformPullSecretAttachments_AreWithinReachOfTheKeyboard()
    {
        var (page, complaints) = await OpenAsync("/r/team/app/-/tags/multi");
        await Assertions.Expect(page.Locator(".chosen")).ToContainTextAsync("amd64-user");

        await page.GetByRole(AriaRole.Tab, new() { Name = "docker", Exact = true }).FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(page.GetByText($"podman pull {portal.PortalAddress.Host}:{portal.RegistryAddress.Port}/team/app:multi")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Tab, new() { Name = "podman" })).ToBeFocusedAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "linux/arm64" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.AtAsync("**/multi?platform=linux/arm64");
        await Assertions.Expect(page.Locator(".chosen")).ToContainTextAsync("arm64-user");

        // The choice of the program outlives the page.
        await page.ReloadAsync();
        await page.LiveAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Tab, new() { Name = "podman" })).ToHaveAttributeAsync("aria-selected", "true");

        Assert.DoesNotContain("hunter2", await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show the value of API_TOKEN" }).ClickAsync();
        await Assertions.Expect(page.GetByText("hunter2")).ToBeVisibleAsync();
        await Assertions.Expect(page).Not.ToHaveTitleAsync("harmed");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Image_LayerAndInstruction_LightUpTogether()
    {
        var (page, _) = await OpenAsync("/r/team/app/-/tags/amd64");

        await page.Locator(".history li[data-layer]").HoverAsync();

        await Assertions.Expect(page.Locator(".layers tr.lit")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Configuration" }).HoverAsync();
        await Assertions.Expect(page.Locator(".lit")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Image_Attachments_AreReadWhenOpened_AndRawBytesAreAFile()
    {
        var (page, complaints) = await OpenAsync("/r/team/app/-/tags/amd64");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show signatures" }).ClickAsync();
        await page.Locator(".attached .expand", new() { HasText = "SBOM" }).ClickAsync();
        await Assertions.Expect(page.Locator(".package-list tbody tr")).ToHaveCountAsync(2);
        await page.GetByLabel("Search packages").FillAsync("busy");
        await Assertions.Expect(page.Locator(".package-list tbody tr")).ToHaveCountAsync(1);
        await page.Locator(".attached .expand", new() { HasText = "Signature" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Claims to be signed by someone@example.com – not verified here.")).ToBeVisibleAsync();

        await page.Locator(".raw summary", new() { HasText = "Manifest" }).ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download the manifest" }).ClickAsync());
        await using (var content = await download.CreateReadStreamAsync())
        using (var copy = new MemoryStream())
        {
            await content.CopyToAsync(copy, TestContext.Current.CancellationToken);
            Assert.Equal(_amd, Digest.Of(copy.ToArray()));
        }

        await Assertions.Expect(page).Not.ToHaveTitleAsync("harmed");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Compare_FromTheImage_WithAnotherTag_AndSwapped()
    {
        var (page, complaints) = await OpenAsync("/r/team/app/-/tags/amd64");
        await page.GetByRole(AriaRole.Link, new() { Name = "Compare with" }).ClickAsync();
        await page.AtAsync("**/compare?a=team/app:amd64");
        await page.ArrivedAsync("Compare images");
        await page.GetByLabel("Second image").FillAsync("team/app:arm64");
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare" }).ClickAsync();
        await page.AtAsync("**/compare?a=team/app:amd64&b=team/app:arm64");
        await Assertions.Expect(page.Locator(".differences").First).ToContainTextAsync("arm64-user");

        await page.GetByRole(AriaRole.Button, new() { Name = "Compare the files" }).ClickAsync();
        await Assertions.Expect(page.Locator(".files-compared")).ToContainTextAsync("app/file.txt changed");

        await page.GetByRole(AriaRole.Link, new() { Name = "Swap" }).ClickAsync();

        await page.AtAsync("**/compare?a=team/app:arm64&b=team/app:amd64");
        await Assertions.Expect(page.Locator(".compared-side h2").First).ToContainTextAsync("team/app:arm64");
        Assert.DoesNotContain("hunter2", await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Download_AlwaysAFileThatNoBrowserOpens()
    {
        using var http = new HttpClient { BaseAddress = portal.PortalAddress };
        using var answer = await http.GetAsync($"raw/team/app/-/manifests/{_amd}", TestContext.Current.CancellationToken);

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        foreach (var path in new[] { "raw/team/app", "raw/none/such/-/manifests/" + _amd, $"raw/team/app/-/blobs/{Digest.Of("no"u8)}", "raw/../-/blobs/x" })
        {
            using var missing = await http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        }
    }

    [Fact]
    public async Task Attachments_Opened_HaveNoViolation()
    {
        await AccessibilityTests.RequireNoViolationAsync(portal, "/r/team/app/-/tags/amd64", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Show signatures" }).ClickAsync();
            await page.Locator(".attached .expand", new() { HasText = "SBOM" }).ClickAsync();
            await page.Locator(".attached .expand", new() { HasText = "Signature" }).ClickAsync();
            await Assertions.Expect(page.GetByText("Claims to be signed")).ToBeVisibleAsync();
            await page.Locator(".raw summary", new() { HasText = "Config" }).ClickAsync();
            await Assertions.Expect(page.Locator(".raw[open] .json-key").First).ToBeVisibleAsync();
        });
    }

    [Theory]
    [InlineData("/r/team/app/-/tags/multi", "amd64-user")]
    [InlineData("/compare", "Name two images")]
    [InlineData("/compare?a=team/app:amd64&b=team/app:gone", "There is no such image")]
    [InlineData("/compare?a=team/app:amd64&b=team/app:multi&pb=linux/arm64", "arm64-user")]
    public async Task Page_InBothThemesAndWidths_HasNoViolation(string path, string text)
    {
        await AccessibilityTests.RequireNoViolationAsync(portal, path, page => Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync(text));
    }

    private Task<(IPage Page, List<string> Complaints)> OpenAsync(string path) => portal.OpenLiveAsync(path);

    private async Task AttachAsync(string mediaType, string document, JsonObject? annotations = null)
    {
        var content = Encoding.UTF8.GetBytes(document);
        var layer = new JsonObject { ["mediaType"] = mediaType, ["digest"] = (await portal.Client.PushBlobAsync("team/app", content)).ToString(), ["size"] = content.Length };
        if (annotations is not null)
        {
            layer["annotations"] = annotations;
        }

        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciManifest,
            ["artifactType"] = mediaType,
            ["config"] = new JsonObject { ["mediaType"] = MediaTypes.OciEmpty, ["digest"] = (await portal.Client.PushBlobAsync("team/app", "{}"u8.ToArray())).ToString(), ["size"] = 2 },
            ["layers"] = new JsonArray(layer),
            ["subject"] = new JsonObject { ["mediaType"] = MediaTypes.OciManifest, ["digest"] = _amd.ToString(), ["size"] = 1 },
        };
        var bytes = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        using var put = await portal.Client.PutManifestAsync("team/app", Digest.Of(bytes).ToString(), bytes, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
    }
}
