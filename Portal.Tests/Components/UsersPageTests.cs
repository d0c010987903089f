using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class UsersPageTests
{
    private static readonly AccessRule BobWrites = new(SubjectKind.User, "bob", Role.Writer, RepositoryPattern.Parse("team/**"));

    [Fact]
    public async Task List_TellsEachUserWithRole_AndWhatMayBeDone()
    {
        await using var site = await AdministrationPages.CreateAsync(rules: BobWrites);

        var page = site.Render<UsersPage>();

        Assert.Equal(["ada you", "bob", "root"], page.FindAll("table.users tbody tr").Select(row => Words(row.QuerySelector("td")!, ".name, .badge")));
        Assert.Equal(["Administrator", "Writer on team/**", "Administrator"], page.FindAll("table.users tbody tr").Select(row => row.QuerySelectorAll("td")[1].TextContent));
        Assert.Contains("portal.admin", page.FindAll("table.users tbody tr")[2].TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[aria-label='Delete ada']"));
    }

    [Fact]
    public async Task NoAdministrator_SeesNoUsers_AndIsToldWhoTheyAreFor()
    {
        await using var site = await AdministrationPages.CreateAsync(visitor: "bob");
        var page = site.Render<UsersPage>();
        Assert.Contains("for administrators", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table"));

        await using var open = await AdministrationPages.CreateAsync(visitor: null);
        Assert.Contains("asks nobody for a name", open.Render<UsersPage>().Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_WithoutAMatch_SaysSo()
    {
        await using var site = await AdministrationPages.CreateAsync();
        site.Pages.Services.GetRequiredService<NavigationManager>().NavigateTo("settings/users?q=zzz");

        var page = site.Render<UsersPage>();

        Assert.Contains("No user has “zzz”", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadLines_AreToldWithTheirNumbers()
    {
        await using var site = await AdministrationPages.CreateAsync(htpasswd: "cy:$apr1$x$y\n");

        var note = site.Render<UsersPage>().Find("details.lines");

        Assert.Contains("1 line of the htpasswd file lets nobody in", note.TextContent, StringComparison.Ordinal);
        Assert.Contains("Line 3 has Apache's MD5 hash", note.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddUser_WithAGeneratedPassword_ShowsItOnce_WithTheLogin()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<UsersPage>();

        Button(page, "Add user…").Click();
        await site.Pages.Dialogs.WaitForElement("input[type=text]").InputAsync(new ChangeEventArgs { Value = "new user" });
        await site.Pages.Dialogs.Find("form").SubmitAsync();

        site.Pages.Dialogs.WaitForElement(".secret");
        var shown = site.Pages.Dialogs.FindAll(".secret code").Select(code => code.TextContent).ToList();
        Assert.NotNull(await site.World.SignInAsync("new user", shown[0]));
        Assert.Equal("docker login hub.example:5000 -u 'new user'", shown[1]);
        Press(site, "Done");
        page.WaitForAssertion(() => Assert.Contains("new user", page.Find("table.users").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain(shown[0], page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddUser_WithATypedPassword_DoesNotShowIt_AndRefusesAnEmptyOne()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<UsersPage>();

        Button(page, "Add user…").Click();
        await site.Pages.Dialogs.WaitForElement("input[type=text]").InputAsync(new ChangeEventArgs { Value = "cy" });
        await site.Pages.Dialogs.FindAll("input[type=radio]")[1].ChangeAsync(new ChangeEventArgs { Value = "on" });
        await site.Pages.Dialogs.Find("form").SubmitAsync();
        site.Pages.Dialogs.WaitForAssertion(() => Assert.Contains("The password is empty", site.Pages.Dialogs.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        await site.Pages.Dialogs.Find("input[type=password]").InputAsync(new ChangeEventArgs { Value = "cy's password" });
        await site.Pages.Dialogs.Find("form").SubmitAsync();

        site.Pages.Dialogs.WaitForElement(".secret");
        Assert.DoesNotContain("cy's password", site.Pages.Dialogs.Markup, StringComparison.Ordinal);
        Assert.NotNull(await site.World.SignInAsync("cy", "cy's password"));
    }

    [Fact]
    public async Task Robot_IsAddedWithoutAPassword_AndGetsAToken()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<UsersPage>();

        Button(page, "Add robot…").Click();
        await site.Pages.Dialogs.WaitForElement("input[type=text]").InputAsync(new ChangeEventArgs { Value = "ci" });
        await site.Pages.Dialogs.Find("form").SubmitAsync();
        Press(site, "Done");
        page.WaitForElement("[aria-label='Tokens of ci']").Click();
        Press(site, "New token…");
        await site.Pages.Dialogs.WaitForElement("form input[type=text]").InputAsync(new ChangeEventArgs { Value = "build" });
        await site.Pages.Dialogs.Find("form").SubmitAsync();

        site.Pages.Dialogs.WaitForElement(".secret");
        var secret = site.Pages.Dialogs.Find(".secret code").TextContent;
        Assert.Equal("ci", (await site.World.SignInAsync("ci", secret))?.Name);
    }

    [Fact]
    public async Task Disable_AndEnable_CountAtOnce()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<UsersPage>();

        page.Find("[aria-label='Disable bob']").Click();
        page.WaitForElement("[aria-label='Enable bob']");
        Assert.Null(await site.World.SignInAsync("bob", "bob's password"));

        page.Find("[aria-label='Enable bob']").Click();
        page.WaitForElement("[aria-label='Disable bob']");
        Assert.NotNull(await site.World.SignInAsync("bob", "bob's password"));
    }

    [Fact]
    public async Task Delete_SaysWhatGoes_AndAsksWhenItOpens()
    {
        await using var site = await AdministrationPages.CreateAsync(rules: BobWrites);
        var page = site.Render<UsersPage>();

        page.Find("[aria-label='Delete bob']").Click();
        var dialog = site.Pages.Dialogs;
        Assert.Contains("1 rule: Writer on team/**", dialog.WaitForElement("ul.doomed").TextContent.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("No rule bounds signed-in users then", dialog.Find("label.question").TextContent, StringComparison.Ordinal);
        Assert.True(Button(dialog, "Delete bob").HasAttribute("disabled"));
        await dialog.Find("label.question input").ChangeAsync(new ChangeEventArgs { Value = true });
        Button(dialog, "Delete bob").Click();

        page.WaitForAssertion(() => Assert.DoesNotContain("bob", page.Find("table.users").TextContent, StringComparison.Ordinal));
        Assert.Null(await site.World.SignInAsync("bob", "bob's password"));
    }

    [Fact]
    public async Task Permissions_AreEditedAsAWhole_WithTheQuestionAboutSignedInUsers()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<UsersPage>();

        Button(page, "Add a rule").Click();
        await page.Find("[aria-label='Name, rule 2']").InputAsync(new ChangeEventArgs { Value = "bob" });
        await page.Find("[aria-label='Repositories, rule 2']").InputAsync(new ChangeEventArgs { Value = "Team" });
        Assert.Contains("'T' is in no repository's name", page.Find(".rules .refusal").TextContent, StringComparison.Ordinal);
        await page.Find("[aria-label='Repositories, rule 2']").InputAsync(new ChangeEventArgs { Value = "team/**" });
        Assert.Empty(page.FindAll(".rules .refusal"));
        await page.Find("[aria-label='Role, rule 2']").ChangeAsync(new ChangeEventArgs { Value = "Writer" });
        Button(page, "Save permissions").Click();
        Press(site, "Keep what they had");

        page.WaitForAssertion(() => Assert.Contains("The permissions are saved", page.Markup, StringComparison.Ordinal));
        Assert.Equal([BobWrites, PermissionTable.ForSignedIn], site.World.Accounts.Current.Rows.Rules.Skip(1));
    }

    [Fact]
    public async Task Permissions_WithoutOneself_AreRefusedWithASentence()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<UsersPage>();

        await page.Find("[aria-label='Name, rule 1']").InputAsync(new ChangeEventArgs { Value = "bob" });
        Button(page, "Save permissions").Click();

        page.WaitForAssertion(() => Assert.Contains("you would be no administrator any more", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Equal("bob", page.Find("[aria-label='Name, rule 1']").GetAttribute("value"));
    }

    [Fact]
    public async Task Permissions_ChangedElsewhere_AreShown_OrTold()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<UsersPage>();
        var admin = site.World.Accounts.Current.Rows.Rules[0];

        await site.World.SetRulesAsync(admin, BobWrites);
        site.Pages.World.Time.Advance(TimeSpan.FromSeconds(1));
        page.WaitForElement("[aria-label='Name, rule 2']");

        await page.Find("[aria-label='Name, rule 2']").InputAsync(new ChangeEventArgs { Value = "cy" });
        await site.World.SetRulesAsync(admin);
        site.Pages.World.Time.Advance(TimeSpan.FromSeconds(1));
        page.WaitForAssertion(() => Assert.Contains("Somebody else changed the permissions", page.Markup, StringComparison.Ordinal));
        Assert.Equal("cy", page.Find("[aria-label='Name, rule 2']").GetAttribute("value"));
    }

    [Fact]
    public async Task Probe_TellsWhatAUserMay_AndWhichRuleGivesIt()
    {
        await using var site = await AdministrationPages.CreateAsync(rules: BobWrites);
        var page = site.Render<UsersPage>();

        await page.FindAll(".probe input")[0].InputAsync(new ChangeEventArgs { Value = "bob" });
        await page.FindAll(".probe input")[1].InputAsync(new ChangeEventArgs { Value = "team/app" });
        await page.Find("form.probe").SubmitAsync();

        Assert.Equal(["may pull", "may push", "may not delete"], page.FindAll(".answers li").Select(answer => answer.TextContent.Trim()));
        Assert.Equal("pull, push: Writer on team/**, for bob", page.Find(".because li").TextContent.Trim());

        await page.FindAll(".probe input")[1].InputAsync(new ChangeEventArgs { Value = "Not a name" });
        await page.Find("form.probe").SubmitAsync();
        Assert.Contains("no repository's name", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    private static string Words(IElement cell, string selector) => string.Join(' ', cell.QuerySelectorAll(selector).Select(element => element.TextContent.Trim()));

    /// <summary>Presses a button that comes only when something is done.</summary>
    private static void Press(AdministrationPages site, string text)
    {
        site.Pages.Dialogs.WaitForState(() => site.Pages.Dialogs.FindAll("button").Any(button => button.TextContent.Trim() == text));
        Button(site.Pages.Dialogs, text).Click();
    }

    private static IElement Button<T>(IRenderedComponent<T> within, string text)
        where T : IComponent => within.FindAll("button").First(button => button.TextContent.Trim() == text);
}
