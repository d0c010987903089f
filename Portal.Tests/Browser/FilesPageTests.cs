using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>Looking into an image: its files, by layer and as a whole.</summary>
public sealed class FilesPageTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/files");

    [Fact]
    public async Task Files_AreOpened_Searched_Read_AndSaved()
    {
        await PushAsync();
        var (page, complaints) = await portal.OpenLiveAsync("/r/team/files/-/tags/1");
        await page.GetByRole(AriaRole.Link, new() { Name = "Files", Exact = true }).ClickAsync();

        var table = page.Locator("table.files");
        await Expect(table.GetByRole(AriaRole.Link)).ToContainTextAsync(["Name", "Size", "etc/", "usr/", "motd"]);
        await table.GetByRole(AriaRole.Link, new() { Name = "etc/" }).FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.AtAsync("**/files?path=usr");
        await table.GetByRole(AriaRole.Link, new() { Name = "share/" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Folders above" })).ToContainTextAsync("share");

        await page.GetByLabel("Search files by name").FillAsync("PASSWD");
        await page.AtAsync("**q=PASSWD**");
        await table.GetByRole(AriaRole.Link, new() { Name = "etc/passwd" }).ClickAsync();
        await Expect(page.Locator(".file-text")).ToContainTextAsync("root:x:0:0");
        await Expect(page.Locator("dl.facts")).ToContainTextAsync("-rw-r--r--");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.Equal("passwd", download.SuggestedFilename);

        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^2 RUN step-2") }).ClickAsync();
        await page.AtAsync("**/files?layer=2");
        await Expect(page.Locator(".files-what")).ToContainTextAsync("1 added, 1 changed, 1 removed");
        await table.GetByRole(AriaRole.Link, new() { Name = "etc/" }).ClickAsync();
        await Expect(table.Locator("tr.gone")).ToContainTextAsync("shadow");
        await Expect(table.Locator(".mark.changed")).ToHaveCountAsync(1);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task HostileImage_IsHarmlessText()
    {
        var digest = await portal.Client.PushAsync("team/files", "hostile", LayeredImage.Hostile().Gzip());
        var (page, complaints) = await portal.OpenAsync($"/{PortalUrls.Files(Name, digest, new FileQuery(Path: "bad"))}");
        var dialogs = 0;
        page.Dialog += (_, _) => dialogs++;

        var table = page.Locator("table.files");
        await Expect(table).ToContainTextAsync("<img src=x onerror=alert(1)>.txt");
        await Expect(table).ToContainTextAsync(@"line\x0abreak\x1b[31m");
        await Expect(table).ToContainTextAsync(@"exe\u202egpj.txt");
        await Expect(table).ToContainTextAsync(@"nul\x00name");
        await Expect(table).ToContainTextAsync("10.0 GiB");
        await Expect(page.Locator("main img, main script, [onmouseover]")).ToHaveCountAsync(0);
        await Expect(page.Locator("a[href^=javascript]")).ToHaveCountAsync(0);

        await page.LiveAsync();
        await table.GetByRole(AriaRole.Link, new() { Name = @"latin-\xe9" }).ClickAsync();
        await Expect(page.Locator(".file-text")).ToContainTextAsync("e acute");
        await page.GoBackAsync();
        await table.GetByRole(AriaRole.Link, new() { Name = "<img" }).ClickAsync();
        await Expect(page.Locator(".file-text")).ToContainTextAsync("<script>alert(1)</script>");
        Assert.Equal(0, dialogs);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Text_InALanguageThatIsKnown_IsColoured_ByNameOrByItsFirstLine()
    {
        var digest = await portal.Client.PushAsync(
            "team/files",
            "languages",
            new LayerBuilder().File("notes", "if nobody knows").File("src/Dockerfile", "# why\nFROM scratch\n").File("bin/run", "#!/usr/bin/env python3\nimport os\n")
                .File("readme.md", "# Title\n\n`code`\n").Gzip());
        var (page, complaints) = await portal.OpenAsync($"/{PortalUrls.Files(Name, digest, new FileQuery(Path: "notes"))}");
        var languages = 0;
        page.Request += (_, request) => languages += request.Url.Contains("codemirror-modes") ? 1 : 0;
        await Expect(page.Locator(".cm-line")).ToContainTextAsync("if nobody knows");
        await Expect(page.Locator(".cm-line span")).ToHaveCountAsync(0);
        Assert.Equal(0, languages);

        await Coloured("src/Dockerfile", "FROM");
        await Coloured("bin/run", "import");
        await Coloured("readme.md", "`code`");
        var broken = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const [core, modes, language] = await Promise.all(["lib/codemirror.js", "lib/codemirror-modes.js", "js/file-language.js"].map(file => import(new URL(file, document.baseURI))));
              const named = (await (await fetch("js/file-language.js")).text()).matchAll(/(?:: |\/, )"(\w+)"/g);
              const text = "# a /* b */ 'c' <d e=\"f\">\n[1] = `g` {h: i}\n```\n--- j\n";
              return [...new Set([...named].map(match => match[1]))].filter(name => {
                try { return core.StreamLanguage.define(modes[name]).parser.parse(text).length !== text.length; } catch { return true; }
              });
            }
            """);
        Assert.Empty(broken);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();

        async Task Coloured(string path, string word)
        {
            await page.GotoAsync($"/{PortalUrls.Files(Name, digest, new FileQuery(Path: path))}");
            var span = page.Locator(".cm-line span").Filter(new() { HasText = word }).First;
            await Expect(span).Not.ToHaveCSSAsync("color", await page.Locator(".cm-content").EvaluateAsync<string>("text => getComputedStyle(text).color"));
        }
    }

    [Fact]
    public async Task LargeFolder_ScrollsToItsEnd_AndHoldsOnlyWhatIsInSight()
    {
        var layer = new LayerBuilder();
        for (var number = 0; number < 3000; number++)
        {
            layer.File($"many/file-{number:d4}", "");
        }

        var digest = await portal.Client.PushAsync("team/files", "large", layer.Gzip());
        var (page, _) = await portal.OpenLiveAsync($"/{PortalUrls.Files(Name, digest, new FileQuery(Path: "many"))}");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "file-0003" })).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("table.files tbody tr").CountAsync(), 10, 210);

        // A row that was waited for does not take the focus from who went on, and a key that means nothing here is left to the browser.
        await page.GetByRole(AriaRole.Link, new() { Name = "file-0003" }).FocusAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, cancelable: true }))"));
        await page.EvaluateAsync(
            """
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
            document.body.dispatchEvent(new WheelEvent("wheel", { bubbles: true }));
            """);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "file-2999" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "file-0003" })).ToBeFocusedAsync();

        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "file-2999" })).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("table.files tbody tr").CountAsync(), 10, 210);

        // Of so many rows none is missed on the screen that would be made for paper.
        await Expect(page.Locator(".print-rows")).ToHaveCountAsync(1);
        await Expect(page.Locator(".print-rows")).ToBeHiddenAsync();

        // From a row, keys go to the very ends, and on from there; a row that is not made yet is waited for.
        await page.GetByRole(AriaRole.Link, new() { Name = "file-2990" }).FocusAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "file-2999" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Home");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "file-0000" })).ToBeFocusedAsync();
        for (var number = 1; number <= 60; number++)
        {
            await page.Keyboard.PressAsync("ArrowDown");

            // So many keys count while a row is waited for.
            if (number % 15 == 0)
            {
                await Expect(page.GetByRole(AriaRole.Link, new() { Name = $"file-{number:d4}" })).ToBeFocusedAsync();
            }
        }

        // Scrolled far away, the row has the focus no more, and no other has it instead.
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "file-2999" })).ToBeVisibleAsync();
        await Expect(page.Locator("table.files a:focus")).ToHaveCountAsync(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Print_OfAFolder_HasAllItsFiles_Once()
    {
        var layer = new LayerBuilder();
        for (var number = 0; number < 300; number++)
        {
            layer.File($"some/file-{number:d4}", "");
        }

        var digest = await portal.Client.PushAsync("team/files", "some", layer.Gzip());
        var (page, complaints) = await portal.OpenLiveAsync($"/{PortalUrls.Files(Name, digest, new FileQuery(Path: "some"))}");
        await Expect(page.Locator("[data-print]")).ToBeEnabledAsync();
        await page.EvaluateAsync("window.print = () => document.body.dataset.prints = `${document.body.dataset.prints ?? ''} ${document.querySelectorAll('table.files tbody tr[aria-rowindex]').length}`; null");

        // A key that is held down is pressed once, and who presses it again waits as well.
        await page.EvaluateAsync(
            """
            for (const repeat of [false, true, false]) {
              document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "p", ctrlKey: true, repeat, bubbles: true }));
            }
            """);

        await Expect(page.Locator("body")).ToHaveAttributeAsync("data-prints", " 300");
        await page.GetByRole(AriaRole.Link, new() { Name = "file-0299" }).ClickAsync();
        await page.AtAsync("**file-0299");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Pages_InBothThemesAndWidths_HaveNoViolation()
    {
        var digest = await PushAsync();
        var hostile = await portal.Client.PushAsync("team/files", "hostile", LayeredImage.Hostile().Gzip(), "no layer"u8.ToArray());
        await Check(digest, new FileQuery(), page => Expect(page.Locator("table.files")).ToContainTextAsync("motd"));
        await Check(hostile, new FileQuery(Path: "bad"), page => Expect(page.Locator("main")).ToContainTextAsync("no archive"));
        await Check(digest, new FileQuery(1, "etc/passwd"), page => Expect(page.Locator(".file-text")).ToContainTextAsync("root"));
        await Check(digest, new FileQuery(Path: "usr/share/blob"), page => Expect(page.Locator(".hex")).ToContainTextAsync("00000000"));

        Task Check(Digest image, FileQuery query, Func<IPage, Task> arrive) =>
            AccessibilityTests.RequireNoViolationAsync(portal, $"/{PortalUrls.Files(Name, image, query)}", arrive);
    }

    [Fact]
    public async Task Index_OffersItsPlatforms_AndOtherAddressesSayWhatIsMissing()
    {
        var image = await PushAsync();
        var content = ImageBuilder.Index((image, "amd64"));
        using var answer = await portal.Client.PutManifestAsync("team/files", "multi", content, MediaTypes.OciIndex);
        var (page, _) = await portal.OpenLiveAsync($"/{PortalUrls.Files(Name, Digest.Of(content))}");

        await page.GetByRole(AriaRole.Link, new() { Name = "linux/amd64" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"{image}/files$"));
        await Expect(page.Locator("table.files")).ToContainTextAsync("motd");

        await page.GotoAsync($"/{PortalUrls.Files(Name, image, new FileQuery(Path: "none/such"))}");
        await Expect(page.Locator("main")).ToContainTextAsync("There is no file of that name here.");
        await page.GotoAsync($"/{PortalUrls.Files(Name, image, new FileQuery(Layer: 7))}");
        await Expect(page.Locator("main")).ToContainTextAsync("The image has 2 layers.");
        await page.GotoAsync($"/{PortalUrls.Files(Name, image, new FileQuery(Search: "zzz"))}");
        await Expect(page.Locator("main")).ToContainTextAsync("No file has “zzz” in its name.");
        var gone = await page.GotoAsync($"/{PortalUrls.Files(Name, Digest.Of("none"u8))}");
        Assert.Equal(404, gone!.Status);
        await page.Context.CloseAsync();
    }

    private Task<Digest> PushAsync() => portal.Client.PushAsync(
        "team/files",
        "1",
        new LayerBuilder().Folder("etc").File("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n").File("etc/shadow", "secret").File("motd", "hello")
            .File("usr/share/doc/readme.yaml", "key: value").File("usr/share/blob", "a\0b").SymbolicLink("usr/link", "share").Gzip(),
        new LayerBuilder().File("etc/passwd", "root:x:0:0::/:\n").File("etc/.wh.shadow", "").File("etc/new", "").Zstd());
}
