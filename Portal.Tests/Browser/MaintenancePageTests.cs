using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>Space is freed in a browser, over the running registry.</summary>
public sealed class MaintenancePageTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>
{
    [Fact]
    public async Task Maintenance_PreviewsAndFrees_AndHasNoViolation()
    {
        var live = portal.Get<LiveConfiguration>();
        live.Apply(live.Current with { Portal = live.Current.Portal with { GarbageGrace = TimeSpan.Zero } });
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync("team/app", "1.0");
        var lone = await portal.Client.PushBlobAsync("team/app", new byte[5000]);

        var (page, complaints) = await portal.OpenLiveAsync("/maintenance", signedInAs: PasswordFile.User);
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Preview: 4.9 KiB can be freed" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Free space…" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove now" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("Done: 4.9 KiB freed") })).ToBeVisibleAsync();
        Assert.Empty(complaints);
        await page.Context.CloseAsync();

        using var gone = await portal.Client.SendAsync(HttpMethod.Head, $"/v2/team/app/blobs/{lone}");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
        await AccessibilityTests.RequireNoViolationAsync(
            portal, "/maintenance", sight => Expect(sight.GetByText("Done: 4.9 KiB freed")).ToBeVisibleAsync(), PasswordFile.User);
    }
}
