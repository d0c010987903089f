using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class AuditPageTests
{
    [Fact]
    public async Task Lines_AreNewestFirst_AndComeByThemselves()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var page = site.Render<AuditPage>();
        page.WaitForAssertion(() => Assert.Contains("Nothing is in the audit trail yet.", page.Markup, StringComparison.Ordinal));

        site.World.Audit.Add(AuditAction.UserAdded, "ada", System.Net.IPAddress.Loopback, "cy");
        site.World.Audit.Add(AuditAction.TagDeleted, null, null, "team/app:1.0", Reason.Plain("by hand"));
        await site.World.AuditedAsync();
        site.Pages.World.Time.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() => Assert.Equal(
            ["nobody with a name deleted a tag", "ada added a user"],
            page.FindAll("table.audit tbody tr").Select(row => row.QuerySelectorAll("td")[1].ChildNodes.TakeWhile(node => node is not AngleSharp.Dom.IElement { ClassName: "narrow quiet" }).Aggregate("", (text, node) => text + node.TextContent).Trim())));
    }

    [Fact]
    public async Task Filter_IsTheAddresss_AndTheFilesToo()
    {
        await using var site = await AdministrationPages.CreateAsync();
        site.World.Audit.Add(AuditAction.UserAdded, "ada", null, "cy");
        site.World.Audit.Add(AuditAction.UserDeleted, "ada", null, "dora");
        await site.World.AuditedAsync();
        site.Pages.Services.GetRequiredService<NavigationManager>().NavigateTo("settings/audit?action=userdeleted&q=dora");

        var page = site.Render<AuditPage>();

        page.WaitForAssertion(() => Assert.Contains("dora", Assert.Single(page.FindAll("table.audit tbody tr")).TextContent, StringComparison.Ordinal));
        Assert.Equal("settings/audit.csv?q=dora&action=userdeleted", page.Find(".actions a").GetAttribute("href"));
        await page.Find("select").ChangeAsync(new ChangeEventArgs { Value = "" });
        Assert.EndsWith("settings/audit?q=dora", site.Pages.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoAdministrator_SeesNothing()
    {
        await using var site = await AdministrationPages.CreateAsync(visitor: "bob");

        var page = site.Render<AuditPage>();

        Assert.Contains("The audit trail is for administrators.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table, a"));
    }
}
