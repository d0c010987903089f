using Microsoft.Playwright;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>An administrator saves what takes a restart, while others push.</summary>
public sealed class ConfigurationRestartTests(FileChromiumFixture portal) : IClassFixture<FileChromiumFixture>
{
    private int _pushed;

    [Fact]
    public async Task RestartKey_SavedWhileSkopeoPushes_LosesNothing_AndThePageComesBackByItself()
    {
        await portal.Client.PushImageAsync("source", "1", new string('x', 200_000));
        var (page, _) = await portal.OpenLiveAsync("/settings/config");
        await Assertions.Expect(page.Locator(".cm-content")).ToBeVisibleAsync();
        using var stop = new CancellationTokenSource();
        var pushing = PushAsync(stop.Token);

        await ConfigurationEditorTests.ReplaceAsync(page, "title: Third floor", "title: Ground floor");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save…" }).ClickAsync();
        var dialog = await page.DialogAsync();
        await Assertions.Expect(dialog).ToContainTextAsync("portal.title");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Assertions.Expect(page.Locator(".note").First).ToContainTextAsync("went well: the saved configuration is in force");
        await Assertions.Expect(page.Locator("header")).ToContainTextAsync("Ground floor");
        await Patience.UntilAsync(() => Volatile.Read(ref _pushed) > 1 ? page : null, "two pushes");
        await stop.CancelAsync();
        await pushing;
        Assert.Equal(_pushed, (await portal.Client.TagsAsync("pushed")).Length);
        await page.Context.CloseAsync();
    }

    /// <summary>One copy after the other by skopeo, which gives up at the first failure.</summary>
    private async Task PushAsync(CancellationToken stop)
    {
        var host = portal.RegistryAddress.Authority;
        for (; !stop.IsCancellationRequested; _pushed++)
        {
            await ChildProcess.RunAsync(
                "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", $"docker://{host}/source:1", $"docker://{host}/pushed:v{_pushed}");
        }
    }
}
