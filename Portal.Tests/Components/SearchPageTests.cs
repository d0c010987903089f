using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class SearchPageTests
{
    private const string Labels = """{"os":"linux","architecture":"amd64","config":{"Labels":{"owner":"<script>alert(1)</script>"}}}""";

    [Fact]
    public async Task Page_Found_LeadsToEachKindAndEncodesWhatPeopleWrote()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("team/script", "script-1", [1], Labels);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/search?q=script");

        var page = pages.Render<SearchPage>();

        Assert.Equal(
            ["r/team/script", "r/team/script/-/tags/script-1", $"r/team/script/-/manifests/{image.Digest}"],
            page.FindAll(".hits a").Select(link => link.GetAttribute("href")));
        Assert.Equal("owner=<script>alert(1)</script>", page.Find(".label").TextContent);
        Assert.Empty(page.FindAll("script"));
        Assert.Equal(["script", "script", "script", "script"], page.FindAll("mark").Select(mark => mark.TextContent));
    }

    [Fact]
    public async Task Page_OneKind_IsPagedByItsAddress()
    {
        await using var pages = await PortalPages.CreateAsync();
        for (var number = 100; number < 160; number++)
        {
            await pages.World.PutImageAsync("app", $"v{number}", [1]);
        }

        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/search?q=v1&show=tags");

        var page = pages.Render<SearchPage>();

        Assert.Equal(50, page.FindAll(".hits li").Count);
        Assert.Equal("search?q=v1&show=tags&page=2", page.Find("[rel=next]").GetAttribute("href"));
    }

    [Fact]
    public async Task Page_DatabaseGone_OffersToTryAgain()
    {
        await using var pages = await PortalPages.CreateAsync();
        await using (var context = pages.World.CreateDbContext())
        {
            await context.Database.EnsureDeletedAsync();
        }

        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("/search?q=a");

        Assert.NotNull(pages.Render<SearchPage>().Find("[role=alert] button"));
    }

    [Theory]
    [InlineData("team/App", "app", "team/<mark>App</mark>")]
    [InlineData("<b>", "b", "&lt;<mark>b</mark>&gt;")]
    [InlineData("abc", null, "abc")]
    [InlineData("aa", "a", "<mark>a</mark><mark>a</mark>")]
    public async Task Marked_Text_MarksThePartAndEncodesTheRest(string text, string? part, string expected)
    {
        await using var pages = await PortalPages.CreateAsync();

        Assert.Equal(expected, pages.Render<Marked>(parameters => parameters.Add(marked => marked.Text, text).Add(marked => marked.Part, part)).Markup);
    }
}
