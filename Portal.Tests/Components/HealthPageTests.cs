using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Configuration;
using Portal.Registry.Health;
using Portal.Storage.History;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class HealthPageTests
{
    private static readonly HealthCheckPace Pace = new(TimeSpan.FromSeconds(10), 3);
    private static readonly CheckState Storage = new("storagedriver_filesystem", "storage", Pace);

    [Fact]
    public async Task WithoutChecks_SaysWhatToWrite()
    {
        await using var site = await AdministrationPages.CreateAsync();

        var page = site.Render<HealthPage>();

        page.WaitForAssertion(() => Assert.Contains("No check is configured.", page.Find("[role=status]").TextContent, StringComparison.Ordinal));
        Assert.StartsWith("health:\n  storagedriver:\n    enabled: true", page.Find("pre").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("table"));
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(site.HtpasswdPath)!, "history.db")));
    }

    [Fact]
    public async Task Checks_ShowTheirState_AndChangesComeByThemselves()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var state = site.Pages.Services.GetRequiredService<HealthState>();
        var now = site.Pages.World.Time.GetUtcNow();
        state.Set([Storage, new CheckState("redis:6379", "tcp", Pace with { Threshold = 1 }).After(null, now, TimeSpan.FromMilliseconds(12))]);
        var page = site.Render<HealthPage>();

        page.WaitForAssertion(() => Assert.Equal(["not looked yet", "well"], States(page)));
        Assert.Equal("In service", page.Find(".heading .quiet").TextContent);
        Assert.Contains("No check has failed yet.", page.Markup, StringComparison.Ordinal);
        Assert.Equal(["every 10 s", "3 failures", "1 failure", "in 12 ms"], Told(page, "every 10 s", "3 failures", "1 failure", "in 12 ms"));

        SetFirst(state.Checks[0].After(new Reason(HealthFault.Other, $"the storage's root is not there"), now, TimeSpan.Zero));
        page.WaitForAssertion(() => Assert.Equal(["1 of 3 failures", "well"], States(page)));

        SetFirst(state.Checks[0] with { IsFailing = true, FailuresInARow = 3 });
        page.WaitForAssertion(() => Assert.Equal(["failing", "well"], States(page)));
        Assert.Equal("Out of service: 1 of 2 checks fail", page.Find(".heading .quiet").TextContent);
        Assert.Contains("the storage's root is not there", page.Find("table.health td.message").TextContent, StringComparison.Ordinal);
        Assert.Contains("answered with 503", page.Find(".note").TextContent, StringComparison.Ordinal);

        var journal = site.Pages.Services.GetRequiredService<HealthJournal>();
        journal.Add(new HealthChange(now, Storage.Name, false, Reason.Plain("gone")));
        await journal.StartAsync(CancellationToken.None);
        await journal.StopAsync(CancellationToken.None);
        SetFirst(state.Checks[0].After(null, now, TimeSpan.Zero));
        page.WaitForAssertion(() => Assert.Equal("failing", page.Find("table.changes tbody .chip").TextContent));
        Assert.Equal(["well", "well"], States(page));

        void SetFirst(CheckState first)
        {
            state.Set([first, state.Checks[1]]);
            site.Pages.World.Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Changes_AreNewestFirst_APageAtATime()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var history = site.Pages.Services.GetRequiredService<HealthHistory>();
        var now = site.Pages.World.Time.GetUtcNow();
        for (var number = 0; number < 60; number++)
        {
            await history.RecordAsync(new HealthChange(now, "redis:6379", number % 2 == 1, Reason.Plain($"change {number}")), CancellationToken.None);
        }

        var page = site.Render<HealthPage>();

        page.WaitForAssertion(() => Assert.Equal(50, page.FindAll("table.changes tbody tr").Count));
        Assert.Contains("change 59", page.Find("table.changes tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Equal("health?page=2", page.Find("a[rel=next]").GetAttribute("href"));
    }

    [Fact]
    public async Task NoAdministrator_SeesNothing()
    {
        await using var site = await AdministrationPages.CreateAsync(visitor: "bob");
        site.Pages.Services.GetRequiredService<HealthState>().Set([Storage]);

        var page = site.Render<HealthPage>();

        Assert.Contains("Health is for administrators.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(Storage.Name, page.Markup, StringComparison.Ordinal);
    }

    private static string[] States(IRenderedComponent<HealthPage> page) =>
        [.. page.FindAll("table.health:not(.changes) tbody .chip").Select(chip => chip.TextContent)];

    private static string[] Told(IRenderedComponent<HealthPage> page, params string[] wanted) =>
        [.. wanted.Where(text => page.Markup.Contains(text, StringComparison.Ordinal))];
}
