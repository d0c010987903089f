using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What one does before a page is live is not lost, in a real browser whose circuit is held back.</summary>
public sealed class EarlyTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>
{
    private TaskCompletionSource? _live;

    [Fact]
    public async Task Field_TypedIn_KeepsItsTextAndTheCaret_AndIsHeard()
    {
        await portal.Client.PushImageAsync("early/found", "1.0");
        await portal.Client.PushImageAsync("early/other", "1.0");
        var (page, complaints) = await OpenHeldAsync("/?view=list");
        var search = page.Locator(".search input");
        await search.FillAsync("early/fond");
        await search.PressAsync("ArrowLeft");
        await search.PressAsync("ArrowLeft");

        await BecomeLiveAsync(page);
        await Expect(search).ToBeFocusedAsync();
        await Expect(search).ToHaveValueAsync("early/fond");
        await page.Keyboard.TypeAsync("u");

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "early/found" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "early/other" })).ToHaveCountAsync(0);
        await Expect(search).ToHaveValueAsync("early/found");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Button_PressedAgainAndAgain_IsPressedOnce()
    {
        await portal.Client.PushImageAsync("early/pressed", "1.0");
        var (page, complaints) = await OpenHeldAsync("/r/early/pressed");
        var more = page.GetByRole(AriaRole.Button, new() { Name = "Actions for tag 1.0" });
        for (var press = 0; press < 4; press++)
        {
            await more.ClickAsync();
        }

        await Expect(more).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(more).ToHaveAttributeAsync("aria-busy", "true");
        await BecomeLiveAsync(page);

        await Expect(more).ToHaveAttributeAsync("aria-expanded", "true");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Boxes_Ticked_AreTickedStill_AndAnUntickedOneIsNot()
    {
        await portal.Client.PushImageAsync("early/ticked", "1.0", "a");
        await portal.Client.PushImageAsync("early/ticked", "2.0", "b");
        await portal.Client.PushImageAsync("early/ticked", "3.0", "c");
        var (page, complaints) = await OpenHeldAsync("/r/early/ticked");
        foreach (var tag in new[] { "1.0", "2.0", "3.0", "2.0" })
        {
            await Box(page, tag).ClickAsync();
        }

        await BecomeLiveAsync(page);

        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete 2 tags" })).ToBeVisibleAsync();
        await Expect(Box(page, "1.0")).ToBeCheckedAsync();
        await Expect(Box(page, "2.0")).Not.ToBeCheckedAsync();
        await Expect(Box(page, "3.0")).ToBeCheckedAsync();
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Choices_MadeOneAfterTheOther_AllCount()
    {
        await portal.Client.PushImageAsync("early/chosen", "1.0");
        var (page, complaints) = await OpenHeldAsync("/?view=list");
        await page.GetByText("Filters", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("At least").SelectOptionAsync(new SelectOptionValue { Label = "100.0 GiB" });
        await page.GetByLabel("Last pull").SelectOptionAsync("never");

        await BecomeLiveAsync(page);

        await Expect(page).ToHaveURLAsync(new Regex("min=.*&pulled=never"));
        await Expect(page.GetByLabel("At least").Locator("option:checked")).ToHaveTextAsync("100.0 GiB");
        await Expect(page.GetByLabel("Last pull")).ToHaveValueAsync("never");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Press_OnWhatIsGoneSince_DoesNothing()
    {
        await portal.Client.PushImageAsync("early/gone", "1.0", "a");
        await portal.Client.PushImageAsync("early/gone", "2.0", "b");
        var (page, complaints) = await OpenHeldAsync("/r/early/gone");
        await Box(page, "1.0").ClickAsync();
        using (var gone = await portal.Client.SendAsync(HttpMethod.Delete, "/v2/early/gone/manifests/1.0"))
        {
            Assert.True(gone.IsSuccessStatusCode, $"{gone.StatusCode}");
        }

        await BecomeLiveAsync(page);

        await Expect(page.Locator("table.tags tbody a.name")).ToHaveTextAsync(["2.0"]);
        await Expect(Box(page, "2.0")).Not.ToBeCheckedAsync();
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    private static ILocator Box(IPage page, string tag) =>
        page.Locator("table.tags tbody tr", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = tag, Exact = true }) }).GetByRole(AriaRole.Checkbox);

    private async Task<(IPage Page, List<string> Complaints)> OpenHeldAsync(string path)
    {
        // A page whose circuit is held back does not mend itself.
        await portal.IndexedAsync();
        var opened = await portal.OpenAsync("about:blank");
        _live = await opened.Page.HoldAsync();
        await opened.Page.GotoAsync(path);
        return opened;
    }

    private async Task BecomeLiveAsync(IPage page)
    {
        await Expect(page.Locator("main[data-live]")).ToHaveCountAsync(0);
        _live!.SetResult();
        await Expect(page.Locator("main[data-live]")).ToHaveCountAsync(1);
    }
}
