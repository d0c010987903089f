using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Catalog;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class CatalogPageTests
{
    [Fact]
    public async Task Page_EmptyRegistry_ShowsTheThreeCommands()
    {
        await using var pages = await PortalPages.CreateAsync();

        var page = pages.Render<CatalogPage>();

        Assert.Equal(
            ["docker pull alpine", "docker tag alpine hub.example:5000/alpine", "docker push hub.example:5000/alpine"],
            page.FindAll(".commands code").Select(code => code.TextContent));
        Assert.Empty(page.FindAll("table"));
    }

    [Fact]
    public async Task Page_EmptyWhileIndexIsBuilt_SaysHowFarItIs()
    {
        await using var pages = await PortalPages.CreateAsync();
        pages.Feed.Report(new IndexProgress(true, 42));

        var page = pages.Render<CatalogPage>();

        Assert.Contains("42 repositories", page.Find(".note").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".commands"));
    }

    [Fact]
    public async Task Page_PushElsewhere_ShowsItWithoutReload()
    {
        await using var pages = await PortalPages.CreateAsync();
        var page = pages.Render<CatalogPage>();

        await pages.World.PutImageAsync("team/app", "1.0", [2048]);
        await pages.CatchUpAsync("team/app");

        page.WaitForAssertion(() => Assert.Equal("r/team/app", page.Find("tbody a").GetAttribute("href")));
    }

    [Fact]
    public async Task Page_SearchInAddress_ShowsWhatMatches()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await pages.World.PutImageAsync("other", "1.0", [1]);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/?q=TEAM");

        var page = pages.Render<CatalogPage>();

        Assert.Equal("team/app", Assert.Single(page.FindAll("tbody a")).TextContent.Replace("\n", "", StringComparison.Ordinal).Trim());
    }

    [Fact]
    public async Task Page_SearchWithoutResult_SaysSoAndLeadsBack()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/?q=%3Cb%3Enone");

        var page = pages.Render<CatalogPage>();

        Assert.Contains("“<b>none”", page.Find(".state").TextContent, StringComparison.Ordinal);
        Assert.Equal("./", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public async Task Page_DatabaseGone_OffersToTryAgain()
    {
        await using var pages = await PortalPages.CreateAsync();
        await using (var context = pages.World.CreateDbContext())
        {
            await context.Database.EnsureDeletedAsync();
        }

        var page = pages.Render<CatalogPage>();

        Assert.Contains("could not be read", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);

        await pages.World.Database.MigrateAsync(CancellationToken.None);
        page.Find("[role=alert] button").Click();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".commands")));
    }

    [Fact]
    public async Task SortHeader_CurrentColumn_LeadsToTheOtherDirection()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/?sort=size&desc=true");

        var page = pages.Render<CatalogPage>();

        var header = page.Find("th[aria-sort]");
        Assert.Equal("descending", header.GetAttribute("aria-sort"));
        Assert.Equal("./?sort=size", header.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task Page_NamespaceInAddress_ShowsItsLevelOfTheTree()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await pages.World.PutImageAsync("team/tools/cli", "1.0", [1]);
        await pages.World.PutImageAsync("other", "1.0", [1]);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/?in=team/");

        var page = pages.Render<CatalogPage>();

        Assert.Equal(["./?in=team%2Ftools%2F", "r/team/app"], page.FindAll("tbody a").Select(link => link.GetAttribute("href")));
        Assert.Contains("2 at this level", page.Find(".heading").TextContent, StringComparison.Ordinal);
        Assert.Equal("team/", page.Find(".crumbs [aria-current]").TextContent);
    }

    [Fact]
    public async Task Page_NonsenseInAddress_ShowsTheList()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/?kind=99&min=-1&max=x&from=never&page=-5&sort=7&view=both&unsigned=perhaps");

        var page = pages.Render<CatalogPage>();

        Assert.Equal("r/team/app", page.Find("tbody a").GetAttribute("href"));
    }

    [Fact]
    public async Task Filters_Chosen_LeadToTheAddressThatSaysThem()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/?view=tree&q=a&page=3");
        var page = pages.Render<CatalogPage>();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("select")[0].Children.Length + page.FindAll("select")[1].Children.Length - 1));

        page.FindAll("select")[0].Change("linux/amd64");

        Assert.EndsWith("/?q=a&view=tree&platform=linux%2Famd64", pages.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }
}
