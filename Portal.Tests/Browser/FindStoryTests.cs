using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>How somebody finds something in a registry of more than a thousand repositories, in a real browser.</summary>
public sealed class FindStoryTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    // More than a page of 1,000 names, where clients of the protocol are cut off.
    private const int BulkCount = 1030;

    private const string Signature = "application/vnd.cncf.notary.signature";
    private Digest _app;

    public async ValueTask InitializeAsync()
    {
        var client = portal.Client;
        using var there = await client.GetAsync("/v2/team/app/manifests/1.0");
        if (there.IsSuccessStatusCode)
        {
            _app = Digest.Parse(there.Headers.GetValues("Docker-Content-Digest").Single());
            return;
        }

        _app = await client.PushSizedAsync(
            "team/app", "1.0", 300_000, 1, label: ("org.example.contact", "crew-of-the-harbour"), annotation: ("org.example.ticket", "WINTER-4711"));
        await client.PushArtifactAsync("team/app", "signature", "application/vnd.oci.empty.v1+json", Signature, _app);
        await client.PushArtifactAsync("team/chart", "0.1.0", "application/vnd.cncf.helm.config.v1+json");
        await client.PushSizedAsync("team/tools", "1.0", 2_000, 2);
        await client.PushSizedAsync("team/tools", string.Empty, 1_000, 3);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, BulkCount), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) => await client.PushNothingAsync(Bulk(number), "1"));
        foreach (var tag in Enumerable.Range(0, 9))
        {
            await client.PushNothingAsync("many/tags", $"{tag}");
        }

        await client.PushNothingAsync("zz/last", "1");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task EmptyRegistry_ShowsTheCommandsOfAFirstPush_WithItsAddress()
    {
        var empty = new ChromiumFixture();
        await using var ending = (IAsyncDisposable)empty;
        await ((IAsyncLifetime)empty).InitializeAsync();

        var (page, complaints) = await empty.OpenAsync("/");

        var registry = empty.RegistryAddress.Authority;
        await Expect(page.Locator("ol.commands code")).ToHaveTextAsync(["docker pull alpine", $"docker tag alpine {registry}/alpine", $"docker push {registry}/alpine"]);
        await Expect(page.Locator("table")).ToHaveCountAsync(0);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Catalog_Typed_ShowsWhatMatches_AndOpensIt()
    {
        var page = await OpenAsync("/");

        await page.GetByLabel("Search repositories", new() { Exact = true }).FillAsync("TEAM/");
        await Expect(Names(page)).ToHaveTextAsync(Shown("team/app", "team/chart", "team/tools"));
        await page.AtAsync("**/?q=TEAM%2F");
        await page.ReloadAsync();
        await page.LiveAsync();
        await Expect(Names(page)).ToHaveCountAsync(3);
        await Expect(page.Locator(".heading")).ToContainTextAsync("3 found");
        await Names(page).First.ClickAsync();
        await page.AtAsync("**/r/team/app");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Catalog_PagedToItsEnd_ShowsEveryRepositoryOnce()
    {
        var page = await OpenAsync("/");
        var pager = page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" });
        var total = BulkCount + 5;
        var seen = new List<string>();

        for (var first = 1; first <= total; first += 50)
        {
            var last = Math.Min(first + 49, total);
            await Expect(pager).ToContainTextAsync($"{first}–{last} of {total}");
            seen.AddRange((await Names(page).AllTextContentsAsync()).Select(name => string.Concat(name.Where(character => !char.IsWhiteSpace(character)))));
            await Expect(page.Locator("table.list thead")).ToBeInViewportAsync();
            if (last < total)
            {
                await pager.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
            }
        }

        await Expect(pager.GetByRole(AriaRole.Link, new() { Name = "Next" })).ToHaveCountAsync(0);
        Assert.Equal(
            Enumerable.Range(0, BulkCount).Select(Bulk).Concat(["many/tags", "team/app", "team/chart", "team/tools", "zz/last"]), seen);
        await pager.GetByRole(AriaRole.Link, new() { Name = "First" }).ClickAsync();
        await Expect(Names(page).First).ToHaveTextAsync(Shown(Bulk(0))[0]);
        await pager.GetByRole(AriaRole.Link, new() { Name = "Last" }).ClickAsync();
        await Expect(Names(page).Last).ToHaveTextAsync(Shown("zz/last")[0]);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Catalog_SortedByEachColumn_BeginsWithItsFirst_AlsoAfterALoad()
    {
        var page = await OpenAsync("/");

        foreach (var (column, sort, first) in new[]
        {
            ("Name", "descending", "zz/last"), ("Tags", "descending", "many/tags"), ("Size", "descending", "team/app"),
            ("Last push", "descending", "zz/last"), ("Name", "ascending", Bulk(0)),
        })
        {
            await page.GetByRole(AriaRole.Columnheader, new() { Name = column }).GetByRole(AriaRole.Link).ClickAsync();
            await Expect(page.Locator("th[aria-sort]")).ToContainTextAsync(column);
            await Expect(page.Locator("th[aria-sort]")).ToHaveAttributeAsync("aria-sort", sort);
            await Expect(Names(page).First).ToHaveTextAsync(Shown(first)[0]);
        }

        await page.GetByRole(AriaRole.Columnheader, new() { Name = "Size" }).GetByRole(AriaRole.Link).ClickAsync();
        await page.AtAsync("**/?sort=size&desc=true");
        await page.ReloadAsync();
        await Expect(Names(page).First).ToHaveTextAsync(Shown("team/app")[0]);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Filters_KindLastPushUnsignedUntagged_LetThroughWhatTheySay()
    {
        var page = await OpenAsync("/?q=team%2F");
        await OpenFiltersAsync();

        await page.GetByLabel("Holds").SelectOptionAsync("Helm chart");
        await Expect(Names(page)).ToHaveTextAsync(Shown("team/chart"));
        await ClearAsync();
        await page.GetByLabel("With unsigned tags").CheckAsync();
        await Expect(Names(page)).ToHaveTextAsync(Shown("team/chart", "team/tools"));
        await Expect(page.Locator("table.catalog")).ToContainTextAsync("1 unsigned");
        await ClearAsync();
        await page.GetByLabel("With untagged manifests").CheckAsync();
        await Expect(Names(page)).ToHaveTextAsync(Shown("team/tools"));
        await ClearAsync();

        await page.GetByLabel("Pushed from").FillAsync(Day(2));
        await Expect(page.GetByText("No repository that passes the filters has “team/” in its name.")).ToBeVisibleAsync();
        await page.GetByLabel("Pushed from").FillAsync(Day(-2));
        await Expect(Names(page)).ToHaveCountAsync(3);
        await page.GetByLabel("Pushed until").FillAsync(Day(-2));
        await Expect(Names(page)).ToHaveCountAsync(0);
        await page.GetByLabel("Pushed until").FillAsync(Day(2));
        await Expect(Names(page)).ToHaveCountAsync(3);
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Pushed until")).ToHaveValueAsync(Day(2));
        await page.Context.CloseAsync();

        Task OpenFiltersAsync() => page.GetByText("Filters", new() { Exact = true }).ClickAsync();

        // Without filters they close.
        async Task ClearAsync()
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "No filters" }).ClickAsync();
            await Expect(page.GetByLabel("Holds")).ToBeHiddenAsync();
            await OpenFiltersAsync();
        }
    }

    [Fact]
    public async Task SearchPage_DigestLabelOrAnnotation_LeadsToTheManifest()
    {
        var page = await OpenAsync("/search");
        var field = page.Locator("main .search input");

        foreach (var (text, group, shown) in new[]
        {
            (_app.ToString()[..20], "Digests", _app.ToString()),
            ("OF-THE-HARBOUR", "Labels and annotations", "org.example.contact=crew-of-the-harbour"),
            ("winter-4711", "Labels and annotations", "org.example.ticket=WINTER-4711"),
        })
        {
            await field.FillAsync(text);
            var hits = page.GetByRole(AriaRole.Region, new() { Name = group });
            await Expect(hits.Locator("mark")).ToHaveTextAsync(text, new() { IgnoreCase = true });
            await Expect(hits.GetByRole(AriaRole.Link)).ToHaveTextAsync([shown]);
            await Expect(hits).ToContainTextAsync("team/app");
            await hits.GetByRole(AriaRole.Link).ClickAsync();
            await page.AtAsync($"**/r/team/app/-/manifests/{_app}");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("team/app");
            await page.GoBackAsync();
            await page.ArrivedAsync("Search");
        }

        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Catalog_ThousandRows_AreScrolledToTheEndAndBack_WithFewRowsInTheDocument()
    {
        var page = await OpenAsync("/");
        var rows = page.Locator("table.catalog tbody tr[aria-rowindex]");
        await page.GetByRole(AriaRole.Link, new() { Name = "1,000 rows on a page" }).ClickAsync();
        await page.AtAsync("**/?size=1000");
        await Expect(page.Locator("table.catalog")).ToHaveAttributeAsync("aria-rowcount", "1001");

        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(Names(page).Last).ToHaveTextAsync(Shown(Bulk(999))[0]);
        await Expect(Names(page).Last).ToBeInViewportAsync();
        Assert.InRange(await rows.CountAsync(), 51, 150);
        await page.Keyboard.PressAsync("PageUp");
        await Expect(Names(page).Filter(new() { HasTextRegex = Shown(Bulk(980))[0] })).ToBeInViewportAsync();

        // As the scroll bar is dragged.
        await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight / 2)");
        await Expect(Names(page).Filter(new() { HasTextRegex = Shown(Bulk(500))[0] })).ToHaveCountAsync(1);
        await HomeAsync(page);

        await page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await Expect(Names(page)).ToHaveCountAsync(BulkCount - 1000 + 5);
        await page.Context.CloseAsync();
    }

    /// <summary>The browser goes there smoothly, and gives it up where rows are made at that moment: then one presses again.</summary>
    private static async Task HomeAsync(IPage page)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        do
        {
            await page.Keyboard.PressAsync("Home");
            await page.EvaluateAsync("() => new Promise(done => { addEventListener('scrollend', done, { once: true }); setTimeout(done, 1000); })");
            deadline.Token.ThrowIfCancellationRequested();
        }
        while (await page.EvaluateAsync<double>("scrollY") > 0);

        await Expect(Names(page).First).ToBeInViewportAsync();
    }

    private static string Bulk(int number) => string.Create(CultureInfo.InvariantCulture, $"bulk/{number:0000}");

    /// <summary>A day in the form of a date field; two days away from today it is never the one that just ends.</summary>
    private static string Day(int fromToday) =>
        TimeProvider.System.GetUtcNow().AddDays(fromToday).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Names as the page shows them, where a break may come after each slash.</summary>
    private static Regex[] Shown(params string[] names) => [.. names.Select(name => new Regex($"^\\s*{Regex.Escape(name).Replace("/", "/\\s*", StringComparison.Ordinal)}\\s*$"))];

    private static ILocator Names(IPage page) => page.Locator("table.catalog tbody a.name");

    private async Task<IPage> OpenAsync(string path)
    {
        var (page, _) = await portal.OpenLiveAsync(path);
        return page;
    }
}
