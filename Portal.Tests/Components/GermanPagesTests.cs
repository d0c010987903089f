using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Auth;
using Portal.Registry.Configuration.Keys;
using Portal.Storage.Accounts;
using Portal.Storage.Layout;
using Portal.Storage.Metadata;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;
using Portal.Web.Components.Pages;
using Portal.Web.Components.Settings;
using Portal.Web.Words;

namespace Portal.Tests.Components;

/// <summary>What services refuse, and what they find, in the words of a German page.</summary>
public sealed class GermanPagesTests
{
    public GermanPagesTests() => Language.German.Speak();

    [Fact]
    public async Task Users_ANameThatIsTaken_IsRefusedInGerman()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<UsersPage>();

        page.FindAll("button").Single(button => button.TextContent.Trim() == "Benutzer hinzufügen …").Click();
        await site.Pages.Dialogs.WaitForElement("input[type=text]").InputAsync(new ChangeEventArgs { Value = "bob" });
        await site.Pages.Dialogs.Find("form").SubmitAsync();

        site.Pages.Dialogs.WaitForAssertion(() =>
            Assert.Equal("Den Benutzer „bob“ gibt es bereits: einen anderen Namen wählen.", site.Pages.Dialogs.Find("[role=alert]").TextContent.Trim()));
    }

    [Fact]
    public async Task Audit_WhatIsWrittenFromNowOn_IsToldInGerman_AndFoundByItsEnglishAlone()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var rule = new Reason(AuditNote.Rule, $"{"+"} {new Reason(UserRefusal.ForSignedIn, $"signed-in users")} {new Reason(AuditNote.Writer, $"writer")} on {"team/**"}");
        site.World.Audit.Add(AuditAction.PermissionsChanged, "ada", null, "1 rules", rule);
        site.World.Audit.Add(AuditAction.SessionsEnded, "ada", null, "bob", new Reason(AuditNote.OneSession, $"one session"));
        site.World.Audit.Add(AuditAction.DescriptionChanged, "ada", null, "team/app", Reason.Plain("as it was before"));
        await site.World.AuditedAsync();

        var page = site.Render<AuditPage>();

        page.WaitForAssertion(() => Assert.Equal(
            ["as it was before", "eine Sitzung", "+ angemeldete Benutzer Schreiber für team/**"],
            page.FindAll("td.detail").Select(detail => detail.TextContent).Take(3)));
        Assert.Equal("1 Regel", page.FindAll("span.target")[2].TextContent);
        Assert.Single((await FindAsync("one sess")).Items);
        Assert.Empty((await FindAsync("AuditNote")).Items);

        Task<RowPage<AuditEntry>> FindAsync(string text) => site.World.AuditStore.FindAsync(new AuditQuery { Search = text }, CancellationToken.None);
    }

    [Fact]
    public async Task Users_BadLines_AreToldInGerman()
    {
        await using var site = await AdministrationPages.CreateAsync(htpasswd: "cy:$apr1$x$y\n");

        var note = site.Render<UsersPage>().Find("details.lines");

        Assert.Contains("Zeile 3 hat den MD5-Hash von Apache ($apr1$); nur bcrypt ist zulässig", note.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maintenance_WhatCannotBeRead_IsToldInGerman()
    {
        await using var site = await AdministrationPages.CreateAsync();
        await site.Pages.World.Driver.PutAsync(RegistryPaths.Repositories / "odd/_manifests", "a file"u8.ToArray(), CancellationToken.None);
        var page = site.Render<MaintenancePage>();

        page.FindAll("button").Single(button => button.TextContent.Trim() == "Vorschau").Click();
        await Patience.UntilAsync(
            () =>
            {
                site.Pages.World.Time.Advance(TimeSpan.FromSeconds(1));
                return page.FindAll(".left li").Count == 1 ? page : null;
            },
            "a repository that is left");

        Assert.Contains("repositories/odd/_manifests lässt sich nicht lesen: Es ist kein Ordner.", page.Find(".left li").TextContent, StringComparison.Ordinal);
        Assert.Contains("repositories/odd/_manifests lässt sich nicht lesen: Es ist kein Ordner.", page.Find(".result .note").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be read", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyHelp_IsInGerman_WithTypeAndDefault()
    {
        await using var pages = await PortalPages.CreateAsync();

        var help = pages.Render<KeyHelp>(parameters => parameters.Add(help => help.Key, ConfigurationKeys.Find("http.host")));

        Assert.Contains("Die Adresse, unter der Clients die Registry kennen", help.Markup, StringComparison.Ordinal);
        Assert.Equal(["URL", "die der Anfrage"], help.FindAll("dd").Take(2).Select(fact => fact.TextContent.Trim()));
    }

    [Fact]
    public async Task Comparison_NamesWhatDiffersInGerman()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1", [1024, 5], """{"os":"linux","architecture":"amd64","config":{"User":"root"}}""");
        await pages.World.PutImageAsync("app", "2", [1024, 5], """{"os":"linux","architecture":"amd64","config":{"User":"app","WorkingDir":"/app"}}""");
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("compare?a=app:1&b=app:2");

        var page = pages.Render<ComparePage>();

        Assert.Equal(["Benutzer", "Arbeitsverzeichnis"], page.FindAll(".differences td:first-child code").Select(name => name.TextContent));
    }
}
