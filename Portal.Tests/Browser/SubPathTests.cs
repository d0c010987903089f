using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The pages below a path of a proxy, and what they say while the proxy is gone, in a real browser.</summary>
public sealed class SubPathTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>
{
    private const string Prefix = "/hub";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BelowAPathOfAProxy_SignInBrowseLiveUpdateAndFiles_StayThere(bool takesPrefixOff)
    {
        var name = takesPrefixOff ? "short/app" : "long/app";
        await using var proxy = await ReverseProxy.StartAsync(
            portal.PortalAddress, path => !path.StartsWith($"{Prefix}/", StringComparison.Ordinal) ? null : takesPrefixOff ? path[Prefix.Length..] : path, prefix: Prefix);
        var (page, _) = await portal.OpenAsync("about:blank");
        var outside = new ConcurrentQueue<string>();
        page.Request += (_, request) => Look(request.Url);
        page.WebSocket += (_, socket) => Look(socket.Url);
        var failed = new ConcurrentQueue<string>();
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400)
            {
                failed.Enqueue($"{answer.Status} {answer.Url}");
            }
        };

        await page.GotoAsync($"{proxy.Address}hub/");
        await SignInAsync(page);
        await Expect(page).ToHaveURLAsync($"{proxy.Address}hub/");
        await page.LiveAsync();

        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync(name, "1.0");
        await page.Locator($"table.catalog a[href='r/{name}']").ClickAsync();
        await Expect(page).ToHaveURLAsync($"{proxy.Address}hub/r/{name}");
        await page.GetByRole(AriaRole.Link, new() { Name = "1.0", Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Files", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/files$"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.LiveAsync();
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync(name);
        await Expect(page.GetByRole(AriaRole.Option).First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Menu of {PasswordFile.User}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByLabel("Password")).ToBeVisibleAsync();

        Assert.Empty(outside);
        Assert.Equal([], failed.Where(answer => !answer.StartsWith("401 ", StringComparison.Ordinal)));
        await page.Context.CloseAsync();

        void Look(string url)
        {
            if (new Uri(url) is { Scheme: not ("data" or "about" or "blob") } asked
                && (asked.Authority != proxy.Address.Authority || !asked.AbsolutePath.StartsWith($"{Prefix}/", StringComparison.Ordinal)))
            {
                outside.Enqueue(url);
            }
        }
    }

    [Fact]
    public async Task ConnectionLost_IsSaid_AndThePageIsLiveAgainWhenItComesBack()
    {
        await using var proxy = await ReverseProxy.StartAsync(portal.PortalAddress, path => path);
        var (page, _) = await portal.OpenAsync("about:blank");
        await page.GotoAsync($"{proxy.Address}");
        await SignInAsync(page);
        await page.LiveAsync();
        await page.GetByText("Repositories").First.ClickAsync();
        var banner = page.GetByRole(AriaRole.Dialog, new() { Name = "Connection lost" });
        await Expect(banner).ToBeHiddenAsync();

        await proxy.CutAsync();
        await Expect(banner).ToBeVisibleAsync();
        await page.EvaluateAsync("window.sameDocument = true");
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync("meanwhile/app", "1.0");
        proxy.Mend();

        await Expect(banner).ToBeHiddenAsync();
        await Expect(page.Locator("table.catalog a[href='r/meanwhile/app']")).ToBeVisibleAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.sameDocument === true"));
        await page.Context.CloseAsync();
    }

    private static async Task SignInAsync(IPage page)
    {
        await page.GetByLabel("Name").FillAsync(PasswordFile.User);
        await page.GetByLabel("Password").FillAsync(PasswordFile.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
