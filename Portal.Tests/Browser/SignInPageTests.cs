using Microsoft.Playwright;
using Portal.Registry.Auth;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>Signing in and out in a real browser, with pages that stay open.</summary>
public sealed class SignInPageTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>
{
    [Fact]
    public async Task Story_WrongPassword_RightPassword_SignOut()
    {
        var (page, complaints) = await portal.OpenAsync("/?q=nothing");
        await Assertions.Expect(page.GetByLabel("Name")).ToBeFocusedAsync();

        // By keyboard alone.
        await page.Keyboard.TypeAsync(PasswordFile.User);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No user has this name and password.");
        await Assertions.Expect(page.GetByLabel("Name")).ToHaveValueAsync(PasswordFile.User);
        await Assertions.Expect(page.GetByLabel("Password")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(PasswordFile.Password);
        await page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("No repository has “nothing”");
        await page.LiveAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Menu of {PasswordFile.User}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Password")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Assertions.Expect(page.GetByLabel("Password")).ToBeVisibleAsync();

        Assert.Equal([], complaints.Where(complaint => !complaint.Contains("401", StringComparison.Ordinal)));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Menu_LeadsToThePages_AndCloses()
    {
        var page = await SignInAsync("/");

        await page.GetByRole(AriaRole.Button, new() { Name = $"Menu of {PasswordFile.User}" }).ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Configuration" })).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Menu of {PasswordFile.User}" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Configuration" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Configuration" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Configuration" })).ToBeHiddenAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task OpenPage_WhoseSessionEnds_LeadsToTheSignIn_AndBack()
    {
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync("team/app", "1.0");
        var page = await SignInAsync("/r/team/app");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "1.0" }).First).ToBeVisibleAsync();

        await portal.Get<Sessions>().EndAllAsync(PasswordFile.User, PasswordFile.User, null, CancellationToken.None);

        await Assertions.Expect(page.GetByLabel("Password")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("1.0")).ToHaveCountAsync(0);
        await FillAsync(page);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "1.0" }).First).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task WithoutScripts_SignInAndOutWork()
    {
        var (page, _) = await portal.OpenAsync("/signin", javaScript: false);
        await FillAsync(page);

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Repositories" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Menu of {PasswordFile.User}" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Password")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task SetupLink_NamesTheFirstAdministrator_AndShutsOthersOut()
    {
        var fresh = new ChromiumFixture();
        await using var ending = (IAsyncDisposable)fresh;
        await ((IAsyncLifetime)fresh).InitializeAsync();
        await fresh.Client.PushImageAsync("team/app", "1.0");
        var (onlooker, _) = await fresh.OpenAsync("/r/team/app");
        await Assertions.Expect(onlooker.GetByRole(AriaRole.Button, new() { Name = "Delete selected" })).ToBeVisibleAsync();

        var (page, complaints) = await fresh.OpenAsync(fresh.SetupLink!.PathAndQuery);
        await page.RequireNoViolationAsync("set-up");
        await page.GetByLabel("Name").FillAsync("root");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("a good password");
        await page.GetByLabel("Password again").FillAsync("another password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Become administrator" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The two passwords differ.");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync("a good password");
        await page.GetByLabel("Password again").FillAsync("a good password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Become administrator" }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "team/app" }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete selected" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu of root" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Users" })).ToBeVisibleAsync();
        await onlooker.ReloadAsync();
        await Assertions.Expect(onlooker.GetByText("Only who is signed in can change anything")).ToBeVisibleAsync();
        await Assertions.Expect(onlooker.GetByRole(AriaRole.Button, new() { Name = "Delete selected" })).ToHaveCountAsync(0);
        await Assertions.Expect(onlooker.GetByRole(AriaRole.Link, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Equal([], complaints.Where(complaint => !complaint.Contains("422", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SignInAndMenu_InBothThemesAndWidths_HaveNoViolation()
    {
        var (page, _) = await portal.OpenAsync("/signin?problem=refused");
        await page.RequireNoViolationAsync("sign-in");
        await FillAsync(page);
        await page.LiveAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Menu of {PasswordFile.User}" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "My account" })).ToBeVisibleAsync();
        await page.RequireNoViolationAsync("menu");
        await page.Context.CloseAsync();
    }

    private static async Task FillAsync(IPage page)
    {
        await page.GetByLabel("Name").FillAsync(PasswordFile.User);
        await page.GetByLabel("Password").FillAsync(PasswordFile.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private async Task<IPage> SignInAsync(string path)
    {
        var (page, _) = await portal.OpenAsync(path);
        await FillAsync(page);
        await page.LiveAsync();
        return page;
    }
}
