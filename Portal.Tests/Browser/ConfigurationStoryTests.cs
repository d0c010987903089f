using Microsoft.Playwright;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The editor is not alone: variables hold keys, and others write into the file.</summary>
public sealed class ConfigurationStoryTests(FileChromiumFixture portal) : IClassFixture<FileChromiumFixture>
{
    [Fact]
    public async Task KeyThatAVariableHolds_IsLockedInTheForm_AndNamesTheVariable()
    {
        var (page, complaints) = await OpenAsync();
        await Expect(page.Locator(".locked-keys li")).ToContainTextAsync(["catalog.maxentries by REGISTRY_CATALOG_MAXENTRIES"]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Form" }).ClickAsync();
        await page.Locator("summary", new() { HasText = "catalog" }).First.ClickAsync();
        var field = page.Locator("#field-catalog-maxentries");
        await Expect(field).ToBeDisabledAsync();
        await Expect(page.Locator("#field-catalog-maxentries-help")).ToContainTextAsync("Held by REGISTRY_CATALOG_MAXENTRIES.");
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task EditFromOutside_IsAConflict_ThatOverwritesNothing_AndLosesNothing()
    {
        var (page, complaints) = await OpenAsync();
        await ConfigurationEditorTests.ReplaceAsync(page, "title: Third floor", "title: Mine");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save…" })).ToBeEnabledAsync();

        var outside = portal.Text.Replace("level: warn", "level: error", StringComparison.Ordinal);
        await File.WriteAllTextAsync(portal.ConfigurationPath, outside, TestContext.Current.CancellationToken);

        var conflict = page.Locator(".conflict");
        await Expect(conflict.Locator(".wide-diff .removed")).ToContainTextAsync("level: warn");
        await Expect(conflict.Locator(".wide-diff .added")).ToContainTextAsync("level: error");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save…" })).ToBeDisabledAsync();
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("title: Mine");
        await Expect(conflict.GetByRole(AriaRole.Button, new() { Name = "Copy what I typed" })).ToBeVisibleAsync();
        Assert.Equal(outside, await File.ReadAllTextAsync(portal.ConfigurationPath, TestContext.Current.CancellationToken));

        await conflict.GetByRole(AriaRole.Button, new() { Name = "Load the file as it is now" }).ClickAsync();
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("level: error");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("title: Third floor");
        await Expect(conflict).ToHaveCountAsync(0);
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task FileWithAKeyThatNobodyKnows_IsMarkedAsThePageOpens()
    {
        var (page, complaints) = await OpenAsync($"{portal.Text}  unknown: 1\n");

        await Expect(page.Locator(".problems .warning")).ToBeVisibleAsync();
        await Expect(page.Locator(".cm-lint-marker-warning")).ToHaveCountAsync(1);
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    private async Task<(IPage Page, List<string> Complaints)> OpenAsync(string? text = null)
    {
        portal.PutBack();
        if (text is not null)
        {
            await File.WriteAllTextAsync(portal.ConfigurationPath, text, TestContext.Current.CancellationToken);
        }

        var opened = await portal.OpenLiveAsync("/settings/config");
        await Expect(opened.Page.Locator(".cm-content")).ToBeVisibleAsync();
        return opened;
    }
}
