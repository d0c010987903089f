using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class MaintenancePageTests
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/app");

    [Fact]
    public async Task Preview_TellsWhatCanBeFreed_AndTheRunFreesItOnlyWhenItIsConfirmed()
    {
        await using var site = await AdministrationPages.CreateAsync();
        var lone = await PutAsync(site, "nobody refers to it");
        var page = site.Render<MaintenancePage>();
        Assert.Contains("within the last 24 h stays", page.Markup, StringComparison.Ordinal);

        Click(page, "Preview");
        await UntilAsync(site, page, "Preview: 19 B can be freed");

        // Not asked whether the repository has it: who was told so may count on it, and it would stay.
        await using (var bytes = await site.Pages.World.Registry.Blobs.OpenAsync(lone, 0, CancellationToken.None))
        {
            Assert.NotNull(bytes);
        }

        Click(page, "Free space…");
        Assert.Contains("cannot be undone", page.Find(".note[role=alert]").TextContent, StringComparison.Ordinal);
        Click(page, "Back");
        Click(page, "Free space…");
        Click(page, "Remove now");
        await UntilAsync(site, page, "Done: 19 B freed");

        Assert.Null(await site.Pages.World.Registry.Blobs.StatAsync(Name, lone, CancellationToken.None));
        Assert.Contains("by ada", page.Find("dl.facts").TextContent, StringComparison.Ordinal);
        Assert.Contains("Every 24 h, uploads whose last byte came 7 d ago", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ShowsHowFarItIs_AndIsStopped()
    {
        await using var site = await AdministrationPages.CreateAsync();
        await PutAsync(site, "held up");
        var page = site.Render<MaintenancePage>();
        using (await site.Pages.Services.GetRequiredService<RepositoryLocks>().EnterAsync(Name, CancellationToken.None))
        {
            Click(page, "Free space…");
            Click(page, "Remove now");
            await UntilAsync(site, page, "Reading repository 1 of 1");
            Assert.NotNull(page.Find(".progress [role=progressbar]"));
            Click(page, "Stop");
            await UntilAsync(site, page, "Stopped");
        }
    }

    [Fact]
    public async Task RepositoryThatCannotBeRead_IsNamed()
    {
        await using var site = await AdministrationPages.CreateAsync();
        await site.Pages.World.PutImageAsync("team/broken", "1.0", [10]);
        var manifest = (await site.Pages.World.Registry.Tags.FindAsync(RepositoryName.Parse("team/broken"), Tag.Parse("1.0"), CancellationToken.None))!.Value;
        await site.Pages.World.Driver.PutAsync(RegistryPaths.BlobData(manifest), "cut"u8.ToArray(), CancellationToken.None);
        var page = site.Render<MaintenancePage>();

        Click(page, "Preview");
        await UntilAsync(site, page, "1 repository is left as it is");

        Assert.Contains("team/broken", page.Find(".left").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderThatCannotBeRead_IsNamed_WithWhatToDo_AndNothingIsFreed()
    {
        await using var site = await AdministrationPages.CreateAsync();
        await PutAsync(site, "stays");
        await site.Pages.World.Driver.PutAsync(RegistryPaths.Repositories / "odd/_manifests", "a file"u8.ToArray(), CancellationToken.None);
        var page = site.Render<MaintenancePage>();

        Click(page, "Preview");
        await UntilAsync(site, page, "The preview failed");

        var problem = page.Find(".result .note").TextContent;
        Assert.Contains("No blob is removed", problem, StringComparison.Ordinal);
        Assert.Contains("/docker/registry/v2/repositories/odd/_manifests cannot be read: it is no folder", problem, StringComparison.Ordinal);
        Assert.Contains("begin again", problem, StringComparison.Ordinal);
        Assert.Contains("odd", page.Find(".left").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoAdministrator_SeesNothing()
    {
        await using var site = await AdministrationPages.CreateAsync(visitor: "bob");

        var page = site.Render<MaintenancePage>();

        Assert.Contains("Maintenance is for administrators.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("button"));
    }

    private static async Task<Digest> PutAsync(AdministrationPages site, string text)
    {
        var content = System.Text.Encoding.UTF8.GetBytes(text);
        await site.Pages.World.Registry.Blobs.PutAsync(Name, Digest.Of(content), content, CancellationToken.None);
        site.Pages.World.Time.Advance(TimeSpan.FromHours(25));
        return Digest.Of(content);
    }

    private static void Click(IRenderedComponent<MaintenancePage> page, string button) =>
        page.FindAll("button").Single(found => found.TextContent.Trim() == button).Click();

    /// <summary>Lets the page's clock go on until it shows a text.</summary>
    private static Task<string> UntilAsync(AdministrationPages site, IRenderedComponent<MaintenancePage> page, string text) => Patience.UntilAsync(
        () =>
        {
            site.Pages.World.Time.Advance(TimeSpan.FromSeconds(1));
            return page.Markup.Contains(text, StringComparison.Ordinal) ? text : null;
        },
        text);
}
