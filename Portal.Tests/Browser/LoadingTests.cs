using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What is shown while a page loads, and that nothing jumps when its contents come, in a real browser.</summary>
public sealed class LoadingTests
{
    /// <summary>What is called good, of at most 1 for what fills the screen and moves by all of it.</summary>
    private const double MostShift = 0.1;

    // Elements that moved without the person's doing, added up since the page began to load.
    private const string Measure =
        """
        window.layoutShift = 0;
        new PerformanceObserver(list => {
          for (const shift of list.getEntries()) {
            if (!shift.hadRecentInput) {
              window.layoutShift += shift.value;
            }
          }
        }).observe({ type: "layout-shift", buffered: true });
        """;

    [Fact]
    public async Task SlowList_ShowsSkeletonsInItsPlace_AndPagesDoNotJump()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var slow = await RecordingServer.StartAsync();
        slow.Answer = async context =>
        {
            if (context.Request.Path == "/v2/_catalog")
            {
                await release.Task.WaitAsync(context.RequestAborted);
            }

            await context.Response.WriteAsJsonAsync(new { repositories = Enumerable.Range(0, 40).Select(number => $"far/away-{number}"), name = "far", tags = Array.Empty<string>() });
        };
        var portal = new PortalBeside(slow.Address);
        await using var ending = (IAsyncDisposable)portal;
        await ((IAsyncLifetime)portal).InitializeAsync();
        var (page, complaints) = await portal.OpenAsync("about:blank");
        await page.AddInitScriptAsync(Measure);
        await page.GotoAsync("/registries");
        await page.LiveAsync();

        // What jumps is noticed.
        await page.EvaluateAsync("document.querySelector('main').style.paddingTop = '400px'");
        await page.EvaluateAsync("() => new Promise(seen => { const look = () => window.layoutShift > 0.02 ? seen() : requestAnimationFrame(look); look(); })");
        await page.EvaluateAsync("document.querySelector('main').style.paddingTop = ''");

        await page.GetByRole(AriaRole.Link, new() { Name = "slow", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "Loading" }).Locator(".mud-skeleton")).ToHaveCountAsync(8);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "slow" })).ToBeVisibleAsync();
        await page.EvaluateAsync("window.layoutShift = 0");
        release.SetResult();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "far/away-39" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Status, new() { Name = "Loading" })).ToHaveCountAsync(0);
        await RequireStillAsync(page, "the list elsewhere");

        var image = await FillAsync(portal);
        foreach (var path in new[]
        {
            "/", "/r/team/app", "/r/team/app/-/tags/1.0", $"/{PortalUrls.Files(RepositoryName.Parse("team/app"), image)}",
            "/search?q=app", "/map", "/dashboard", "/registries/slow",
        })
        {
            foreach (var width in new[] { 1440, 390 })
            {
                await page.SetViewportSizeAsync(width, 900);
                await page.GotoAsync(path);
                await page.LiveAsync();
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await RequireStillAsync(page, $"{path} at {width} px");
            }
        }

        Assert.Empty(complaints);
    }

    /// <returns>The image whose files are shown.</returns>
    private static async Task<Digest> FillAsync(PortalBeside portal)
    {
        var image = await portal.Client.PushImageAsync("team/app", "1.0");
        await portal.Client.PushSizedAsync("team/app", "2.0", 10_000, 1, label: ("org.opencontainers.image.description", "Many words about it."));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, _) => await portal.Client.PushNothingAsync($"filled/{number}", "1"));
        return image;
    }

    private static async Task RequireStillAsync(IPage page, string what)
    {
        var shift = await page.EvaluateAsync<double>("window.layoutShift");
        Assert.True(shift < MostShift, string.Create(CultureInfo.InvariantCulture, $"{what} jumps by {shift:0.000}"));
    }

    private sealed class PortalBeside(Uri elsewhere) : ChromiumFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with
        {
            Portal = base.Configuration.Portal with { Registries = [new RemoteRegistryConfiguration { Name = "slow", Url = elsewhere }] },
        };
    }
}
