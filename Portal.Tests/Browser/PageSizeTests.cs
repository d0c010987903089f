using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>Pages of a thousand rows, of which only those in sight are in the document.</summary>
public sealed class PageSizeTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    private const string Name = "story/many";

    public async ValueTask InitializeAsync()
    {
        using var last = await portal.Client.GetAsync($"/v2/{Name}/manifests/t1199");
        if (last.IsSuccessStatusCode)
        {
            return;
        }

        var child = await portal.Client.PushImageAsync(Name, "child");
        var index = ImageBuilder.Index((child, "amd64"));
        await Parallel.ForEachAsync(Enumerable.Range(1, 1199), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            using var answer = await portal.Client.PutManifestAsync(Name, $"t{i:0000}", index, MediaTypes.OciIndex);
        });
        await portal.IndexedAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task ThousandTags_AreScrolledReachedByKeysAndSelected_WithFewRowsInTheDocument()
    {
        var (page, complaints) = await portal.OpenLiveAsync($"/r/{Name}?sort=name");
        var rows = page.Locator("table.tags tbody tr[aria-rowindex]");

        await page.GetByRole(AriaRole.Link, new() { Name = "1,000 rows on a page" }).ClickAsync();
        await page.AtAsync("**/r/story/many?size=1000&sort=name");
        await Assertions.Expect(page.Locator("table.tags")).ToHaveAttributeAsync("aria-rowcount", "1001");

        await LinkTo(page, "t0049").FocusAsync();
        for (var i = 50; i <= 60; i++)
        {
            await page.Keyboard.PressAsync("ArrowDown");
            await Assertions.Expect(LinkTo(page, $"t{i:0000}")).ToBeFocusedAsync();
        }

        await page.Keyboard.PressAsync(" ");
        await Assertions.Expect(page.GetByLabel("Select tag t0060")).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("End");
        await Assertions.Expect(LinkTo(page, "t0999")).ToBeFocusedAsync();
        await Assertions.Expect(LinkTo(page, "t0999")).ToBeInViewportAsync();
        await Assertions.Expect(LinkTo(page, "t0060")).ToHaveCountAsync(0);
        Assert.InRange(await rows.CountAsync(), 51, 150);
        await Assertions.Expect(page.GetByLabel("Select all tags of this page")).ToBeInViewportAsync();

        await page.GetByLabel("Select all tags of this page").CheckAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete 1000 tags" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Select tag t0998")).ToBeCheckedAsync();
        using var pushed = await portal.Client.PutManifestAsync(Name, "a-new-one", ImageBuilder.Index((await portal.Client.PushImageAsync(Name, "child"), "arm64")), MediaTypes.OciIndex);
        await Assertions.Expect(LinkTo(page, "t0999")).ToHaveCountAsync(0);
        await LinkTo(page, "t0998").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Assertions.Expect(LinkTo(page, "a-new-one")).ToBeFocusedAsync();
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Keys_PressedBeforeThePageIsLive_KeepTheRowTheyCameTo()
    {
        var (page, complaints) = await portal.OpenAsync("about:blank");
        var pressed = await page.HoldAsync();
        await page.GotoAsync($"/r/{Name}?q=t0&size=1000&sort=name");
        await page.EvaluateAsync(
            """
            const find = document.querySelector;
            document.querySelector = function (selector) {
              if (selector.endsWith(" h1")) {
                document.body.dataset.begun = true;
              }
              return find.call(this, selector);
            };
            true
            """);
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(LinkTo(page, "t0002")).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("main[data-live]")).ToHaveCountAsync(0);
        pressed.SetResult();

        await Assertions.Expect(page.Locator("main[data-live]")).ToHaveCountAsync(1);
        await Assertions.Expect(LinkTo(page, "t0002")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(LinkTo(page, "t0003")).ToBeFocusedAsync();

        // The heading is given the focus as the page begins, unless somebody is in the page already.
        await Assertions.Expect(page.Locator("body[data-begun=true]")).ToHaveCountAsync(1);
        await Assertions.Expect(LinkTo(page, "t0003")).ToBeFocusedAsync();
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task ThousandTags_OnAPhone_AreAsLongAsTheyTurnOutToBe_BeforeAnybodyScrolls()
    {
        var (page, complaints) = await portal.OpenAsync($"/r/{Name}?size=1000&sort=name", width: 390);
        await Assertions.Expect(page.Locator("main[data-live]")).ToHaveCountAsync(1);

        await page.WaitForFunctionAsync("""
            () => {
              const body = document.querySelector("table.tags[aria-rowcount='1001'] tbody");
              if (!body) {
                return false;
              }
              const rows = body.querySelectorAll("tr[aria-rowindex]");
              const average = (rows[rows.length - 1].getBoundingClientRect().bottom - rows[0].getBoundingClientRect().top) / rows.length;
              return Math.abs(body.getBoundingClientRect().height / 1000 - average) < average / 20;
            }
            """);

        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Print_OfAThousandTags_HasAllOfThem_AndSaysWhatIsLeftOutOtherwise()
    {
        var (page, complaints) = await portal.OpenLiveAsync($"/r/{Name}?size=1000&sort=name");

        // What is said of the rows is said as printing begins.
        await Assertions.Expect(page.Locator("table.tags")).ToHaveAttributeAsync("aria-rowcount", "1001");
        await page.EvaluateAsync("window.print = () => document.body.dataset.prints = document.querySelectorAll('table.tags tbody tr[aria-rowindex]').length");
        await page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(page.GetByText(" of 1,000 rows are printed")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("table.tags tr:empty").Last).ToBeHiddenAsync();
        await page.EmulateMediaAsync(new() { Media = Media.Screen });

        await page.Keyboard.PressAsync("Control+p");

        await Assertions.Expect(page.Locator("body")).ToHaveAttributeAsync("data-prints", "1000");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Sizes_InGerman_AreNamed()
    {
        var (page, _) = await portal.OpenAsync($"/r/{Name}?size=200", locale: "de-DE");

        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "1.000 Zeilen pro Seite" })).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public Task ThousandTags_InBothThemesAndWidths_HaveNoViolation()
    {
        return AccessibilityTests.RequireNoViolationAsync(portal, $"/r/{Name}?size=1000", _ => Task.CompletedTask);
    }

    private static ILocator LinkTo(IPage page, string tag) => page.Locator("table.tags").GetByRole(AriaRole.Link, new() { Name = tag, Exact = true });
}
