using Microsoft.Playwright;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>The activity comes by itself, on its page and on a repository's.</summary>
public sealed class ActivityPageTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task Push_AppearsWithoutReload_AndAPullRaisesTheCount()
    {
        var (activity, complaints) = await portal.OpenLiveAsync("/activity");

        var digest = await portal.Client.PushImageAsync("live/app", "1.0");

        await Assertions.Expect(activity.Locator("table.activity tbody tr").First).ToContainTextAsync("live/app:1.0");
        var (repository, _) = await portal.OpenLiveAsync("/r/live/app");
        await Assertions.Expect(repository.Locator("td.pulls")).ToHaveTextAsync("0");
        await Assertions.Expect(repository.Locator(".pull-days")).ToHaveCountAsync(0);
        using var byTag = await portal.Client.GetAsync("/v2/live/app/manifests/1.0");
        using var byDigest = await portal.Client.GetAsync($"/v2/live/app/manifests/{digest}");

        await Assertions.Expect(repository.Locator("td.pulls")).ToHaveTextAsync("2");
        await Assertions.Expect(repository.Locator("table.activity tbody tr").First).ToContainTextAsync("Pull");

        // Today's bar rises, and the pointer tells its value.
        var chart = repository.GetByRole(AriaRole.Region, new() { Name = "Pulls of the last 30 days" });
        await Assertions.Expect(chart.Locator("tbody td").Last).ToHaveTextAsync("2");
        using var again = await portal.Client.GetAsync("/v2/live/app/manifests/1.0");
        await Assertions.Expect(chart.Locator("tbody td").Last).ToHaveTextAsync("3");
        var plot = chart.Locator(".chart-plot");
        var box = await plot.BoundingBoxAsync();
        await plot.HoverAsync(new() { Position = new() { X = box!.Width - 3, Y = box.Height / 2 } });
        await Assertions.Expect(chart.Locator(".chart-tip")).ToContainTextAsync("Pulls: 3");
        await repository.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(chart.Locator("path.bar")).ToBeVisibleAsync();
        await AccessibilityTests.RequireNoViolationAsync(portal, "/r/live/app", page => Assertions.Expect(page.Locator(".pull-days .bar")).ToBeAttachedAsync());
        Assert.Equal([], complaints);
    }
}
