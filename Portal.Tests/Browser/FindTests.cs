using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>Finding things: the tree and its filters by mouse, the search box by keyboard alone, and the search page.</summary>
public sealed class FindTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await portal.Client.PushImageAsync("team/app", "1.0");
        await portal.Client.PushImageAsync("team/tools/cli", "2.5");
        await portal.Client.PushImageAsync("single", "nightly-build");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Tree_NamespacesOpenByAddress_AndBackLeadsBack()
    {
        var (page, complaints) = await OpenAsync("/");

        await page.GetByRole(AriaRole.Link, new() { Name = "Tree" }).ClickAsync();
        await page.AtAsync("**/?view=tree");
        await Assertions.Expect(page.Locator("table.catalog")).ToContainTextAsync("2 repositories");
        await page.GetByRole(AriaRole.Link, new() { Name = "team/", Exact = true }).ClickAsync();
        await page.AtAsync("**/?in=team%2F");
        await page.GetByRole(AriaRole.Link, new() { Name = "tools/", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "cli", Exact = true })).ToHaveAttributeAsync("href", "r/team/tools/cli");

        await page.GoBackAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "app", Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Namespace" }).GetByRole(AriaRole.Link, new() { Name = "All" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "single", Exact = true })).ToBeVisibleAsync();
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Filters_Chosen_StandInTheAddressAndOutliveALoad()
    {
        var (page, _) = await OpenAsync("/");

        await page.GetByText("Filters").ClickAsync();
        await Assertions.Expect(page.GetByLabel("Platform").Locator("option")).ToHaveTextAsync(["any", "linux/amd64"]);
        await page.GetByLabel("Platform").SelectOptionAsync("linux/amd64");
        await page.AtAsync("**?platform=linux%2Famd64");
        await page.GetByLabel("At least").SelectOptionAsync(new SelectOptionValue { Label = "100.0 GiB" });
        await Assertions.Expect(page.GetByText("No repository is like that.")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("No repository is like that.")).ToBeVisibleAsync();
        await page.LiveAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "No filters" }).ClickAsync();
        await Assertions.Expect(page.Locator("table.catalog tbody tr")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task Filters_ByLastPull_LetThroughWhatWasPulledOrNot()
    {
        await portal.Client.PushImageAsync("team/app", "2.0");
        using var pulled = await portal.Client.GetAsync("/v2/team/app/manifests/1.0");
        Assert.Equal(HttpStatusCode.OK, pulled.StatusCode);
        var (page, _) = await OpenAsync("/?in=team/");
        var names = page.Locator("table.catalog tbody a.name");

        await page.GetByText("Filters").ClickAsync();
        await page.GetByLabel("Last pull").SelectOptionAsync("never");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"\?in=team%2F&pulled=never$"));

        // The index hears of pulls some seconds later, and the list does not watch them.
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!(await names.AllTextContentsAsync()).SequenceEqual(["tools/"]))
        {
            deadline.Token.ThrowIfCancellationRequested();
            await page.ReloadAsync();
            await Assertions.Expect(names).Not.ToHaveCountAsync(0);
        }

        await page.LiveAsync();
        await page.GetByLabel("Last pull").SelectOptionAsync("7d");
        await Assertions.Expect(names).ToHaveTextAsync(["app"]);
        await Assertions.Expect(page.Locator("table.catalog tbody td").Last.Locator("time")).ToHaveCountAsync(1);

        // The tags of what was found, narrowed and sorted the same way.
        await names.ClickAsync();
        var tags = page.Locator("table.tags tbody a.name").Filter(new() { HasTextRegex = new Regex("^[12]") });
        await Assertions.Expect(tags).ToHaveTextAsync(["2.0", "1.0"]);
        await page.GetByLabel("Last pulled").SelectOptionAsync("not-30d");
        await page.AtAsync("**/r/team/app?pulled=not-30d");
        await Assertions.Expect(tags).ToHaveTextAsync(["2.0"]);
        await page.GetByRole(AriaRole.Link, new() { Name = "Last pulled" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/r/team/app\?pulled=not-30d&sort=lastpull&desc=true$"));
        await page.GetByLabel("Last pulled").SelectOptionAsync("");
        await Assertions.Expect(tags).ToHaveTextAsync(["1.0", "2.0"]);
    }

    [Fact]
    public async Task QuickOpen_ByKeyboardAlone_FindsOpensAndRemembers()
    {
        var (page, complaints) = await OpenAsync("/activity");
        var box = page.GetByRole(AriaRole.Dialog, new() { Name = "Search and open" });
        var input = page.GetByRole(AriaRole.Combobox, new() { Name = "Search repositories, tags, digests and labels" });
        var field = page.GetByRole(AriaRole.Textbox, new() { Name = "Who" });

        // Esc closes it and gives the focus back.
        await field.FocusAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(input).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(box).ToBeHiddenAsync();
        await Assertions.Expect(field).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("i");
        await Assertions.Expect(box.GetByRole(AriaRole.Option, new() { Selected = true })).ToHaveAttributeAsync("href", "r/single");
        var first = await input.GetAttributeAsync("aria-activedescendant");
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(input).Not.ToHaveAttributeAsync("aria-activedescendant", first!);
        await page.Keyboard.PressAsync("ArrowUp");
        await input.FillAsync("nightly");

        // Enter on results of an earlier text leads to the page of all instead.
        await Assertions.Expect(box.GetByRole(AriaRole.Listbox)).ToHaveAttributeAsync("data-for", "nightly");
        await Assertions.Expect(box.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await page.AtAsync("**/r/single/-/tags/nightly-build");
        await Assertions.Expect(box).ToBeHiddenAsync();

        // What was opened last is there before anything is typed; Enter before results leads to the page of them all.
        await page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(box.GetByRole(AriaRole.Option)).ToHaveTextAsync(["single:nightly-build"]);
        await input.FillAsync("team");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"/(search\?q=team|r/team/app)$"));
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Keys_QuestionMarkAndSlash_ShowShortcutsAndGoToTheField()
    {
        var (page, _) = await OpenAsync("/");
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });

        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(dialog).ToContainTextAsync("Go to the page's search field");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.GetByLabel("Search repositories", new() { Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("?");
        await Assertions.Expect(dialog).ToBeHiddenAsync();
    }

    [Fact]
    public async Task SearchPage_Typed_ShowsGroupsWithWhatWasFoundMarked()
    {
        var (page, _) = await OpenAsync("/search");

        await page.Locator("main .search input").FillAsync("<b>ni</b>");
        await Assertions.Expect(page.GetByText("Nothing has “<b>ni</b>” in it")).ToBeVisibleAsync();
        await page.Locator("main .search input").FillAsync("NIGHTLY");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Tags" }).Locator("mark")).ToHaveTextAsync("nightly");
        await page.AtAsync("**/search?q=NIGHTLY");
        await page.GetByRole(AriaRole.Link, new() { Name = "single:nightly-build" }).ClickAsync();
        await page.AtAsync("**/r/single/-/tags/nightly-build");
    }

    [Theory]
    [InlineData("/?view=tree", "team/")]
    [InlineData("/?in=team/", "tools/")]
    [InlineData("/?platform=linux/amd64&unsigned=true", "3 found")]
    [InlineData("/search", "Type a part")]
    [InlineData("/search?q=night", "nightly")]
    [InlineData("/search?q=nothing-like-this", "Nothing has")]
    public async Task Page_InBothThemesAndWidths_HasNoViolation(string path, string text)
    {
        await AccessibilityTests.RequireNoViolationAsync(portal, path, page => Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync(text));
    }

    [Theory]
    [InlineData("Control+k", "Search and open")]
    [InlineData("?", "Keyboard shortcuts")]
    public async Task Dialog_InBothThemesAndWidths_HasNoViolation(string keys, string name)
    {
        await AccessibilityTests.RequireNoViolationAsync(portal, "/activity", async page =>
        {
            await page.Keyboard.PressAsync(keys);
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog, new() { Name = name })).ToBeVisibleAsync();
            if (name == "Search and open")
            {
                await page.Keyboard.TypeAsync("i");
                await Assertions.Expect(page.Locator("#quick-open [role=option][aria-selected=true]")).ToBeVisibleAsync();
            }
        });
    }

    private async Task<(IPage Page, List<string> Complaints)> OpenAsync(string path)
    {
        var (page, complaints) = await portal.OpenLiveAsync(path);
        return (page, complaints);
    }
}
