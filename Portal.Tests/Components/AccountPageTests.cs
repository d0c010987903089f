using Bunit;
using Microsoft.AspNetCore.Components;
using Portal.Tests.Fixtures;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class AccountPageTests
{
    [Fact]
    public async Task Password_IsChangedWithTheCurrentOne()
    {
        await using var site = await AdministrationPages.CreateAsync(visitor: "bob");
        var page = site.Render<AccountPage>();

        await TypeAsync(page, "wrong", "another", "another");
        page.WaitForAssertion(() => Assert.Contains("The current password is not right.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        await TypeAsync(page, "bob's password", "another", "a typo");
        page.WaitForAssertion(() => Assert.Contains("The two new passwords differ", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        await TypeAsync(page, "bob's password", "another", "another");

        page.WaitForAssertion(() => Assert.Contains("Your password is changed.", page.Markup, StringComparison.Ordinal));
        Assert.NotNull(await site.World.SignInAsync("bob", "another"));
        Assert.All(page.FindAll("input[type=password]"), input => Assert.Equal("", input.GetAttribute("value")));
    }

    [Fact]
    public async Task Token_IsShownOnce_WorksAndIsRevoked()
    {
        await using var site = await AdministrationPages.CreateAsync(visitor: "bob");
        var page = site.Render<AccountPage>();
        Assert.Contains("There is no access token.", page.Markup, StringComparison.Ordinal);

        page.FindAll("button").First(button => button.TextContent.Contains("New token", StringComparison.Ordinal)).Click();
        var dialog = site.Pages.Dialogs;
        await dialog.WaitForElement("input[type=text]").InputAsync(new ChangeEventArgs { Value = "ci" });
        await dialog.Find("textarea").InputAsync(new ChangeEventArgs { Value = "team/**\nNo" });
        await dialog.Find("form").SubmitAsync();
        Assert.Contains("“No”: 'N' is in no repository's name", dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        await dialog.Find("textarea").InputAsync(new ChangeEventArgs { Value = "team/**\n" });
        await dialog.Find("form").SubmitAsync();
        dialog.WaitForElement(".secret");
        var secret = dialog.Find(".secret code").TextContent;
        Assert.NotNull(await site.World.SignInAsync("bob", secret));
        dialog.FindAll("button").First(button => button.TextContent.Trim() == "Done").Click();

        page.WaitForAssertion(() => Assert.Contains("Reader on team/**", page.Find("table.tokens").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, page.Markup, StringComparison.Ordinal);
        page.Find("[aria-label='Revoke ci']").Click();
        dialog.WaitForState(() => dialog.FindAll("button").Any(button => button.TextContent.Trim() == "Revoke"));
        dialog.FindAll("button").First(button => button.TextContent.Trim() == "Revoke").Click();
        page.WaitForAssertion(() => Assert.Contains("There is no access token.", page.Markup, StringComparison.Ordinal));
        Assert.Null(await site.World.SignInAsync("bob", secret));
    }

    [Fact]
    public async Task WithoutAName_ThereIsNothingToChange()
    {
        await using var site = await AdministrationPages.CreateAsync(visitor: null);

        Assert.Contains("You are not signed in.", site.Render<AccountPage>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigurationsAdministrator_IsToldWhereThePasswordIs()
    {
        await using var site = await AdministrationPages.CreateAsync(visitor: "root");

        Assert.Contains("Your password is held by portal.admin", site.Render<AccountPage>().Markup, StringComparison.Ordinal);
    }

    private static async Task TypeAsync(IRenderedComponent<AccountPage> page, params string[] texts)
    {
        for (var index = 0; index < texts.Length; index++)
        {
            await page.FindAll("input[type=password]")[index].InputAsync(new ChangeEventArgs { Value = texts[index] });
        }

        await page.Find("form.own-password").SubmitAsync();
    }
}
