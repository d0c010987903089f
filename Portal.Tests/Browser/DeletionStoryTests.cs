using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>How things are deleted, what is said before, and what comes back, in a real browser.</summary>
public sealed class DeletionStoryTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task Manifest_Deleted_TakesTheTagsThatTheDialogNames_AndSaysWhatIsFreed()
    {
        await portal.Client.PushSizedAsync("doomed/image", "1.0", 200_000, 1);
        await portal.Client.PushSizedAsync("doomed/image", "stable", 200_000, 1);
        await portal.Client.PushSizedAsync("doomed/image", "2.0", 300, 2);

        // One more image with the same layer elsewhere: the layer stays, the config goes.
        await portal.Client.PushSizedAsync("doomed/other", "1.0", 200_000, 1, "arm64");
        var page = await OpenAsync("/r/doomed/image/-/tags/1.0");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete manifest" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("These 2 tags go along:");
        await Expect(dialog.GetByRole(AriaRole.List, new() { Name = "Tags that disappear" }).GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["1.0", "stable"]);
        await Expect(dialog.Locator(".freed")).ToHaveTextAsync(new Regex(
            @"Disk space is freed by the next garbage collection only: \d+ B of layers and configs that nothing else refers to\. Another 195\.3 KiB is shared with 1 manifest of other repositories and stays\."));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(["1.0", "2.0", "stable"], (await portal.Client.TagsAsync("doomed/image")).Order());

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete manifest" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Deleted manifest")).ToBeVisibleAsync();
        await Expect(dialog).ToBeHiddenAsync();
        Assert.Equal(["2.0"], await portal.Client.TagsAsync("doomed/image"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Tags_Selected_GoTogether_AndTheDialogSaysWhatStays()
    {
        await portal.Client.PushSizedAsync("doomed/tags", "a", 100, 10);
        await portal.Client.PushSizedAsync("doomed/tags", "also-a", 100, 10);
        await portal.Client.PushSizedAsync("doomed/tags", "b", 100, 11);
        await portal.Client.PushSizedAsync("doomed/tags", "c", 100, 12);
        var page = await OpenAsync("/r/doomed/tags");

        await page.GetByLabel("Select tag a", new() { Exact = true }).CheckAsync();
        await page.GetByLabel("Select tag b").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete 2 tags" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(
            [new Regex(@"^\s*a\s*Manifest .* stays under also-a\."), new Regex(@"^\s*b\s*Manifest .* stays without a tag; it can still be pulled by digest\.")]);
        await Expect(dialog.Locator(".freed")).ToContainTextAsync("No disk space is freed by that alone. 1 manifest is left that no tag leads to");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Expect(page.GetByText("Deleted 2 tags")).ToBeVisibleAsync();
        await Expect(page.Locator("table.tags tbody a.name")).ToHaveCountAsync(2);
        Assert.Equal(["also-a", "c"], (await portal.Client.TagsAsync("doomed/tags")).Order());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Tags_AllThatMatch_GoAlsoFromPagesThatAreNotShown()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) => await portal.Client.PushNothingAsync("doomed/many", $"nightly-{number}"));
        await portal.Client.PushNothingAsync("doomed/many", "release");
        var page = await OpenAsync("/r/doomed/many");

        await page.GetByLabel("Search tags or digests").FillAsync("nightly");
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" })).ToContainTextAsync("1–50 of 60");
        await page.GetByLabel("Select all tags of this page").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Select all 60 tags that match" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete 60 tags" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Expect(page.GetByText("Deleted 60 tags")).ToBeVisibleAsync();
        await page.GetByLabel("Search tags or digests").FillAsync(string.Empty);
        await Expect(page.Locator("table.tags tbody a.name")).ToHaveTextAsync(["release"]);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Repository_IsDeletedOnceItsNameIsTyped()
    {
        await portal.Client.PushSizedAsync("doomed/whole", "1.0", 100, 20);
        await portal.Client.PushSizedAsync("doomed/whole", "2.0", 100, 21);
        var page = await OpenAsync("/r/doomed/whole");

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete repository" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var confirm = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true });
        await Expect(dialog).ToContainTextAsync("disappears: 2 tags, 2 manifests");
        await Expect(confirm).ToBeDisabledAsync();
        await page.DialogAsync();
        await dialog.GetByLabel("Type doomed/whole to delete it").PressSequentiallyAsync("doomed/whol");
        await Expect(confirm).ToBeDisabledAsync();
        await dialog.GetByLabel("Type doomed/whole to delete it").PressSequentiallyAsync("e");
        await confirm.ClickAsync();

        await Expect(page.GetByText("Deleted repository doomed/whole")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is no repository doomed/whole" })).ToBeVisibleAsync();
        await page.GotoAsync("/?q=whole");
        await Expect(page.GetByText("No repository has “whole” in its name.")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task ManifestAndRepository_Deleted_ComeBackByUndo()
    {
        await portal.Client.PushSizedAsync("doomed/undone", "1.0", 100, 40);
        await portal.Client.PushSizedAsync("doomed/undone", "2.0", 100, 41);
        var page = await OpenAsync("/r/doomed/undone/-/tags/1.0");
        var dialog = page.GetByRole(AriaRole.Dialog);
        var confirm = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true });

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete manifest" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("It can be undone right afterwards");
        await confirm.ClickAsync();
        await Expect(page.GetByText("Deleted manifest")).ToBeVisibleAsync();
        Assert.Equal(["2.0"], await portal.Client.TagsAsync("doomed/undone"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByText("1 manifest and 1 tag of doomed/undone are back")).ToBeVisibleAsync();
        Assert.Equal(["1.0", "2.0"], (await portal.Client.TagsAsync("doomed/undone")).Order());
        await page.Context.CloseAsync();

        page = await OpenAsync("/r/doomed/undone");
        dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete repository" }).ClickAsync();
        await page.DialogAsync();
        await dialog.GetByLabel("Type doomed/undone to delete it").PressSequentiallyAsync("doomed/undone");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Deleted repository doomed/undone")).ToBeVisibleAsync();
        Assert.Empty(await portal.Client.TagsAsync("doomed/undone"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByText("2 manifests and 2 tags of doomed/undone are back")).ToBeVisibleAsync();
        Assert.Equal(["1.0", "2.0"], (await portal.Client.TagsAsync("doomed/undone")).Order());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task TagDeletedEarlier_IsPutBackFromTheRepositorysDeletedTags()
    {
        var digest = await portal.Client.PushSizedAsync("doomed/back", "1.0", 100, 30);
        using (var deleted = await portal.Client.SendAsync(HttpMethod.Delete, "/v2/doomed/back/manifests/1.0"))
        {
            Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        }

        var page = await OpenAsync("/r/doomed/back");
        await Expect(page.GetByText("No tag here.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Deleted tags" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Restore 1.0 to") }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();

        await Expect(page.GetByText("No deleted tag is known.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Tags", Exact = true }).ClickAsync();
        await Expect(page.Locator("table.tags .digest code")).ToHaveAttributeAsync("title", digest.ToString());
        Assert.Equal(["1.0"], await portal.Client.TagsAsync("doomed/back"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task DeletionOff_ButtonsAreDisabled_AndSayWhoTurnsItOnAndWhere()
    {
        var locked = new FileChromiumFixture();
        await using var ending = (IAsyncDisposable)locked;
        await ((IAsyncLifetime)locked).InitializeAsync();
        await locked.Client.PushImageAsync("kept/app", "1.0");
        const string Reason = "deletion is off: an administrator can set storage.delete.enabled to true in the configuration";

        var (page, _) = await locked.OpenLiveAsync("/r/kept/app");
        await Expect(page.GetByText("Deletion is off: an administrator can set storage.delete.enabled to true in the configuration.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Select tag 1.0")).ToBeDisabledAsync();
        foreach (var name in new[] { "Delete selected", "Delete repository" })
        {
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = name })).ToBeDisabledAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = name })).ToHaveAttributeAsync("title", Reason);
        }

        await page.GetByLabel("Actions for tag 1.0").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Delete…" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Open" }).ClickAsync();
        foreach (var name in new[] { "Delete tag", "Delete manifest" })
        {
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = name })).ToBeDisabledAsync();
            await Expect(page.GetByRole(AriaRole.Button, new() { Name = name })).ToHaveAttributeAsync("title", Reason);
        }
    }

    /// <summary>Once the index knows what was pushed: a dialog waits two seconds for that, and then says that it does not know.</summary>
    private async Task<IPage> OpenAsync(string path)
    {
        await portal.IndexedAsync();
        var (page, _) = await portal.OpenLiveAsync(path);
        return page;
    }
}
