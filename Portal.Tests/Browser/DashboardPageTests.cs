using Microsoft.Playwright;
using Portal.Registry.Dashboard;
using Portal.Storage.History;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The dashboard in a browser on the machine itself, of a registry without sign-in.</summary>
public sealed class DashboardPageTests
{
    [Fact]
    public async Task Dashboard_OfARegistryAtRest_HasNoViolation_AndMakesNoHistory()
    {
        await using var portal = await StartAsync();

        await AccessibilityTests.RequireNoViolationAsync(portal.Fixture, "/dashboard", page =>
            Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Nothing was asked of the registry in that time"));

        Assert.False(File.Exists(Path.Combine(portal.Fixture.Root, "history.db")));
    }

    [Fact]
    public async Task Dashboard_WithHistory_ShowsCharts_ThatTellTheirValues()
    {
        await using var portal = await StartAsync();
        await FillAsync(portal.Fixture);
        await AccessibilityTests.RequireNoViolationAsync(portal.Fixture, "/dashboard?span=hour", page =>
            Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Pushes and pulls" })).ToBeVisibleAsync());

        var (page, complaints) = await portal.Fixture.OpenLiveAsync("/dashboard?span=hour");
        var chart = page.GetByRole(AriaRole.Region, new() { Name = "Requests" });
        await chart.Locator(".chart-plot").HoverAsync(new() { Position = new() { X = 3, Y = 40 } });
        await Expect(chart.Locator(".chart-tip")).ToContainTextAsync("Refused (4xx): ");
        await Expect(chart.Locator(".chart-tip")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "30 days" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "30 days" })).ToHaveAttributeAsync("aria-current", "page");
        await Expect(page.GetByText("a bar is 8 hours").First).ToBeVisibleAsync();
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Dashboard_IsInTheMenu()
    {
        await using var portal = await StartAsync();
        var (page, _) = await portal.Fixture.OpenLiveAsync("/");

        await page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Dashboard" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Dashboard" })).ToBeVisibleAsync();
    }

    /// <summary>Two days by the minute, and a month.</summary>
    internal static async Task FillAsync(PortalFixture portal)
    {
        var samples = portal.Get<SampleStore>();
        var now = portal.Get<TimeProvider>().GetUtcNow();
        var minute = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        for (var back = 1; back < 90 + 29; back++)
        {
            var time = back < 90 ? minute.AddMinutes(-back) : minute.AddDays(-(back - 89));
            var size = (back * 37 % 23) + 2;
            await samples.AddAsync(
                time,
                [
                    (TrafficSeries.Answered, size * 40), (TrafficSeries.Refused, back % 7), (TrafficSeries.Failed, back % 20 == 0 ? 12 : 0),
                    (TrafficSeries.Received, size * 3_000_000d), (TrafficSeries.Sent, size * 11_000_000d), (TrafficSeries.Pushes, back % 4), (TrafficSeries.Pulls, size),
                ],
                [(TrafficSeries.Storage, 9_000_000_000d - (back * 31_000_000d))],
                CancellationToken.None);
        }
    }

    private static async Task<Started> StartAsync()
    {
        var fixture = new ChromiumFixture();
        await ((IAsyncLifetime)fixture).InitializeAsync();
        return new Started(fixture);
    }

    private sealed record Started(ChromiumFixture Fixture) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ((IAsyncDisposable)Fixture).DisposeAsync();
    }
}
