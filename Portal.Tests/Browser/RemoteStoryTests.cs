using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>Registries elsewhere as their users have them: named by variables, behind passwords, behind a token server.</summary>
public sealed class RemoteStoryTests(RemoteStoryPortal portal) : IClassFixture<RemoteStoryPortal>
{
    [Fact]
    public async Task RegistryOfAVariable_IsListed_Opened_AndReadOnlyAsTheOtherVariableSays()
    {
        var name = portal.Open.Authority;
        var (page, complaints) = await portal.OpenLiveAsync("/registries");
        await Expect(Row(page, name)).ToContainTextAsync("answers");
        await Expect(Row(page, name)).ToContainTextAsync("off (readonly)");

        await page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "open/app" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "1.0", Exact = true }).ClickAsync();
        await Expect(page.GetByText($"docker pull {name}/open/app:1.0")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete manifest" })).ToBeDisabledAsync();
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task RegistriesWithAPassword_AndWithATokenServer_AreBrowsed_AndAWrongPasswordIsSaid()
    {
        var (page, complaints) = await portal.OpenLiveAsync("/registries");
        await Expect(Row(page, "locked")).ToContainTextAsync("answers");
        await Expect(Row(page, "tokens")).ToContainTextAsync("answers");
        await Expect(Row(page, "wrong")).ToContainTextAsync("does not let ada do this");
        await Expect(page.Locator("main")).Not.ToContainTextAsync(PasswordFile.Password);

        foreach (var name in new[] { "locked", "tokens" })
        {
            await page.GotoAsync("/registries");
            await page.LiveAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = $"{name}/app" }).ClickAsync();
            await Expect(Row(page, "1.0")).ToContainTextAsync("linux/amd64");
            await page.GetByRole(AriaRole.Link, new() { Name = "1.0", Exact = true }).ClickAsync();
            await Expect(page.Locator(".history")).ToContainTextAsync("COPY . /app");
        }

        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task TagElsewhere_TellsSizeAndAge_AndItsImageTheAuthor()
    {
        using var client = new RegistryClient(portal.Open);
        await client.PushAsync(
            "open/told",
            "2.0",
            new JsonObject { ["os"] = "linux", ["architecture"] = "amd64", ["created"] = TimeProvider.System.GetUtcNow().AddDays(-3).AddHours(-1).ToString("O"), ["author"] = "Ada <ada@example.com>" },
            [new byte[2048]]);
        var (page, complaints) = await portal.OpenLiveAsync($"/registries/{portal.Open.Authority}/r/open/told");

        await Expect(Row(page, "2.0")).ToContainTextAsync("2.1 KiB");
        await Expect(Row(page, "2.0").GetByRole(AriaRole.Time)).ToHaveTextAsync("3 days ago");
        await page.GetByRole(AriaRole.Link, new() { Name = "2.0", Exact = true }).ClickAsync();
        await Expect(page.Locator("dl.facts").First).ToContainTextAsync("Ada <ada@example.com>");
        await Expect(page.Locator("dl.facts").First).ToContainTextAsync("3 days ago");
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    private static ILocator Row(IPage page, string name) =>
        page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }) });
}
