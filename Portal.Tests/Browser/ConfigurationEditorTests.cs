using System.Net;
using Microsoft.Playwright;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>An administrator's story before the real editor.</summary>
public sealed class ConfigurationEditorTests(FileChromiumFixture portal) : IClassFixture<FileChromiumFixture>
{
    [Fact]
    public async Task Value_IsBroken_Mended_Saved_InForce_AndBroughtBack()
    {
        var (page, complaints) = await OpenAsync();
        var found = await File.ReadAllTextAsync(portal.ConfigurationPath);
        await Assertions.Expect(page.Locator(".cm-content")).ToContainTextAsync("secret: (hidden)");

        // Break it.
        await ReplaceAsync(page, "enabled: false", "enabled: maybe");
        await Assertions.Expect(page.Locator(".problems .error")).ToContainTextAsync("storage.delete.enabled");
        await Assertions.Expect(page.Locator(".cm-lint-marker-error")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save…" })).ToBeDisabledAsync();

        // Mend it.
        await ReplaceAsync(page, "enabled: maybe", "enabled: true");
        await Assertions.Expect(page.Locator(".problems")).ToContainTextAsync("Nothing is wrong");
        await Assertions.Expect(page.Locator(".cm-lint-marker-error")).ToHaveCountAsync(0);

        // See the difference and save.
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.Locator(".wide-diff .removed")).ToContainTextAsync("enabled: false");
        await Assertions.Expect(dialog.Locator(".wide-diff .added")).ToContainTextAsync("enabled: true");
        await Assertions.Expect(dialog).ToContainTextAsync("Counts at once: storage.delete.enabled");
        await page.DialogAsync();
        await dialog.GetByLabel("Comment").FillAsync("Old images may go");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator(".note")).ToContainTextAsync("Saved.");
        Assert.Equal(found.Replace("enabled: false", "enabled: true", StringComparison.Ordinal), await File.ReadAllTextAsync(portal.ConfigurationPath));

        // Bring the old version back.
        await page.GetByRole(AriaRole.Button, new() { Name = "History" }).ClickAsync();
        await Assertions.Expect(page.Locator(".versions")).ToContainTextAsync("Old images may go");
        await page.GetByRole(AriaRole.Button, new() { Name = "Bring back version 1" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator(".versions")).ToContainTextAsync("version 1 brought back");
        Assert.Equal(found, await File.ReadAllTextAsync(portal.ConfigurationPath));

        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task LiveKey_Saved_CountsOnTheRegistry_WithoutARestart()
    {
        portal.PutBack();
        var digest = await portal.Client.PushImageAsync("team/app", "1.0");
        using (var refused = await portal.Client.SendAsync(HttpMethod.Delete, $"/v2/team/app/manifests/{digest}"))
        {
            Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
        }

        var (page, complaints) = await OpenAsync();
        await ReplaceAsync(page, "enabled: false", "enabled: true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator(".note")).ToContainTextAsync("In force now: storage.delete.enabled");
        await page.GetByRole(AriaRole.Button, new() { Name = "History" }).ClickAsync();
        await Assertions.Expect(page.Locator(".versions tbody tr").First).ToBeVisibleAsync();
        Assert.Empty(complaints);
        await page.Context.CloseAsync();

        using var deleted = await portal.Client.SendAsync(HttpMethod.Delete, $"/v2/team/app/manifests/{digest}");
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
    }

    [Fact]
    public async Task Typing_OffersKeys_AndExplainsTheOneUnderTheCursor()
    {
        var (page, complaints) = await OpenAsync();

        await page.Locator(".cm-line", new() { HasText = "level: warn" }).ClickAsync();
        await Assertions.Expect(page.Locator(".key-help")).ToContainTextAsync("log.level");
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.TypeAsync("\nform");
        await page.GetByRole(AriaRole.Option, new() { NameRegex = new("^formatter") }).ClickAsync();
        await Assertions.Expect(page.Locator(".cm-content")).ToContainTextAsync("formatter:");
        await page.Locator(".cm-content").FocusAsync();
        await page.Keyboard.TypeAsync("js");
        await page.GetByRole(AriaRole.Option, new() { Name = "json" }).ClickAsync();

        await Assertions.Expect(page.Locator(".cm-content")).ToContainTextAsync("formatter: json");
        await Assertions.Expect(page.Locator(".key-help")).ToContainTextAsync("log.formatter");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Reload_KeepsWhatWasTyped_ButNoSecret()
    {
        var (page, complaints) = await OpenAsync();
        await ReplaceAsync(page, "title: Third floor", "title: Fourth floor");
        await ReplaceAsync(page, "secret: (hidden)", "secret: freshly-typed");
        await Assertions.Expect(page.Locator(".problems")).ToContainTextAsync("Nothing is wrong");
        await WaitForDraftAsync(page, "type again");

        var stored = await page.EvaluateAsync<string>("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)");
        Assert.DoesNotContain("freshly-typed", stored, StringComparison.Ordinal);
        await page.ReloadAsync();

        await Assertions.Expect(page.Locator(".cm-content")).ToContainTextAsync("title: Fourth floor");
        await Assertions.Expect(page.Locator(".problems .error")).ToContainTextAsync("type it again");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Form_ChangesTheText_AndTheTextTheForm()
    {
        var (page, complaints) = await OpenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Form" }).ClickAsync();
        await page.Locator("summary", new() { HasText = "portal" }).First.ClickAsync();
        var title = page.Locator("#field-portal-title");
        await Assertions.Expect(title).ToHaveValueAsync("Third floor");
        await title.FillAsync("Cellar");
        await title.BlurAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "YAML" }).ClickAsync();

        await Assertions.Expect(page.Locator(".cm-content")).ToContainTextAsync("title: Cellar");
        await Assertions.Expect(page.Locator(".cm-content")).ToContainTextAsync("# The registry of the third floor.");
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("error")]
    [InlineData("Form")]
    [InlineData("list")]
    [InlineData("dialog")]
    [InlineData("History")]
    [InlineData("long")]
    [InlineData("denied")]
    public async Task Page_InBothThemesAndWidths_HasNoViolation(string scene)
    {
        var (page, complaints) = await OpenAsync();
        await ArrangeAsync(page, scene);
        await page.RequireNoViolationAsync(scene);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    private static async Task ArrangeAsync(IPage page, string scene)
    {
        switch (scene)
        {
            case "error":
                await ReplaceAsync(page, "enabled: false", "enabled: maybe");
                await Assertions.Expect(page.Locator(".problems .error")).ToBeVisibleAsync();
                break;
            case "Form":
                await page.GetByRole(AriaRole.Button, new() { Name = "Form" }).ClickAsync();
                await page.Locator("summary", new() { HasText = "http" }).First.ClickAsync();
                await Assertions.Expect(page.Locator("#field-http-secret")).ToBeVisibleAsync();
                break;
            case "list":
                await page.GetByRole(AriaRole.Button, new() { Name = "Form" }).ClickAsync();
                await page.Locator("summary", new() { HasText = "log" }).First.ClickAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Add an entry to log.hooks" }).ClickAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Add an entry to log.hooks" }).ClickAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "Remove entry 1 of log.hooks" }).ClickAsync();
                await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Entry 1: mail" })).ToBeVisibleAsync();
                await Assertions.Expect(page.Locator("#field-log-hooks-0-levels")).ToBeVisibleAsync();
                await page.Locator(".form-list").First.ScrollIntoViewIfNeededAsync();
                break;
            case "History":
                await ReplaceAsync(page, "level: warn", "level: error");
                await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
                var dialog = await page.DialogAsync();
                await dialog.GetByLabel("Comment").FillAsync("Nobody reads the warnings, and everybody should see the errors at a glance");
                await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
                await page.GetByRole(AriaRole.Button, new() { Name = "History" }).ClickAsync();
                await Assertions.Expect(page.Locator(".versions")).ToContainTextAsync("at a glance");
                break;
            case "long":
                await ReplaceAsync(page, "title: Third floor", $"title: {new string('x', 300)}\n  {new string('y', 300)}: 1");
                await Assertions.Expect(page.Locator(".problems .warning")).ToBeVisibleAsync();
                break;
            case "denied":
                await page.SetExtraHTTPHeadersAsync([new("X-Forwarded-For", "127.0.0.1")]);
                await page.ReloadAsync();
                await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not shown here");
                break;
            case "dialog":
                await ReplaceAsync(page, "addr: 127.0.0.1:0\n  title: Third floor", "addr: 127.0.0.1:5080\n  title: Fourth floor");
                await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
                await Assertions.Expect(page.GetByRole(AriaRole.Dialog).Locator(".question")).ToBeVisibleAsync();
                break;
        }
    }

    private async Task<(IPage Page, List<string> Complaints)> OpenAsync()
    {
        portal.PutBack();
        var opened = await portal.OpenLiveAsync("/settings/config");
        await Assertions.Expect(opened.Page.Locator(".cm-content")).ToBeVisibleAsync();
        return opened;
    }

    /// <summary>As a person does it: select, and type.</summary>
    internal static async Task ReplaceAsync(IPage page, string before, string after)
    {
        await page.Locator(".cm-content").EvaluateAsync(
            """
            async (content, before) => {
              const { EditorView } = await import(new URL("lib/codemirror.js", document.baseURI));
              const view = EditorView.findFromDOM(content);
              const from = view.state.doc.toString().indexOf(before);
              if (from < 0) throw new Error(`no ${before}`);
              view.dispatch({ selection: { anchor: from, head: from + before.length } });
              view.focus();
            }
            """,
            before);
        await page.Keyboard.InsertTextAsync(after);
    }

    private static async Task WaitForDraftAsync(IPage page, string part)
    {
        await page.WaitForFunctionAsync("part => (sessionStorage.getItem('portal-config-draft') ?? '').includes(part)", part);
    }
}
