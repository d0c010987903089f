using System.Net;
using Microsoft.Playwright;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>A person's story in a real browser.</summary>
public sealed class JourneyTests(ChromiumFixture portal, ReadOnlyPortalFixture source)
    : IClassFixture<ChromiumFixture>, IClassFixture<ReadOnlyPortalFixture>
{
    [Fact]
    public async Task PushedImage_AppearsByItself_IsOpened_AndDeleted()
    {
        var (page, complaints) = await portal.OpenAsync("/");
        await Assertions.Expect(page.GetByText("docker push").First).ToBeVisibleAsync();

        await source.Client.PushImageAsync("some/image", "1");
        await ChildProcess.RunAsync(
            "skopeo", "--insecure-policy", "copy", "--src-tls-verify=false", "--dest-tls-verify=false",
            $"docker://{source.RegistryAddress.Authority}/some/image:1", $"docker://{portal.RegistryAddress.Authority}/team/app:1.0");

        var row = page.GetByRole(AriaRole.Link, new() { Name = "team/app" }).First;
        await Assertions.Expect(row).ToBeVisibleAsync();
        await row.ClickAsync();
        await page.AtAsync("**/r/team/app");
        await page.GetByRole(AriaRole.Link, new() { Name = "1.0", Exact = true }).First.ClickAsync();
        await page.AtAsync("**/r/team/app/-/tags/1.0");
        await Assertions.Expect(page.GetByText("linux/amd64").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Layers" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("COPY").First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete tag" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToContainTextAsync("1.0");
        await dialog.GetByRole(AriaRole.Button, new() { NameRegex = new("^Delete") }).ClickAsync();

        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await WaitForNoTagsAsync("team/app");
        using var gone = await portal.Client.GetAsync("/v2/team/app/manifests/1.0");
        await RegistryClient.AssertErrorAsync(gone, HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        Assert.Empty(complaints);
    }

    private async Task WaitForNoTagsAsync(string repository)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while ((await portal.Client.TagsAsync(repository)).Length > 0)
        {
            await tick.WaitForNextTickAsync(deadline.Token);
        }
    }

    [Fact]
    public async Task Page_OnPaper_IsLight_AndWithoutWhatItIsWorkedWith()
    {
        var (page, _) = await portal.OpenLiveAsync("/", isDark: true);
        await page.EmulateMediaAsync(new() { Media = Media.Print });

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Banner)).ToBeHiddenAsync();
        Assert.Equal("rgb(255, 255, 255)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("/", false)]
    [InlineData("/settings/config", true)]
    public async Task Bar_OnAPhone_ShowsTheWholeTitle(string path, bool isDark)
    {
        var (page, _) = await portal.OpenLiveAsync(path, width: 390, isDark: isDark);

        Assert.True(await page.Locator(".brand span").EvaluateAsync<bool>("title => title.scrollWidth <= title.clientWidth && title.scrollHeight <= title.clientHeight + 1"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await page.Context.CloseAsync();
    }
}
