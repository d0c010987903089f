using System.Net;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>What a person does with a repository, in a real browser, and that the new states are accessible.</summary>
public sealed class RepositoryWorkTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task DeletedTag_ComesBackByUndo()
    {
        var digest = await portal.Client.PushImageAsync("story/undo", "1.0");
        var page = await OpenAsync("/r/story/undo");

        await MenuAsync(page, "1.0", "Delete…");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Deleted tag 1.0")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Assertions.Expect(page.GetByText("Tag 1.0 is back")).ToBeVisibleAsync();
        Assert.Equal(digest.ToString(), await DigestOfAsync("story/undo", "1.0"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task OverwrittenTag_IsRestoredFromItsHistory()
    {
        var first = await portal.Client.PushImageAsync("story/history", "1.0", "first");
        await portal.Client.PushImageAsync("story/history", "1.0", "second");
        var page = await OpenAsync("/r/story/history");

        await MenuAsync(page, "1.0", "History");
        await page.AtAsync("**/r/story/history/-/tags/1.0/history");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Restore 1.0 to") }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Restore" }).ClickAsync();

        await Assertions.Expect(page.GetByText("Tag 1.0 points to")).ToBeVisibleAsync();
        Assert.Equal(first.ToString(), await DigestOfAsync("story/history", "1.0"));
        await Assertions.Expect(page.Locator("table.tag-history tbody tr")).ToHaveCountAsync(3);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Image_IsCopiedToAnotherRepository_AndAClientPullsIt()
    {
        await portal.Client.PushImageAsync("story/copy", "1.0", "copied");
        var page = await OpenAsync("/r/story/copy");

        await MenuAsync(page, "1.0", "Copy to…");
        var dialog = await page.DialogAsync();
        await dialog.GetByLabel("Repository").FillAsync("story/copied");
        await dialog.GetByLabel("Tag").FillAsync("2.0");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();

        await Assertions.Expect(page.GetByText("Copied to story/copied:2.0")).ToBeVisibleAsync();
        using var folder = new TempFolder();
        await ChildProcess.RunAsync(
            "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", $"docker://{portal.RegistryAddress.Authority}/story/copied:2.0", $"dir:{folder.Path}");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Description_IsWrittenPreviewedAndKept_AndAConflictIsSeen()
    {
        await portal.Client.PushImageAsync("story/words", "1.0");
        var page = await OpenAsync("/r/story/words");
        var other = await OpenAsync("/r/story/words");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit the description" }).ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Edit the description" }).ClickAsync();

        var written = "# Words\n\n" + new string('x', 50_000);
        await FillAsync(page, written);
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Assertions.Expect(page.Locator(".describe-preview h3")).ToHaveTextAsync("Words");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator(".about .markdown h3")).ToHaveTextAsync("Words");
        await FillAsync(other, "mine");
        await other.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(other.GetByText("Somebody else saved another text meanwhile.")).ToBeVisibleAsync();
        await other.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(other.Locator(".about .markdown")).ToHaveTextAsync("mine");
        await page.Context.CloseAsync();
        await other.Context.CloseAsync();
    }

    [Fact]
    public async Task Keys_MoveSelectAndOpen()
    {
        await portal.Client.PushImageAsync("story/keys", "1.0", "a");
        await portal.Client.PushImageAsync("story/keys", "2.0", "b");
        var page = await OpenAsync("/r/story/keys?sort=name");

        // Rows come after the page is live, and the list is whole when both pushes are in it.
        await Assertions.Expect(page.Locator("table.tags tbody a.name")).ToHaveTextAsync(["1.0", "2.0"]);
        await page.Locator("main").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "1.0", Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync(" ");
        await Assertions.Expect(page.GetByLabel("Select tag 2.0")).ToBeCheckedAsync();
        await page.GetByLabel("Actions for tag 2.0").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Menuitem, new() { Name = "Open" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(page.GetByRole(AriaRole.Menuitem).Last).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Menu)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "2.0", Exact = true }).PressAsync("Enter");
        await page.AtAsync("**/r/story/keys/-/tags/2.0");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("description")]
    [InlineData("menu")]
    [InlineData("copy")]
    [InlineData("untagged")]
    [InlineData("deleted")]
    [InlineData("history")]
    [InlineData("no-history")]
    [InlineData("repository")]
    public async Task State_InBothThemesAndWidths_HasNoViolation(string state)
    {
        var name = $"axe/{state}";
        var child = await portal.Client.PushImageAsync(name, "1.0", state);
        if (state is "untagged" or "deleted" or "history")
        {
            using var index = await portal.Client.PutManifestAsync(name, "multi", ImageBuilder.Index((child, "amd64")), MediaTypes.OciIndex);
            using var moved = await portal.Client.PutManifestAsync(name, "1.0", ImageBuilder.Index((child, "arm64")), MediaTypes.OciIndex);
            using var deleted = await portal.Client.SendAsync(HttpMethod.Delete, $"/v2/{name}/manifests/multi");
            Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        }

        var path = state switch
        {
            "untagged" => $"/r/{name}?view=untagged",
            "deleted" => $"/r/{name}?view=deleted",
            "history" => $"/r/{name}/-/tags/1.0/history",
            "no-history" => $"/r/{name}/-/tags/none/history",
            _ => $"/r/{name}",
        };
        await AccessibilityTests.RequireNoViolationAsync(portal, path, async page =>
        {
            switch (state)
            {
                case "description":
                    await page.GetByRole(AriaRole.Button, new() { Name = "Edit the description" }).ClickAsync();
                    await FillAsync(page, "# A\n\n[link](https://example.com) `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    code\n\n> quote");
                    await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
                    await Assertions.Expect(page.Locator(".about .markdown h3")).ToBeVisibleAsync();
                    await page.GetByRole(AriaRole.Button, new() { Name = "Edit the description" }).ClickAsync();
                    await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
                    break;
                case "menu":
                    await page.GetByLabel("Actions for tag 1.0").ClickAsync();
                    await Assertions.Expect(page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
                    break;
                case "copy":
                    await MenuAsync(page, "1.0", "Copy to…");
                    var dialog = await page.DialogAsync();
                    await dialog.GetByLabel("Tag").FillAsync("1.0");
                    break;
                case "untagged":
                    await Assertions.Expect(page.GetByText("Part of").First).ToBeVisibleAsync();
                    break;
                case "deleted":
                    await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Restore multi") })).ToBeEnabledAsync();
                    break;
                case "history":
                    await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Restore 1.0") })).ToBeEnabledAsync();
                    break;
                case "no-history":
                    await Assertions.Expect(page.GetByText("Nothing is known of").First).ToBeVisibleAsync();
                    break;
                default:
                    await page.GetByRole(AriaRole.Button, new() { Name = "Delete repository" }).ClickAsync();
                    await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
                    break;
            }
        });
    }

    private async Task<IPage> OpenAsync(string path)
    {
        var (page, _) = await portal.OpenLiveAsync(path);
        return page;
    }

    private static async Task MenuAsync(IPage page, string tag, string item)
    {
        await page.GetByLabel($"Actions for tag {tag}").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = item }).ClickAsync();
    }

    /// <summary>Once the script has put the old text there, which it tells by the focus.</summary>
    private static async Task FillAsync(IPage page, string text)
    {
        var area = page.GetByRole(AriaRole.Dialog).Locator("textarea");
        await Assertions.Expect(area).ToBeFocusedAsync();
        await area.FillAsync(text);
    }

    private async Task<string> DigestOfAsync(string name, string tag)
    {
        using var answer = await portal.Client.GetAsync($"/v2/{name}/manifests/{tag}");
        return Assert.Single(answer.Headers.GetValues("Docker-Content-Digest"));
    }
}
