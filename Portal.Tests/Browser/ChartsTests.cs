using Microsoft.Playwright;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>Figures as pictures: where storage goes, how it grew, and what is pulled.</summary>
public sealed class ChartsTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task Map_ATileOpensItsNamespace_AndOneOfARepositoryTheRepository()
    {
        await portal.Client.PushImageAsync("heavy/deep/app", "1.0", new string('x', 100));
        await portal.Client.PushImageAsync("heavy/tool", "1.0", "another");
        await portal.Client.PushImageAsync("alone", "1.0", "alone");
        var (page, complaints) = await portal.OpenLiveAsync("/map");

        await Expect(page.Locator(".treemap").GetByRole(AriaRole.Link, new() { NameRegex = new("^alone") })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^heavy") }).ClickAsync();
        await Expect(page.Locator(".heading")).ToContainTextAsync("below heavy/");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("^deep") }).ClickAsync();
        await Expect(page.Locator(".heading")).ToContainTextAsync("below heavy/deep/");
        await page.Locator(".treemap").GetByRole(AriaRole.Link, new() { NameRegex = new("^app") }).ClickAsync();
        await page.AtAsync("**/r/heavy/deep/app");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "1.0", Exact = true })).ToBeVisibleAsync();

        await page.GoBackAsync();
        await page.GoBackAsync();
        await Expect(page.Locator(".treemap")).ToContainTextAsync("tool");
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Dashboard_TellsGrowthPullsOverTime_AndWhatIsPulledMost()
    {
        await DashboardPageTests.FillAsync(portal);
        await portal.Client.PushImageAsync("pulled/much", "1.0");
        await portal.Client.PushImageAsync("pulled/little", "1.0", "another");
        foreach (var name in new[] { "much", "little", "much", "much" })
        {
            using var pulled = await portal.Client.GetAsync($"/v2/pulled/{name}/manifests/1.0");
            pulled.EnsureSuccessStatusCode();
        }

        // Pulls are counted once their batch is written.
        var (repository, _) = await portal.OpenLiveAsync("/r/pulled/much");
        await Expect(repository.Locator("td.pulls")).ToHaveTextAsync("3");
        await repository.Context.CloseAsync();

        var (page, complaints) = await portal.OpenLiveAsync("/dashboard?span=month");

        // The newest one may be what the portal measured itself, at the end of a minute that passed meanwhile.
        var storage = (await ValuesAsync(page, "Storage"))[..^1];
        Assert.Equal(storage.Order(), storage);
        Assert.True(storage[^1] > storage[0], $"{storage[0]} to {storage[^1]}");
        await RequireDrawnAsync(page, "Storage", "path.line");

        await page.GetByRole(AriaRole.Link, new() { Name = "Hour" }).ClickAsync();
        await Expect(page.GetByText("a bar is").First).Not.ToContainTextAsync("8 hours");
        await RequireDrawnAsync(page, "Pushes and pulls", "path.bar");
        var chart = page.GetByRole(AriaRole.Region, new() { Name = "Pushes and pulls" });
        await chart.Locator(".chart-plot").HoverAsync(new() { Position = new() { X = 20, Y = 40 } });
        await Expect(chart.Locator(".chart-tip")).ToContainTextAsync(new System.Text.RegularExpressions.Regex(@"Pulls: [1-9]"));

        var most = page.GetByRole(AriaRole.Table, new() { Name = "What was pulled most" }).Locator("tbody tr");
        await Expect(most).ToContainTextAsync(["pulled/much:1.0", "pulled/little:1.0"]);
        await Expect(most.Nth(0).Locator("td.number").First).ToHaveTextAsync("3");
        await Expect(most.Nth(1).Locator("td.number").First).ToHaveTextAsync("1");
        await most.Nth(0).GetByRole(AriaRole.Link).ClickAsync();
        await page.AtAsync("**/r/pulled/much/-/tags/1.0");
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    /// <summary>What the chart's own table says, in bytes, for the times of which it knows something.</summary>
    private static async Task<double[]> ValuesAsync(IPage page, string chart)
    {
        var table = page.GetByRole(AriaRole.Region, new() { Name = chart }).Locator("table");
        await Expect(table.Locator("tbody tr").First).ToBeAttachedAsync();
        var texts = await table.Locator("tbody td").AllTextContentsAsync();
        return
        [
            .. texts.Select(text => text.Split(' ')).Where(parts => parts.Length == 2).Select(parts =>
                double.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture) * Math.Pow(1024, Array.IndexOf(["B", "KiB", "MiB", "GiB", "TiB"], parts[1]))),
        ];
    }

    private static async Task RequireDrawnAsync(IPage page, string chart, string shape)
    {
        var box = await page.GetByRole(AriaRole.Region, new() { Name = chart }).Locator(shape).First.BoundingBoxAsync();
        Assert.True(box is { Width: > 20, Height: > 5 }, $"{chart} has {box?.Width} by {box?.Height}");
    }
}
