using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

/// <summary>How many rows a page has, as its address says.</summary>
public sealed class PageSizeTests
{
    private const int Rows = 260;

    [Theory]
    [InlineData("", 50)]
    [InlineData("size=200", 200)]
    [InlineData("size=1000", Rows)]
    [InlineData("size=500", 50)]
    [InlineData("size=-1", 50)]
    [InlineData("size=many", 50)]
    public async Task Tags_SizeInAddress_IsOneOfTheSizesAndRowsAreCounted(string query, int rows)
    {
        await using var pages = await PortalPages.CreateAsync();
        await PutTagsAsync(pages);

        var page = RenderTags(pages, query);

        RequireRows(page, rows);
    }

    [Theory]
    [InlineData("", 50)]
    [InlineData("size=200", 200)]
    [InlineData("size=9999", 50)]
    public async Task Catalog_SizeInAddress_IsOneOfTheSizesAndRowsAreCounted(string query, int rows)
    {
        await using var pages = await PortalPages.CreateAsync();
        for (var i = 0; i < 205; i++)
        {
            await pages.World.PutImageAsync($"app-{i:000}", "1.0", [1]);
        }

        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("?" + query);
        var page = pages.Render<CatalogPage>();

        RequireRows(page, rows);
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
    public void Pager_OtherRows_AreTold_AndSoIsAnotherOrder_ButNotWhatChangesByItself()
    {
        using var context = new BunitContext();
        var pager = context.Render<Pager>(At(0, 430, "name"));

        Assert.Equal("", Told(pager));
        pager.Render(At(0, 431, "name"));
        Assert.Equal("", Told(pager));
        pager.Render(At(50, 431, "name"));
        Assert.Equal("Rows 51–100 of 431", Told(pager));
        pager.Render(At(0, 1431, "size"));
        Assert.Equal("Rows 1–50 of 1,431", Told(pager));
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

    private static Action<ComponentParameterCollectionBuilder<Pager>> At(int skip, int total, string sort) => parameters => parameters
        .Add(pager => pager.Skip, skip).Add(pager => pager.Take, 50).Add(pager => pager.Total, total)
        .Add(pager => pager.AddressOf, from => $"?sort={sort}&from={from}");

    private static string Told(IRenderedComponent<Pager> pager) => pager.Find("[role=status]").TextContent.Trim();

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

    private static void RequireRows<TPage>(IRenderedComponent<TPage> page, int rows)
        where TPage : IComponent
    {
        var table = page.Find("table.paged");
        var made = table.QuerySelectorAll("tbody tr[aria-rowindex]");

        // The first rows are in the document in any case; how many of the others are is the browser's to say, which is not here.
        Assert.Equal($"{rows + 1}", table.GetAttribute("aria-rowcount"));
        Assert.InRange(made.Length, Math.Min(rows, 50), rows);
        Assert.Equal(Enumerable.Range(2, made.Length).Select(index => $"{index}"), made.Select(row => row.GetAttribute("aria-rowindex")));
    }
}
