using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>A registry elsewhere, browsed and deleted from as users of docker-registry-ui do.</summary>
public sealed class RemotePageTests(RemotePortal portal) : IClassFixture<RemotePortal>, IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ChildProcess? _upstream;
    private Digest _digest;

    public async ValueTask InitializeAsync()
    {
        _upstream = await UpstreamProcess.StartAsync(portal.Elsewhere, _folder);
        using var client = new RegistryClient(portal.Elsewhere);
        _digest = await client.PushImageAsync("team/app", "1.0");
        await client.PushImageAsync("team/app", "latest");
        await client.PushImageAsync("team/app", "2.0", "another layer");
        await client.PushImageAsync("other", "1.0");
    }

    public async ValueTask DisposeAsync()
    {
        await _upstream!.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Registry_IsListed_Searched_Opened_AndDeletedFrom()
    {
        var (page, complaints) = await portal.OpenLiveAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Registries" }).ClickAsync();
        await Expect(Row(page, "old")).ToContainTextAsync("answers");
        await Expect(Row(page, "gone")).ToContainTextAsync("cannot be reached");

        await page.GetByRole(AriaRole.Link, new() { Name = "old", Exact = true }).ClickAsync();
        await page.ArrivedAsync("old");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "other" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search repositories" }).FillAsync("app");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "other" })).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "team/app" }).ClickAsync();
        await Expect(Row(page, "2.0")).ToContainTextAsync("linux/amd64");

        await page.GetByRole(AriaRole.Link, new() { Name = "1.0", Exact = true }).ClickAsync();
        await Expect(page.GetByText("COPY").First).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete manifest" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("latest");
        await Expect(dialog).ToContainTextAsync("1.0");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();

        await Expect(Row(page, "2.0")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "latest", Exact = true })).ToBeHiddenAsync();
        using var client = new RegistryClient(portal.Elsewhere);
        using var gone = await client.GetAsync($"/v2/team/app/manifests/{_digest}");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Empty(complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task ReadOnlyRegistry_SaysWhyNothingIsDeleted()
    {
        var (page, _) = await portal.OpenLiveAsync("/registries/frozen/r/team/app/-/tags/1.0");
        await Expect(page.GetByText("says readonly").First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Delete manifest" })).ToBeDisabledAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task EveryPage_InBothThemesAndWidths_HasNoViolation()
    {
        await AccessibilityTests.RequireNoViolationAsync(portal, "/registries", page => Expect(Row(page, "old")).ToContainTextAsync("answers"));
        await AccessibilityTests.RequireNoViolationAsync(portal, "/registries/gone", page => Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("cannot be reached"));
        await AccessibilityTests.RequireNoViolationAsync(portal, "/registries/old/r/team/app", page => Expect(Row(page, "2.0")).ToContainTextAsync("linux/amd64"));
        await AccessibilityTests.RequireNoViolationAsync(portal, "/registries/old/r/team/app/-/tags/2.0", page => Expect(page.GetByText("COPY").First).ToBeVisibleAsync());
        await AccessibilityTests.RequireNoViolationAsync(portal, "/registries/none", page => Expect(page.GetByText("There is no such registry")).ToBeVisibleAsync());
    }

    private static ILocator Row(IPage page, string name) =>
        page.GetByRole(AriaRole.Row).Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }) });
}
