using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Configuration;
using Portal.Registry.Dashboard;
using Portal.Registry.Observability.Metrics;
using Portal.Registry.Protocol;
using Portal.Registry.Transport;
using Portal.Storage.History;
using Portal.Tests.Fixtures;
using Portal.Web.Components;
using Portal.Web.Components.Dashboard;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class DashboardPageTests : IDisposable
{
    private readonly HistoryWorld _history = new();

    public void Dispose() => _history.Dispose();

    [Fact]
    public async Task Figures_AreInTablesAndTiles()
    {
        await using var pages = await CreateAsync();
        await pages.World.PutImageAsync("team/app", "1", [1, 2, 3]);
        await pages.World.ReconcileAsync();
        var now = pages.World.Time.GetUtcNow();
        await _history.Samples.AddAsync(
            now.AddMinutes(-3), [(TrafficSeries.Answered, 1500), (TrafficSeries.Refused, 3), (TrafficSeries.Sent, 60 * 1024 * 1024)], [], CancellationToken.None);
        await using (var context = _history.CreateDbContext())
        {
            await context.Database.ExecuteSqlAsync($"INSERT INTO PullCounts (Repository, Reference, Count, LastPulled) VALUES ('team/app', '1', 12, {now.UtcTicks})");
        }

        pages.Services.GetRequiredService<NavigationManager>().NavigateTo("dashboard?span=hour");
        var page = pages.Render<DashboardPage>();

        page.WaitForAssertion(() => Assert.Equal(4, page.FindAll("section.chart table").Count));
        Assert.Equal(60, page.FindAll("section.chart table")[0].QuerySelectorAll("tbody tr").Length);
        Assert.Contains(page.FindAll("section.chart table")[0].QuerySelectorAll("tbody tr"), row =>
            row.QuerySelectorAll("td").Select(cell => cell.TextContent).SequenceEqual(["1,500", "3", "0"]));
        Assert.Contains(page.FindAll("section.chart table")[1].QuerySelectorAll("td"), cell => cell.TextContent == "1.0 MiB/s");
        Assert.Equal("1", page.FindAll(".tiles dd")[4].TextContent);
        Assert.Equal(("r/team/app/-/tags/1", "team/app:1"), (page.Find("table.list a").GetAttribute("href"), page.Find("table.list a").TextContent));
        Assert.Empty(page.FindAll(".note"));
    }

    [Fact]
    public async Task NothingYet_IsSaid()
    {
        await using var pages = await CreateAsync();

        var page = pages.Render<DashboardPage>();

        page.WaitForAssertion(() => Assert.Contains("Nothing was asked of the registry in that time", page.Find(".note").TextContent, StringComparison.Ordinal));
        Assert.Empty(page.FindAll("table.list"));
        Assert.False(File.Exists(_history.Path));
    }

    [Fact]
    public async Task HistoryThatCannotBeRead_IsAnError_WithAWayToTryAgain()
    {
        await using var pages = await CreateAsync();
        await _history.Samples.AddAsync(pages.World.Time.GetUtcNow(), [(TrafficSeries.Pulls, 1)], [], CancellationToken.None);
        await using var context = _history.CreateDbContext();
        await context.Database.ExecuteSqlAsync($"ALTER TABLE Samples RENAME TO Gone");
        var page = pages.Render<DashboardPage>();
        page.WaitForAssertion(() => Assert.Contains("could not be read", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));

        await context.Database.ExecuteSqlAsync($"ALTER TABLE Gone RENAME TO Samples");
        await page.Find("[role=alert] button").ClickAsync();

        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".tiles")));
    }

    [Fact]
    public async Task AnybodyElse_SeesNothing()
    {
        await using var pages = await CreateAsync();
        pages.Services.GetRequiredService<Visitor>().Address = "192.0.2.1:50000";

        var page = pages.Render<DashboardPage>();

        Assert.Contains("The dashboard is for administrators.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table, a, dl"));
    }

    [Theory]
    [InlineData(0, ChartUnit.Whole, "0 1")]
    [InlineData(0.3, ChartUnit.Count, "0 0.1 0.2 0.3")]
    [InlineData(3, ChartUnit.Whole, "0 1 2 3")]
    [InlineData(1234, ChartUnit.Whole, "0 500 1,000 1,500")]
    [InlineData(3.5 * 1024 * 1024, ChartUnit.BytesPerSecond, "0 B/s 1.0 MiB/s 2.0 MiB/s 3.0 MiB/s 4.0 MiB/s")]
    [InlineData(820 * 1024, ChartUnit.BytesPerSecond, "0 B/s 256.0 KiB/s 512.0 KiB/s 768.0 KiB/s 1.0 MiB/s")]
    [InlineData(900, ChartUnit.Bytes, "0 B 500 B 1000 B")]
    public void Axis_HasRoundMarks_UpToTheLargestValue(double largest, ChartUnit unit, string marks)
    {
        Assert.Equal(marks, string.Join(' ', ChartAxis.For(largest, unit).Marks.Select(mark => ChartAxis.Format(mark, unit))));
    }

    private Task<PortalPages> CreateAsync() => PortalPages.CreateAsync(configure: services =>
    {
        services.AddSingleton(new RequestMetrics(hasSizes: false));
        services.AddSingleton<TransferTotals>();
        services.AddSingleton(_history.Samples);
        services.AddSingleton(new PullCounts(_history.Database));
        services.AddSingleton(new UploadPlaces(new LiveConfiguration(new RegistryConfiguration())));
        services.AddSingleton<StoredBytes>();
        services.AddSingleton<TrafficSampler>();
        services.AddSingleton<DashboardReader>();
    });
}
