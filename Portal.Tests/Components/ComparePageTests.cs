using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Web;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class ComparePageTests
{
    [Fact]
    public async Task Page_TwoImages_ShowsWhatDiffers()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1", [1024, 5], """{"os":"linux","architecture":"amd64","config":{"User":"root","Env":["LANG=C","API_TOKEN=hunter2"]}}""");
        await pages.World.PutImageAsync("app", "2", [1024, 4096], """{"os":"linux","architecture":"amd64","config":{"User":"<b>app</b>","Env":["LANG=C","API_TOKEN=hunter3"]}}""");

        var page = Render(pages, "app:1", "app:2");

        Assert.Equal(["User", "API_TOKEN"], page.FindAll(".differences td:first-child code").Select(name => name.TextContent));
        Assert.Contains("<b>app</b>", page.FindAll(".differences td").Select(cell => cell.TextContent.Trim()));
        Assert.DoesNotContain("hunter", page.Markup, StringComparison.Ordinal);
        Assert.Contains("B is 4.0 KiB larger", page.FindAll("dd").Select(fact => fact.TextContent));
        Assert.Equal(["A only", "B only", "both"], page.FindAll("section table.list tbody tr td:first-child").TakeLast(3).Select(cell => cell.TextContent));
        Assert.Equal("compare?a=app:2&b=app:1", Swap(page));
    }

    [Theory]
    [InlineData(null, null, "Name two images")]
    [InlineData("app:1", null, "Name a second image")]
    [InlineData("app:1", "<script>", "This names no image")]
    [InlineData("app:1", "app:gone", "There is no such image")]
    [InlineData("app:1", "hub.example:5000/app:1", "the same digest")]
    public async Task Page_SomethingMissing_SaysWhat(string? a, string? b, string expected)
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1", [1]);

        var page = Render(pages, a, b);

        Assert.Contains(page.FindAll("[role=status]"), state => state.TextContent.Contains(expected, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("script"));
    }

    [Fact]
    public async Task Page_IndexAgainstImage_ComparesAPlatformThatCanBeSwitched()
    {
        await using var pages = await PortalPages.CreateAsync();
        var amd = await pages.World.PutImageAsync("app", "amd", [1]);
        var arm = await pages.World.PutImageAsync("app", null, [2], """{"os":"linux","architecture":"arm64"}""");
        await pages.World.PutIndexAsync("app", "multi", (arm, "linux", "arm64"), (amd, "linux", "amd64"));

        var page = Render(pages, "app:amd", "app:multi");

        Assert.Contains(page.FindAll("[role=status]"), state => state.TextContent.Contains("the same digest", StringComparison.Ordinal));
        Assert.Equal(["compare?a=app:amd&b=app:multi&pb=linux/arm64", "compare?a=app:amd&b=app:multi&pb=linux/amd64"], page.FindAll(".platforms a").Select(link => link.GetAttribute("href")));
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo(page.FindAll(".platforms a")[0].GetAttribute("href")!);
        page.WaitForAssertion(() => Assert.Contains("Platform", page.FindAll(".differences td:first-child code").Select(name => name.TextContent)));
    }

    [Fact]
    public async Task Page_TagDeletedElsewhere_SaysItIsNotThere()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1", [1]);
        await pages.World.PutImageAsync("app", "2", [2]);
        var page = Render(pages, "app:1", "app:2");

        await pages.World.DeleteTagAsync("app", "2");
        await pages.CatchUpAsync("app");

        page.WaitForAssertion(() => Assert.Contains(page.FindAll("[role=status]"), state => state.TextContent.Contains("There is no such image", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Packages_NoSbom_SaysSo()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1", [1]);
        await pages.World.PutImageAsync("app", "2", [2]);
        var page = Render(pages, "app:1", "app:2");

        page.Find(".opener").Click();

        page.WaitForAssertion(() => Assert.Contains(page.FindAll("[role=status]"), state => state.TextContent.Contains("Neither image has an SBOM", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Picker_Submitted_GoesToTheComparison()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1", [1]);
        await pages.World.PutImageAsync("app", "2", [2]);
        await pages.World.ReconcileAsync();
        var page = Render(pages, "app:1", null);
        Assert.Equal(["app:1", "app:2"], page.FindAll("datalist option").Select(option => option.GetAttribute("value")!).Order());

        page.Find("input[name=b]").Change("app:2");
        page.Find("form").Submit();

        Assert.EndsWith("/compare?a=app:1&b=app:2", pages.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".compared-side").Count));
    }

    private static string? Swap(IRenderedComponent<ComparePage> page) =>
        page.FindAll(".heading a").Single(link => link.TextContent.Contains("Swap", StringComparison.Ordinal)).GetAttribute("href");

    private static IRenderedComponent<ComparePage> Render(PortalPages pages, string? a, string? b)
    {
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo(PortalUrls.Compare(a, b));
        return pages.Render<ComparePage>();
    }
}
