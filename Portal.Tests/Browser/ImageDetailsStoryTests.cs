using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Inspection;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What a page tells of an image to who wants to know all of it: how it runs, how it was made, how it is pulled, what belongs to it.</summary>
public sealed class ImageDetailsStoryTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>
{
    private string Host => $"{portal.PortalAddress.Host}:{portal.RegistryAddress.Port}";

    [Fact]
    public async Task Image_TellsHowItRuns_HowItWasMade_AndItsTags()
    {
        byte[][] layers = [new LayerBuilder().File("etc/motd").Gzip(), new LayerBuilder().File("srv/app", Noise(40_000)).Gzip()];
        await portal.Client.PushAsync("team/told", "1.0", Config(), layers);
        await portal.Client.PushAsync("team/told", "stable", Config(), layers);
        var (page, complaints) = await portal.OpenLiveAsync("/r/team/told/-/tags/1.0");

        foreach (var (name, value) in new[]
        {
            ("Platform", "linux/arm64/v8"), ("Author", "Ada <ada@example.com>"), ("Entrypoint", "/bin/app --greeting 'hello world'"), ("Command", "serve"),
            ("Working directory", "/srv"), ("User", "1000:1000"), ("Ports", "443/tcp, 80/tcp"), ("Volumes", "/data, /var/cache"), ("Stop signal", "SIGINT"),
        })
        {
            await Expect(Fact(page, name).First).ToContainTextAsync(value);
        }

        await Expect(Fact(page, "Health check")).ToContainTextAsync("curl");
        await Expect(Fact(page, "Health check")).ToContainTextAsync("every 30 s");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "org.example.team storage" })).ToBeVisibleAsync();

        // Each instruction stands beside the layer that it made, and the one that made none says so.
        var steps = page.Locator(".history li");
        await Expect(steps).ToContainTextAsync(["ADD file:1 in /", "ENV LANG=C", "RUN make install"]);
        for (var (step, layer) = (0, 0); step < 3; step++)
        {
            if (step == 1)
            {
                await Expect(steps.Nth(step).Locator(".made")).ToHaveTextAsync("no layer");
                continue;
            }

            var digest = $"{Digest.Of(layers[layer++])}";
            await Expect(steps.Nth(step)).ToHaveAttributeAsync("data-layer", digest);
            await Expect(steps.Nth(step).Locator(".made")).ToContainTextAsync(digest["sha256:".Length..][..6]);
        }

        // A bar tells the sizes: the second layer is nearly all of the image.
        await Expect(page.GetByRole(AriaRole.Img, new() { NameRegex = new("Sizes of 2 layers. The largest is number 2") })).ToBeVisibleAsync();
        var widths = await page.Locator(".layer-chart > div").EvaluateAllAsync<double[]>("parts => parts.map(part => part.getBoundingClientRect().width)");
        Assert.True(widths[1] > 20 * widths[0], $"{widths[0]} and {widths[1]} px");

        await page.Locator(".raw summary", new() { HasText = "Manifest" }).ClickAsync();
        var manifest = page.GetByRole(AriaRole.Region, new() { Name = "Manifest" });
        await Expect(manifest.Locator(".json-key").First).ToHaveTextAsync("\"schemaVersion\"");
        var colours = await manifest.EvaluateAsync<string[]>(
            "raw => ['.json-key', '.json-string', '.json-number', 'code'].map(style => getComputedStyle(raw.querySelector(style)).color)");
        Assert.Equal(4, colours.Distinct().Count());

        await Fact(page, "Tags").GetByRole(AriaRole.Link, new() { Name = "stable" }).ClickAsync();
        await page.AtAsync("**/r/team/told/-/tags/stable");
        await Expect(Fact(page, "Tags").GetByRole(AriaRole.Link)).ToContainTextAsync(["1.0", "stable"]);
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Pull_EveryProgramHasItsCommand_AndTheOneOfSkopeoWorks()
    {
        var digest = await portal.Client.PushImageAsync("team/pulled.app", "1.0");
        var (page, _) = await portal.OpenLiveAsync("/r/team/pulled.app/-/tags/1.0");
        var (tagged, pinned) = ($"{Host}/team/pulled.app:1.0", $"{Host}/team/pulled.app@{digest}");

        await CommandsAsync(page, "docker", $"docker pull {tagged}", $"docker pull {pinned}");
        await CommandsAsync(page, "podman", $"podman pull {tagged}", $"podman pull {pinned}");
        await CommandsAsync(page, "crane", $"crane pull {tagged} pulled.app.tar", $"crane pull {pinned} pulled.app.tar");
        await CommandsAsync(page, "Kubernetes", $"containers:\n  - name: pulled-app\n    image: {tagged}", $"containers:\n  - name: pulled-app\n    image: {pinned}");
        await CommandsAsync(page, "Dockerfile", $"FROM {tagged}", $"FROM {pinned}");
        await CommandsAsync(page, "skopeo", $"skopeo copy docker://{tagged} oci:pulled.app", $"skopeo copy docker://{pinned} oci:pulled.app");
        await RunAsync(await page.Locator("#pull-panel code").First.InnerTextAsync());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task ChartsAndOtherArtifacts_AreCalledWhatTheyAre_AndPulledBySomethingThatCan()
    {
        var chart = await portal.Client.PushArtifactAsync(
            "charts/web", "1.2.3_build", null, "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "chart"u8.ToArray(), configType: "application/vnd.cncf.helm.config.v1+json");
        var rules = await portal.Client.PushArtifactAsync("rules", "1", "application/vnd.example.rules", "text/plain", "deny"u8.ToArray());

        var (page, _) = await portal.OpenLiveAsync("/r/charts/web/-/tags/1.2.3_build");
        await Expect(page.Locator(".heading")).ToContainTextAsync("Artifact");
        await CommandsAsync(page, "Helm", $"helm pull oci://{Host}/charts/web --version 1.2.3+build", $"helm pull oci://{Host}/charts/web@{chart}");
        await CommandsAsync(
            page, "Helm install", $"helm install my-release oci://{Host}/charts/web --version 1.2.3+build", $"helm install my-release oci://{Host}/charts/web@{chart}");

        await page.GotoAsync("/r/rules/-/tags/1");
        await page.LiveAsync();
        await Expect(Fact(page, "Artifact type")).ToHaveTextAsync("application/vnd.example.rules");
        await CommandsAsync(page, "oras", $"oras pull {Host}/rules:1", $"oras pull {Host}/rules@{rules}");
        await CommandsAsync(page, "skopeo", $"skopeo copy docker://{Host}/rules:1 oci:rules", $"skopeo copy docker://{Host}/rules@{rules} oci:rules");
        await RunAsync(await page.Locator("#pull-panel code").First.InnerTextAsync());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Attachments_AreATree_OfSignersPackagesAndProvenance()
    {
        var subject = await portal.Client.PushImageAsync("team/attached", "1.0");
        using var certificate = AttachmentWorld.Certificate("CN=release.example.com, O=Example, C=DE");
        using var another = AttachmentWorld.Certificate("CN=night.example.com, O=Example, C=DE");
        await AttachAsync(AttachedPart.NotationSignature, "application/jose+json", AttachmentWorld.NotationJws(certificate, subject));
        await AttachAsync(AttachedPart.NotationSignature, "application/cose", AttachmentWorld.NotationCose(another, Digest.Of("another"u8), isTagged: true));
        var statement = AttachmentWorld.Statement("https://slsa.dev/provenance/v1", subject, """
            {"buildDefinition":{"buildType":"https://example.com/workflow/v1","externalParameters":{"workflow":{"ref":"refs/tags/v1","repository":"https://example.com/team/app"} },
              "resolvedDependencies":[{"uri":"pkg:docker/alpine@3.22","digest":{"sha256":"abc"} }]},"runDetails":{"builder":{"id":"https://example.com/runner"} } }
            """);
        await AttachAsync(
            "application/vnd.in-toto+json", "application/vnd.in-toto+json", AttachmentWorld.Dsse(statement), new() { ["in-toto.io/predicate-type"] = "https://slsa.dev/provenance/v1" });
        var sbom = await AttachAsync("application/vnd.cyclonedx+json", "application/vnd.cyclonedx+json", Encoding.UTF8.GetBytes(SbomTests.CycloneDx));
        await portal.Client.PushArtifactAsync(
            "team/attached", null, AttachedPart.NotationSignature, "application/jose+json", AttachmentWorld.NotationJws(certificate, sbom), sbom);

        var (page, complaints) = await portal.OpenLiveAsync("/r/team/attached/-/tags/1.0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show signatures" }).ClickAsync();

        // The signature of the SBOM hangs below it, not below the image.
        var roots = page.Locator(".attached").First.Locator("> li");
        await Expect(roots).ToHaveCountAsync(4);
        var packages = roots.Filter(new() { HasText = "SBOM" });
        await Expect(packages.Locator("ul.attached > li")).ToContainTextAsync(["Signature"]);

        await Expand(packages).ClickAsync();
        await Expect(packages.Locator(".package-list tbody tr")).ToContainTextAsync(["@angular/core", "inner", "openssl"]);
        await Expect(packages.Locator(".package-list tbody tr").First).ToContainTextAsync("17.0.0 MIT pkg:npm/%40angular/core@17.0.0");
        await Expect(packages.GetByRole(AriaRole.Status).First).ToHaveTextAsync("CycloneDX 1.5, 3 packages");
        await packages.GetByLabel("Search packages").FillAsync("ssl");
        await Expect(packages.Locator(".package-list tbody tr")).ToContainTextAsync(["openssl"]);

        foreach (var signature in await roots.Filter(new() { HasText = "Signature" }).Filter(new() { HasNotText = "SBOM" }).AllAsync())
        {
            await Expand(signature).ClickAsync();
        }

        await Expect(Signed("release.example.com")).ToContainTextAsync("Yes: it names this digest");
        await Expect(Signed("release.example.com")).ToContainTextAsync("notation-go/1.3.0");
        await Expect(Signed("night.example.com")).ToContainTextAsync("No: it names another digest than the one it is attached to");

        var provenance = roots.Filter(new() { HasText = "Provenance" });
        await Expand(provenance).ClickAsync();
        await Expect(Fact(provenance, "Builder")).ToHaveTextAsync("https://example.com/runner");
        await Expect(Fact(provenance, "Source")).ToHaveTextAsync("https://example.com/team/app");
        await Expect(Fact(provenance, "Revision")).ToHaveTextAsync("refs/tags/v1");
        await Expect(provenance.GetByRole(AriaRole.Row, new() { Name = "pkg:docker/alpine@3.22 sha256:abc" })).ToBeVisibleAsync();
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();

        Task<Digest> AttachAsync(string artifactType, string mediaType, byte[] document, JsonObject? annotations = null) =>
            portal.Client.PushArtifactAsync("team/attached", null, artifactType, mediaType, document, subject, annotations: annotations);

        ILocator Signed(string name) => page.Locator(".attached-document").Filter(new() { HasText = name });
    }

    [Fact]
    public async Task Compare_TellsLayersSizePackages_AndAPlatformOfAnIndexAgainstAnImage()
    {
        var shared = new LayerBuilder().File("etc/motd").Gzip();
        var before = await portal.Client.PushAsync("team/compared", "1.0", Config(), [shared, new LayerBuilder().File("a", Noise(100)).Gzip()]);
        var after = await portal.Client.PushAsync("team/compared", "2.0", Config(), [shared, new LayerBuilder().File("b", Noise(200_000)).Gzip()]);
        using var index = await portal.Client.PutManifestAsync(
            "team/compared", "multi", ImageBuilder.Index((before, "amd64"), (after, "arm64")), MediaTypes.OciIndex);
        await SbomAsync(before, SbomTests.Spdx);
        await SbomAsync(after, SbomTests.Spdx.Replace("1.37.0", "1.38.0", StringComparison.Ordinal));

        var (page, complaints) = await portal.OpenLiveAsync("/compare?a=team/compared:1.0&b=team/compared:2.0");
        await Expect(Fact(page.Locator("main > .facts"), "Size")).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^B is 1\d\d\.\d KiB larger$"));
        await Expect(Fact(page, "Layers of both")).ToContainTextAsync("1, ");
        var layers = page.Locator("section", new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "Layers", Exact = true }) }).Locator("tbody tr");
        await Expect(layers).ToContainTextAsync(["A only", "B only", "both"]);
        await Expect(layers.Nth(2)).ToContainTextAsync($"{Digest.Of(shared)}"["sha256:".Length..][..6]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Compare the packages" }).ClickAsync();
        await Expect(page.GetByText("1 package differs")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "busybox changed 1.37.0 1.38.0" })).ToBeVisibleAsync();

        // The index is compared by one of its platforms, which is chosen on its side.
        await page.GetByLabel("First image").FillAsync("team/compared:multi");
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare", Exact = true }).ClickAsync();
        var side = page.GetByRole(AriaRole.Region, new() { Name = "Image A" });
        await side.GetByRole(AriaRole.Link, new() { Name = "linux/arm64" }).ClickAsync();
        await page.AtAsync("**pa=linux/arm64");
        await Expect(page.GetByText("Both are the same image")).ToBeVisibleAsync();
        await side.GetByRole(AriaRole.Link, new() { Name = "linux/amd64" }).ClickAsync();
        await Expect(layers).ToContainTextAsync(["A only", "B only", "both"]);
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();

        Task<Digest> SbomAsync(Digest subject, string document) =>
            portal.Client.PushArtifactAsync("team/compared", null, "application/spdx+json", "application/spdx+json", Encoding.UTF8.GetBytes(document), subject);
    }

    private static ILocator Fact(IPage page, string name) => Fact(page.Locator("main"), name);

    private static ILocator Fact(ILocator within, string name) =>
        within.Locator("div", new() { Has = within.Page.GetByRole(AriaRole.Term).GetByText(name, new() { Exact = true }) }).Locator("> dd");

    private static ILocator Expand(ILocator node) => node.Locator("> .panel .expand");

    private static async Task CommandsAsync(IPage page, string program, params string[] commands)
    {
        await page.GetByRole(AriaRole.Tab, new() { Name = program, Exact = true }).ClickAsync();
        await Expect(page.Locator("#pull-panel code")).ToHaveTextAsync(commands);
        Assert.Equal(commands, await page.Locator("#pull-panel code").AllInnerTextsAsync());
    }

    /// <summary>Runs a command of skopeo as it is shown; without TLS, which is all that a registry on loopback lacks.</summary>
    private static async Task RunAsync(string command)
    {
        using var folder = new TempFolder();
        await ChildProcess.RunAsync("sh", "-c", $"cd '{folder.Path}' && {command.Replace("skopeo copy", "skopeo copy --src-tls-verify=false", StringComparison.Ordinal)}");
        Assert.True(File.Exists(Directory.GetFiles(folder.Path, "index.json", SearchOption.AllDirectories).Single()));
    }

    /// <summary>Text that no packing makes smaller than three quarters, the same each time.</summary>
    private static string Noise(int length)
    {
        var bytes = new byte[length * 3 / 4];
        new Random(7).NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    private static JsonObject Config() => new()
    {
        ["os"] = "linux",
        ["architecture"] = "arm64",
        ["variant"] = "v8",
        ["created"] = "2026-01-02T03:04:05Z",
        ["author"] = "Ada <ada@example.com>",
        ["config"] = new JsonObject
        {
            ["User"] = "1000:1000",
            ["ExposedPorts"] = new JsonObject { ["80/tcp"] = new JsonObject(), ["443/tcp"] = new JsonObject() },
            ["Volumes"] = new JsonObject { ["/data"] = new JsonObject(), ["/var/cache"] = new JsonObject() },
            ["Entrypoint"] = new JsonArray("/bin/app", "--greeting", "hello world"),
            ["Cmd"] = new JsonArray("serve"),
            ["WorkingDir"] = "/srv",
            ["StopSignal"] = "SIGINT",
            ["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "curl", "http://localhost"), ["Interval"] = 30_000_000_000 },
            ["Labels"] = new JsonObject { ["org.example.team"] = "storage" },
        },
        ["history"] = new JsonArray(
            new JsonObject { ["created_by"] = "/bin/sh -c #(nop) ADD file:1 in / " },
            new JsonObject { ["created_by"] = "/bin/sh -c #(nop)  ENV LANG=C", ["empty_layer"] = true },
            new JsonObject { ["created_by"] = "RUN /bin/sh -c make install # buildkit" }),
    };
}
