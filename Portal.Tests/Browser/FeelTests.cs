using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What all pages have in common, in a real browser: themes, widths, titles, copying.</summary>
public sealed class FeelTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    private Digest _digest;

    public async ValueTask InitializeAsync()
    {
        _digest = await portal.Client.PushImageAsync("team/app", "1.0");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Theme_Chosen_AppliesAtOnce_AndStays()
    {
        var page = await OpenAsync("/");
        var (dark, system) = (Choice("Dark theme"), Choice("Theme of the system"));
        await Expect(system).ToHaveAttributeAsync("aria-pressed", "true");
        var light = await ColourAsync(page);

        await dark.ClickAsync();
        await Expect(dark).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.NotEqual(light, await ColourAsync(page));
        await page.GetByRole(AriaRole.Link, new() { Name = "Activity" }).First.ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        var another = await page.Context.NewPageAsync();
        await another.GotoAsync("/r/team/app");
        await Expect(another.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        Assert.NotEqual(light, await ColourAsync(another));

        // By choice it is light also where the system is dark.
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Choice("Light theme").ClickAsync();
        Assert.Equal(light, await ColourAsync(page));
        await page.ReloadAsync();
        await Expect(Choice("Light theme")).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal(light, await ColourAsync(page));
        await Expect(page.Locator("main[data-live]")).ToHaveCountAsync(1);
        await system.ClickAsync();
        await Expect(page.Locator("html[data-theme]")).ToHaveCountAsync(0);
        Assert.NotEqual(light, await ColourAsync(page));
        await page.Context.CloseAsync();

        ILocator Choice(string name) => page.GetByRole(AriaRole.Button, new() { Name = name });
    }

    [Theory]
    [InlineData(360, 740, ColorScheme.Dark)]
    [InlineData(3840, 2160, ColorScheme.Light)]
    public async Task MainPages_NarrowestAndWidest_FitAndHaveNoViolation(int width, int height, ColorScheme theme)
    {
        var page = await OpenAsync("/", width, isDark: theme == ColorScheme.Dark);
        await page.SetViewportSizeAsync(width, height);
        foreach (var path in new[]
        {
            "/", "/?view=tree", "/r/team/app", "/r/team/app/-/tags/1.0", FilesPath, "/search?q=app", "/map", "/activity", "/dashboard",
            "/settings/users", "/settings/audit", "/webhooks", "/webhooks/new", "/settings/config", "/health", "/api",
        })
        {
            await page.GotoAsync(path);
            await Expect(page.Locator("main[data-live]")).ToHaveCountAsync(1);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First).ToBeVisibleAsync();
            await Expect(page).ToHaveTitleAsync(new Regex("."));

            var found = await page.RunAxe();
            Assert.Equal([], found.Violations.Select(violation =>
                $"{path} at {width} px: {violation.Id}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}"));
            Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > window.innerWidth"), $"{path} at {width} px scrolls sideways");
        }

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Titles_SayWhatThePageShows()
    {
        var page = await OpenAsync("/");
        foreach (var (path, title) in new[]
        {
            ("/", "Registry Portal"), ("/r/team/app", "team/app – Registry Portal"), ("/r/team/app/-/tags/1.0", "team/app:1.0 – Registry Portal"),
            (FilesPath, "Files of team/app@sha256:"), ("/r/team/app/-/tags/1.0/history", "History of team/app:1.0 – Registry Portal"),
            ("/search?q=app", "app – search – Registry Portal"), ("/map", "Storage by namespace – Registry Portal"), ("/activity", "Activity – Registry Portal"),
            ("/dashboard", "Dashboard – Registry Portal"), ("/settings/users", "Users – Registry Portal"), ("/settings/audit", "Audit – Registry Portal"),
            ("/settings/config", "Configuration – Registry Portal"), ("/webhooks", "Webhooks – Registry Portal"), ("/health", "Health – Registry Portal"),
            ("/api", "API – Registry Portal"), ("/compare", "Compare images – Registry Portal"), ("/no/such/page", "Not found – Registry Portal"),
        })
        {
            await page.GotoAsync(path);
            await Expect(page.Locator("main[data-live]")).ToHaveCountAsync(1);
            await Expect(page).ToHaveTitleAsync(new Regex($"^{Regex.Escape(title)}{(title.EndsWith(':') ? "" : "$")}"));
        }

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Favicon_IsLinked_AndIsAPicture()
    {
        var page = await OpenAsync("/r/team/app");

        var type = await page.EvaluateAsync<string>(
            "async () => { const answer = await fetch(document.querySelector('link[rel=icon]').href); return `${answer.status} ${answer.headers.get('content-type')}`; }");
        var width = await page.EvaluateAsync<int>(
            "() => new Promise(done => { const image = new Image(); image.onload = () => done(image.width); image.onerror = () => done(0); image.src = document.querySelector('link[rel=icon]').href; })");

        Assert.Equal("200 image/svg+xml", type);
        Assert.True(width > 0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task CopyButtons_Clicked_AnswerAndFillTheClipboard()
    {
        var page = await OpenAsync("/r/team/app");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var command = $"docker pull {portal.RegistryAddress.Authority}/team/app:1.0";

        await CopyAsync(page.GetByRole(AriaRole.Button, new() { Name = "Copy the command" }).First, command);
        await CopyAsync(page.Locator("table.tags").GetByRole(AriaRole.Button, new() { NameRegex = new("^Copy the digest") }), _digest.ToString());
        await page.GetByLabel("Actions for tag 1.0").ClickAsync();
        await CopyAsync(page.GetByRole(AriaRole.Menuitem, new() { Name = "Copy pull command" }), command);
        await CopyAsync(page.GetByRole(AriaRole.Menuitem, new() { Name = "Copy digest" }), _digest.ToString());
        await page.Context.CloseAsync();

        async Task CopyAsync(ILocator button, string text)
        {
            await page.EvaluateAsync("navigator.clipboard.writeText('')");
            await button.ClickAsync();
            await Expect(button).ToHaveAttributeAsync("data-copied", "Copied");
            await Expect(page.Locator("body > [role=status].visually-hidden")).ToHaveTextAsync("Copied");
            Assert.Equal(text, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
            await Expect(page.Locator("[data-copied]")).ToHaveCountAsync(0);
        }
    }

    private string FilesPath => $"/{Portal.Web.PortalUrls.Files(Portal.Storage.Oci.RepositoryName.Parse("team/app"), _digest)}";

    private static Task<string> ColourAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    private async Task<IPage> OpenAsync(string path, int width = 1440, bool isDark = false)
    {
        var (page, _) = await portal.OpenAsync(path, width, isDark);
        await Expect(page.Locator("main[data-live]")).ToHaveCountAsync(1);
        return page;
    }
}
