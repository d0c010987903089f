using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Storage.Oci;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

/// <summary>How many rows a page has, and which of them are made before somebody looks.</summary>
public sealed class PageSizeTests
{
    private const int Rows = 260;

    [Theory]
    [InlineData("", 50, 0)]
    [InlineData("size=200", 200, 150)]
    [InlineData("size=1000", Rows, Rows - 50)]
    [InlineData("size=500", 50, 0)]
    [InlineData("size=-1", 50, 0)]
    [InlineData("size=many", 50, 0)]
    public async Task Tags_SizeInAddress_MakesTheFirstFiftyAndKeepsPlaceForTheOthers(string query, int rows, int later)
    {
        await using var pages = await PortalPages.CreateAsync();
        await PutTagsAsync(pages);

        var page = RenderTags(pages, query);

        RequireRows(page, rows, later);
    }

    [Theory]
    [InlineData("", 50, 0)]
    [InlineData("size=200", 200, 150)]
    [InlineData("size=9999", 50, 0)]
    public async Task Catalog_SizeInAddress_MakesTheFirstFiftyAndKeepsPlaceForTheOthers(string query, int rows, int later)
    {
        await using var pages = await PortalPages.CreateAsync();
        for (var i = 0; i < 205; i++)
        {
            await pages.World.PutImageAsync($"app-{i:000}", "1.0", [1]);
        }

        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("?" + query);
        var page = pages.Render<CatalogPage>();

        RequireRows(page, rows, later);
    }

    [Fact]
    public async Task Pager_Sizes_KeepTheFirstRowAndLeaveTheUsualSizeOutOfTheAddress()
    {
        await using var pages = await PortalPages.CreateAsync();
        await PutTagsAsync(pages);

        var page = RenderTags(pages, "sort=name&size=200&page=2");
        var sizes = page.FindAll(".pager .sizes a");

        Assert.Equal(["r/app?sort=name&page=5", "r/app?size=200&sort=name&page=2", "r/app?size=1000&sort=name"], sizes.Select(size => size.GetAttribute("href")));
        Assert.Equal("200", Assert.Single(sizes, size => size.HasAttribute("aria-current")).TextContent);
        Assert.Equal("1,000 rows on a page", sizes[2].GetAttribute("aria-label"));
        Assert.Contains("size=200", page.Find("thead a").GetAttribute("href")!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelectAll_TakesRowsThatAreNotMadeToo()
    {
        await using var pages = await PortalPages.CreateAsync();
        await PutTagsAsync(pages);

        var page = RenderTags(pages, "size=200");
        await page.Find("thead input").ChangeAsync(new ChangeEventArgs { Value = true });

        Assert.Contains("200", page.Find("button.delete").TextContent, StringComparison.Ordinal);
    }

    private static async Task PutTagsAsync(PortalPages pages)
    {
        for (var i = 0; i < Rows; i++)
        {
            await pages.World.PutImageAsync("app", $"1.{i}", [1]);
        }

        await pages.World.ReconcileAsync();
    }

    private static IRenderedComponent<RepositoryPage> RenderTags(PortalPages pages, string query)
    {
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("r/app?" + query);
        return pages.Render<RepositoryPage>(parameters => parameters.Add(page => page.Name, RepositoryName.Parse("app")));
    }

    private static void RequireRows<TPage>(IRenderedComponent<TPage> page, int rows, int later)
        where TPage : IComponent
    {
        var table = page.Find("table.paged");
        var made = table.QuerySelectorAll("tbody tr[aria-rowindex]");
        var space = table.QuerySelectorAll("tbody tr:not([aria-rowindex])").Select(row => row.GetAttribute("style")!);

        Assert.Equal($"{rows + 1}", table.GetAttribute("aria-rowcount"));
        Assert.Equal(Enumerable.Range(2, 50).Select(index => $"{index}"), made.Select(row => row.GetAttribute("aria-rowindex")));
        Assert.Equal(later > 0, space.Any(style => style.Contains($"height: {later * 49}px", StringComparison.Ordinal)));
    }
}
