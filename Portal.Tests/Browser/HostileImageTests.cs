using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web;
using ZstdSharp;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>
/// One image with everything that was ever put into one to harm who looks at it, in a portal that is a process of its own:
/// it shows as text, nothing of it runs, nothing is asked of another host, and neither memory nor disk grow by it.
/// </summary>
public sealed class HostileImageTests(ChromiumFixture browser) : IClassFixture<ChromiumFixture>
{
    private const string Evil = "<script>document.title='harmed';alert(1)</script><img src=https://evil.example/x onerror=\"document.title='harmed';alert(1)\">";

    private const string Markdown = $"""
        # About {Evil}

        [a link](javascript:alert(1)) ![an image](https://evil.example/pixel.png) <https://evil.example>

        <iframe src="https://evil.example"></iframe><a href="data:text/html,x" onclick="alert(1)">here</a>
        <style>body *{"{"}display:none{"}"}</style>
        """;

    private static readonly RepositoryName Name = RepositoryName.Parse("evil/image");

    [Fact]
    public async Task HostileImage_IsHarmlessText_OnEveryPage()
    {
        using var folder = new TempFolder();
        var (registry, pages) = (ChildProcess.FreeAddress(), ChildProcess.FreeAddress());
        await using var portal = await PortalProcess.StartAsync(registry, folder.Combine("store"), ("REGISTRY_PORTAL_ADDR", pages.Authority), ("REGISTRY_LOG_LEVEL", "error"));
        using var client = new RegistryClient(registry);
        var digest = await client.PushAsync("evil/image", "1", Config(), [Hostile(), Bomb()], new() { ["title"] = Evil, ["org.opencontainers.image.description"] = Markdown });
        var stored = SizeOf(folder);

        var (page, complaints) = await browser.OpenLiveAsync("/r/evil/image", elsewhere: pages);
        var dialogs = new List<string>();
        page.Dialog += async (_, dialog) =>
        {
            dialogs.Add(dialog.Message);
            await dialog.DismissAsync();
        };

        // What the image says of itself, as the repository's description.
        await Expect(page.Locator(".about-text")).ToContainTextAsync("About <script>");
        await RequireHarmlessAsync();

        // Author, labels, history and annotations.
        await GoAsync("/r/evil/image/-/tags/1");
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^label <script>") })).ToContainTextAsync(Evil);
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^title ") })).ToContainTextAsync(Evil);
        await Expect(page.Locator(".history li").First).ToContainTextAsync("RUN echo <script>");
        await Expect(page.Locator("dl.facts").Nth(1)).ToContainTextAsync(Evil);
        await page.Locator(".raw summary", new() { HasText = "Config" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Config" })).ToContainTextAsync("RUN echo");
        await RequireHarmlessAsync();
        await GoAsync($"/search?q={Uri.EscapeDataString("<script>")}");
        await Expect(page.Locator("main")).ToContainTextAsync("<script>");
        await RequireHarmlessAsync();

        // Names that lead out of the image lead into it; the bomb is not read to its end, and says so.
        await GoAsync(Files());
        await Expect(page.Locator(".note").Filter(new() { HasText = "Layer 2" })).ToContainTextAsync("250 times its size");
        await Expect(page.Locator("table.files").GetByRole(AriaRole.Link)).ToContainTextAsync(["bad/", "cycle/", "etc/", "before-the-bomb"]);
        await RequireHarmlessAsync();
        await GoAsync(Files("etc"));
        await Expect(page.Locator("table.files")).ToContainTextAsync("absolute");
        await Expect(page.Locator("table.files")).ToContainTextAsync("passwd");

        // Names of scripts, of bytes that are no text, of ten gigabytes of holes.
        await GoAsync(Files("bad"));
        var table = page.Locator("table.files");
        foreach (var name in new[] { "<img src=x onerror=alert(1)>.txt", "\" onmouseover=\"alert(1)", @"line\x0abreak\x1b[31m", @"exe\u202egpj.txt", @"nul\x00name", @"latin-\xe9" })
        {
            await Expect(table).ToContainTextAsync(name);
        }

        await Expect(table.GetByRole(AriaRole.Row).Filter(new() { HasText = "sparse" })).ToContainTextAsync("10.0 GiB");
        await RequireHarmlessAsync();
        await table.GetByRole(AriaRole.Link, new() { Name = "<img" }).ClickAsync();
        await Expect(page.Locator(".file-text")).ToContainTextAsync("<script>alert(1)</script>");
        await RequireHarmlessAsync();
        await GoAsync(Files("bad/sparse"));
        await Expect(page.Locator(".note").Last).ToContainTextAsync("stored with holes");
        await GoAsync(Files("bad/README.md"));
        await Expect(page.Locator(".file-text")).ToContainTextAsync("[a link](javascript:alert(1))");
        await RequireHarmlessAsync();

        // Links in circles, and out of the image.
        foreach (var (link, target) in new[] { ("cycle/a", "b"), ("cycle/self", "self"), ("cycle/up", "../../../.."), ("bad/script", "javascript:alert(1)") })
        {
            await GoAsync(Files(link));
            await Expect(page.Locator("dl.facts")).ToContainTextAsync(target);
            await RequireHarmlessAsync();
        }

        Assert.Equal([], dialogs);
        Assert.Equal([], complaints);
        Assert.Equal([], Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Where(file => file.Contains("passwd", StringComparison.Ordinal) || file.Contains("bomb", StringComparison.Ordinal)));
        Assert.InRange(SizeOf(folder) - stored, 0, 8 << 20);
        Assert.InRange(portal.PeakMemory(), 1, 400 << 20);
        await page.Context.CloseAsync();

        string Files(string path = "") => $"/{PortalUrls.Files(Name, digest, new FileQuery(Path: path))}";

        async Task GoAsync(string path)
        {
            await page.GotoAsync(path);
            await page.LiveAsync();
        }

        async Task RequireHarmlessAsync()
        {
            await Expect(page.Locator("main script, main img, main iframe, main style, main [onerror], main [onclick], main [onmouseover]")).ToHaveCountAsync(0);
            await Expect(page.Locator("a[href^='javascript'], a[href^='data'], a[href^='file']")).ToHaveCountAsync(0);
            await Expect(page).Not.ToHaveTitleAsync("harmed");
        }
    }

    private static JsonObject Config() => new()
    {
        ["os"] = "linux",
        ["architecture"] = "amd64",
        ["author"] = Evil,
        ["config"] = new JsonObject { ["Labels"] = new JsonObject { [$"label {Evil}"] = Evil, ["org.opencontainers.image.url"] = "javascript:alert(1)" } },
        ["history"] = new JsonArray(new JsonObject { ["created_by"] = $"RUN echo {Evil}" }, new JsonObject { ["created_by"] = $"COPY {Evil} /" }),
    };

    /// <summary>Names and links of every kind that leads elsewhere, and a file that is larger than any disk.</summary>
    private static byte[] Hostile() => LayeredImage.Hostile()
        .Raw("/etc/absolute"u8.ToArray())
        .Pax(("path", "bad/README.md"u8.ToArray())).Raw("x"u8.ToArray(), content: Encoding.UTF8.GetBytes(Markdown))
        .SymbolicLink("cycle/a", "b").SymbolicLink("cycle/b", "a").SymbolicLink("cycle/self", "self").SymbolicLink("cycle/up", "../../../..")
        .HardLink("cycle/h", "cycle/i").HardLink("cycle/i", "cycle/h")
        .Gzip();

    /// <summary>Ten gigabytes of nothing (its size is written in octal) in a megabyte: one packed piece, over and over.</summary>
    private static byte[] Bomb()
    {
        var head = new LayerBuilder().File("before-the-bomb").Raw("bomb"u8.ToArray(), size: "124000000000").Tar(isEnded: false);
        using var compressor = new Compressor();
        var piece = compressor.Wrap(new byte[64 << 20]).ToArray();
        return [.. compressor.Wrap(head), .. Enumerable.Repeat(piece, 160).SelectMany(bytes => bytes)];
    }

    private static long SizeOf(TempFolder folder) => new DirectoryInfo(folder.Path).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Exists).Sum(file => file.Length);
}
