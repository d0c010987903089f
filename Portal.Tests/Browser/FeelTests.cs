using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Portal.Storage.Metadata;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What all pages have in common, in a real browser: themes, widths, titles, copying, failing.</summary>
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
        await Expect(page.Locator(".search input")).ToHaveCSSAsync("color", await page.EvaluateAsync<string>("getComputedStyle(document.body).color"));
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
        await page.LiveAsync();
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
        // Narrow, the room for what is pressed with a finger is asked for too.
        var rules = width < 3840 ? null : Axe.RulesOfLooks;
        var page = await OpenAsync("/", width, isDark: theme == ColorScheme.Dark);
        await page.SetViewportSizeAsync(width, height);
        foreach (var path in new[]
        {
            "/", "/r/team/app", "/r/team/app/-/tags/1.0", FilesPath, "/search?q=app", "/map", "/dashboard", "/settings/users", "/webhooks", "/settings/config",
        })
        {
            await page.GotoAsync(path);
            await page.LiveAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 }).First).ToBeVisibleAsync();
            await Expect(page).ToHaveTitleAsync(new Regex("."));

            Assert.Equal([], (await page.FindViolationsAsync(rules)).Select(violation => $"{path} at {width} px: {violation}"));
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
            await page.LiveAsync();
            await Expect(page).ToHaveTitleAsync(new Regex($"^{Regex.Escape(title)}{(title.EndsWith(':') ? "" : "$")}"));
        }

        await page.Context.CloseAsync();
    }

    /// <summary>So that the keyboard, and who hears the page, begin there.</summary>
    [Fact]
    public async Task Pages_OneAfterTheOther_BeginAtTheirHeading()
    {
        var page = await OpenAsync("/r/team/app");
        foreach (var (link, heading) in new[] { ("1.0", @"team/\s*app:1\.0"), ("Files", @"Files of\s+team/\s*app@\S+"), ("team/app", @"team/\s*app"), ("1.0", @"team/\s*app:1\.0") })
        {
            await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).First.ClickAsync();
            await Expect(page.Locator("main h1", new() { HasTextRegex = new($"^\\s*{heading}…?\\s*$") })).ToBeFocusedAsync();
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
    public async Task Moments_AreSaidAsAges_AndExactlyOnHover()
    {
        var page = await OpenAsync("/r/team/app/-/tags/1.0");

        var created = page.Locator("dl.facts > div").Filter(new() { HasText = "Created" }).Locator("time").First;
        await created.HoverAsync();
        await Expect(created).ToHaveTextAsync(new Regex("^[0-9]+ (days|months?|years?) ago$"));
        await Expect(created).ToHaveAttributeAsync("title", "2026-01-02 03:04:05 UTC");
        await Expect(created).ToHaveAttributeAsync("datetime", new Regex("^2026-01-02T03:04:05"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task CopyButtons_Clicked_AnswerAndFillTheClipboard()
    {
        var page = await OpenAsync("/r/team/app");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var command = $"docker pull {portal.RegistryAddress.Authority}/team/app:1.0";

        await CopyAsync(page.GetByRole(AriaRole.Button, new() { Name = "Copy the command" }).First, command);
        await Expect(page.Locator("body[data-said=Copied]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-copied]")).ToHaveCountAsync(0);
        await CopyAsync(page.Locator("table.tags").GetByRole(AriaRole.Button, new() { NameRegex = new("^Copy the digest") }), _digest.ToString());
        await page.GetByLabel("Actions for tag 1.0").ClickAsync();
        await CopyAsync(page.GetByRole(AriaRole.Menuitem, new() { Name = "Copy pull command" }), command);
        await CopyAsync(page.GetByRole(AriaRole.Menuitem, new() { Name = "Copy digest" }), _digest.ToString());
        await page.Context.CloseAsync();

        async Task CopyAsync(ILocator button, string text)
        {
            await page.EvaluateAsync("navigator.clipboard.writeText('')");

            // The answer is shown for two seconds, and may be gone before a busy machine looks.
            await button.EvaluateAsync(
                """
                button => {
                  const status = document.querySelector("body > [role=status].visually-hidden");
                  new MutationObserver(() => document.body.dataset.said ||= status.textContent).observe(status, { childList: true });
                  new MutationObserver(() => button.dataset.answer ||= button.dataset.copied).observe(button, { attributeFilter: ["data-copied"] });
                }
                """);
            await button.ClickAsync();
            await Expect(button).ToHaveAttributeAsync("data-answer", "Copied");
            Assert.Equal(text, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        }
    }

    [Fact]
    public async Task ListThatFails_OffersToTryAgain_AndShowsItThen()
    {
        var page = await OpenAsync("/");
        using var failures = new Failures();
        portal.Get<ILoggerFactory>().AddProvider(failures);
        await using var database = await portal.Get<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync("PRAGMA legacy_alter_table = ON; ALTER TABLE Repositories RENAME TO Gone; PRAGMA legacy_alter_table = OFF;");
        try
        {
            await page.ReloadAsync();
            await page.LiveAsync();
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The list of repositories could not be read.");
            var before = failures.Count;
            await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
            await Patience.UntilAsync(() => failures.Count > before ? failures : null, "another failure");
            await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        }
        finally
        {
            await ExecuteAsync("PRAGMA legacy_alter_table = ON; ALTER TABLE Gone RENAME TO Repositories; PRAGMA legacy_alter_table = OFF;");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Expect(page.Locator("table.catalog a[href='r/team/app']")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await page.Context.CloseAsync();

        // The setting is of a connection, and the pool may give another one to each statement.
        Task ExecuteAsync(string sql) => database.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ServerThatFails_SaysSoOnAPageOfItsOwn()
    {
        // A file that opens and cannot be read, as on a disk that is out of order.
        await portal.Client.PushNothingAsync("broken/app", "1.0");
        var digest = await portal.Client.PushBlobAsync("broken/app", "a layer"u8.ToArray());
        var data = Path.Combine(portal.Root, "docker/registry/v2/blobs/sha256", digest.ToString()[7..9], digest.ToString()[7..], "data");
        File.Delete(data);
        File.CreateSymbolicLink(data, "/proc/self/mem");
        var page = await OpenAsync("/");

        var answer = await page.GotoAsync($"/raw/broken/app/-/blobs/{digest}");

        Assert.Equal(500, answer!.Status);
        Assert.Contains("default-src 'self'", await answer.HeaderValueAsync("content-security-policy"), StringComparison.Ordinal);
        await Expect(page).ToHaveTitleAsync("Error – Registry Portal");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Something went wrong");
        Assert.Empty(await page.FindViolationsAsync());

        // It stays when scripts have come, and leads on.
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.GetByRole(AriaRole.Link, new() { Name = "All repositories" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Repositories" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    private string FilesPath => $"/{Portal.Web.PortalUrls.Files(Portal.Storage.Oci.RepositoryName.Parse("team/app"), _digest)}";

    private static Task<string> ColourAsync(IPage page) => page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");

    private async Task<IPage> OpenAsync(string path, int width = 1440, bool isDark = false)
    {
        var (page, _) = await portal.OpenLiveAsync(path, width, isDark);
        return page;
    }

    /// <summary>Counts the pages that could not load what they show, which is seen on none that could not before.</summary>
    private sealed class Failures : ILoggerProvider, ILogger
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel == LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).StartsWith("A page could not load", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _count);
            }
        }

        public void Dispose()
        {
        }
    }
}
