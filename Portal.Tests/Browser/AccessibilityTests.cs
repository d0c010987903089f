using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>Every page in both themes, wide and narrow: axe finds nothing, the console is silent, no other host is asked.</summary>
public sealed class AccessibilityTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    private const string LongName = "a-team-with-a-long-name/of-a-department-with-a-longer-one/and-a-project/whose-name/has-been-made-by-a-committee/and-goes-on-and-on/until-nobody/remembers-what-it-was-about/service-that-does-things";
    private static readonly string LongTag = "v1.0.0-" + new string('x', Tag.MaxLength - 7);

    public async ValueTask InitializeAsync()
    {
        var child = await portal.Client.PushImageAsync("team/app", "1.0");
        await portal.Client.PushImageAsync(LongName, LongTag);
        await portal.Client.PushImageAsync("team/app", "signature", layer: "signature", subject: child.ToString(), artifactType: "application/vnd.example.signature");
        using var index = await portal.Client.PutManifestAsync(
            "team/app", "multi", ImageBuilder.Index((child, "amd64"), (child, "arm64")), MediaTypes.OciIndex);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string, string> Pages => new()
    {
        { "/", "team/app" },
        { "/?q=nothing-has-this-name", "nothing-has-this-name" },
        { "/r/team/app", "multi" },
        { $"/r/{LongName}", "xxx" },
        { "/r/team/app/-/tags/1.0", "COPY" },
        { "/r/team/app/-/tags/multi", "linux/arm64" },
        { $"/r/{LongName}/-/tags/{LongTag}", "COPY" },
        { "/r/none/such", "none/such" },
        { "/activity", "Push" },
        { "/activity?q=nothing-is-like-this", "Nothing that happened is like that" },
        { "/no/such/page", "" },
        { "/settings/config", "There is no file to edit" },
        { "/api", "OpenAPI document" },
        { "/webhooks", "No program is told of anything yet" },
        { "/webhooks/new", "without a config.yml" },
        { "/map", "team/" },
        { "/map?in=team/", "app" },
        { "/registries", "No registry elsewhere is shown to you" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_InBothThemesAndWidths_HasNoViolation(string path, string text)
    {
        await RequireNoViolationAsync(portal, path, page => Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync(text));
    }

    [Fact]
    public async Task DeleteDialog_InBothThemesAndWidths_HasNoViolation()
    {
        await RequireNoViolationAsync(portal, "/r/team/app/-/tags/1.0", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete tag" }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task EmptyCatalog_InBothThemesAndWidths_HasNoViolation()
    {
        var empty = new ChromiumFixture();
        await using var ending = (IAsyncDisposable)empty;
        await ((IAsyncLifetime)empty).InitializeAsync();

        await RequireNoViolationAsync(empty, "/", page => Assertions.Expect(page.GetByText("docker push").First).ToBeVisibleAsync());
    }

    /// <summary>Goes to a page and holds it to all that: in both themes, wide and narrow.</summary>
    internal static async Task RequireNoViolationAsync(
        ChromiumFixture portal, string path, Func<IPage, Task> arrive, string? signedInAs = null)
    {
        var (page, complaints) = await portal.OpenAsync(path, signedInAs: signedInAs);

        // A click on the page as it was sent may be lost as it becomes the live one.
        await page.LiveAsync();
        await arrive(page);

        // Between the page as it was sent and the live one there is an instant without a title.
        await page.LiveAsync();
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex("."));
        await page.RequireNoViolationAsync(path);
        Assert.Equal([], complaints.Where(complaint => !complaint.Contains("404", StringComparison.Ordinal)));
        await page.Context.CloseAsync();
    }
}
