using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Registry.Configuration;
using Portal.Registry.Health;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>The health page in a browser, over real checks.</summary>
public sealed class HealthPageTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>
{
    private static readonly HealthCheckPace Quick = new(TimeSpan.FromMilliseconds(100), 1);

    [Fact]
    public async Task Health_InBothThemesAndWidths_HasNoViolation_AndChangesByItself()
    {
        await AccessibilityTests.RequireNoViolationAsync(
            portal, "/health", page => Expect(page.GetByText("No check is configured.")).ToBeVisibleAsync(), PasswordFile.User);

        var closed = Path.Combine(portal.Root, "a-folder-with-a-long-name-that-goes-on-and-on", "and-another-one-below-it", "closed-for-maintenance-by-the-operator");
        Directory.CreateDirectory(Path.GetDirectoryName(closed)!);
        var live = portal.Get<LiveConfiguration>();
        live.Apply(live.Current with { Health = new HealthConfiguration { StorageDriver = Quick with { Threshold = 3 }, Files = [new FileCheckConfiguration(closed, Quick)] } });
        await Patience.UntilAsync(() => portal.Get<HealthState>().Checks is [{ LastRun: not null }, { LastRun: not null }] ? "" : null, "the first looks");

        var (page, complaints) = await portal.OpenLiveAsync("/health", signedInAs: PasswordFile.User);
        var state = page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("closed-for-maintenance") }).First.Locator(".chip");
        await Expect(state).ToHaveTextAsync("well");
        await File.WriteAllTextAsync(closed, "");
        await Expect(state).ToHaveTextAsync("failing");
        await Expect(page.GetByText("Out of service: 1 of 2 checks fail")).ToBeVisibleAsync();
        await Expect(page.Locator("table.changes tbody tr")).ToHaveCountAsync(1);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();

        await AccessibilityTests.RequireNoViolationAsync(
            portal, "/health", sight => Expect(sight.Locator("table.changes tbody tr")).ToHaveCountAsync(1), PasswordFile.User);
        File.Delete(closed);
        await Patience.UntilAsync(() => portal.Get<HealthState>().Failing.Count == 0 ? "" : null, "the healing");
    }
}
