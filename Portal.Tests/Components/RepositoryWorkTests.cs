using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.History;
using Portal.Storage.Oci;
using Portal.Web;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

/// <summary>A repository's page beyond the list of its tags: description, selection, untagged and deleted, history, menus.</summary>
public sealed class RepositoryWorkTests
{
    [Fact]
    public async Task Description_Written_IsShownAsMarkdown_WithTheImagesFacts()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1], """
            {"os":"linux","architecture":"amd64","config":{"Labels":{"org.opencontainers.image.source":"https://example.com/src",
            "org.opencontainers.image.url":"javascript:alert(1)","org.opencontainers.image.description":"of the image"}}}
            """);
        await pages.World.ReconcileAsync();
        Assert.Equal("of the image", Render(pages, "app").Find(".markdown").TextContent.Trim());

        await pages.Services.GetRequiredService<DescriptionStore>().SaveAsync(
            "app", new Description("**Ours** <script>", 1, pages.World.Time.GetUtcNow(), "ada"), CancellationToken.None);
        var page = Render(pages, "app");

        Assert.Equal("Ours", page.Find(".markdown strong").TextContent);
        Assert.Empty(page.FindAll("script"));
        Assert.Contains("Written by ada", page.Find(".about-source").TextContent, StringComparison.Ordinal);
        var link = Assert.Single(page.FindAll(".about-facts a"));
        Assert.Equal(("https://example.com/src", "noopener noreferrer nofollow"), (link.GetAttribute("href"), link.GetAttribute("rel")));
        Assert.Contains("javascript:alert(1)", page.Find(".about-facts").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Description_VisitorWhoMayOnlyPull_HasNoPen()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.ReconcileAsync();
        Assert.Single(Render(pages, "app").FindAll(".about-edit"));

        pages.Services.GetRequiredService<Web.Components.Visitor>().Address = "192.0.2.7:50000";

        var page = Render(pages, "app");
        Assert.Empty(page.FindAll(".about-edit"));
        Assert.Empty(page.FindAll("button.delete"));
    }

    [Fact]
    public async Task SelectAllThatMatch_Deletes_AlsoWhatThePageDoesNotShow()
    {
        await using var pages = await PortalPages.CreateAsync();
        for (var i = 0; i < 60; i++)
        {
            await pages.World.PutImageAsync("app", $"1.{i}", [1]);
        }

        await pages.World.PutImageAsync("app", "other", [2]);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo(PortalUrls.Repository(RepositoryName.Parse("app"), new() { Search = "1." }));
        var page = Render(pages, "app");

        await page.Find("thead input[type=checkbox]").ChangeAsync(true);
        page.WaitForElement(".selection .link").Click();
        page.WaitForAssertion(() => Assert.Contains("60 selected", page.Find(".selection").TextContent, StringComparison.Ordinal));
        page.Find("button.delete").Click();
        pages.Dialogs.WaitForElement(".doomed");
        Button(pages, "Delete").Click();

        pages.Messages.WaitForAssertion(() => Assert.Contains("Deleted 60 tags", pages.Messages.Markup, StringComparison.Ordinal));
        await pages.CatchUpAsync("app");
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo(PortalUrls.Repository(RepositoryName.Parse("app")));
        Assert.Equal("other", Assert.Single(Render(pages, "app").FindAll("tbody a.name")).TextContent);
    }

    [Fact]
    public async Task DeletedTag_Undo_PutsItBack()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("app", "1.0", []);
        await pages.World.ReconcileAsync();
        var page = Render(pages, "app");

        await page.Find("[aria-label='Select tag 1.0']").ChangeAsync(true);
        page.Find("button.delete").Click();
        pages.Dialogs.WaitForElement(".doomed");
        Assert.Contains("No disk space is freed by that alone. 1 manifest is left", pages.Dialogs.Find(".freed").TextContent, StringComparison.Ordinal);
        Button(pages, "Delete").Click();
        pages.Messages.WaitForAssertion(() => Assert.Contains("Deleted tag 1.0", pages.Messages.Markup, StringComparison.Ordinal));
        pages.Messages.FindAll("button").Single(button => button.TextContent.Trim() == "Undo").Click();

        pages.Messages.WaitForAssertion(() => Assert.Contains("Tag 1.0 is back", pages.Messages.Markup, StringComparison.Ordinal));
        Assert.Equal(image.Digest, await pages.World.Registry.Tags.FindAsync(RepositoryName.Parse("app"), Tag.Parse("1.0"), CancellationToken.None));
    }

    [Fact]
    public async Task DeleteRepository_AsksForItsName()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await pages.World.PutImageAsync("team/app", null, [2]);
        await pages.World.ReconcileAsync();
        var page = Render(pages, "team/app");

        page.FindAll("button.delete").Single(button => button.TextContent.Contains("Delete repository", StringComparison.Ordinal)).Click();
        var typed = pages.Dialogs.WaitForElement(".typed-name input, input.typed-name");
        Assert.True(Button(pages, "Delete").HasAttribute("disabled"));
        Assert.Contains("1 tag, 2 manifests", pages.Dialogs.Markup, StringComparison.Ordinal);
        typed.Input("team/app");
        pages.Dialogs.WaitForAssertion(() => Assert.False(Button(pages, "Delete").HasAttribute("disabled")));
        Button(pages, "Delete").Click();

        pages.Messages.WaitForAssertion(() => Assert.Contains("Deleted repository team/app", pages.Messages.Markup, StringComparison.Ordinal));
        await pages.World.ReconcileAsync();
        Assert.Null(await pages.World.FindAsync("team/app"));
    }

    [Fact]
    public async Task Untagged_SaysWhyEachIsThere_AndDeletesSome()
    {
        await using var pages = await PortalPages.CreateAsync();
        var child = await pages.World.PutImageAsync("app", null, [1]);
        var index = await pages.World.PutIndexAsync("app", "multi", (child, "linux", "amd64"));
        await pages.World.PutImageAsync("app", null, [2], subject: index.Digest);
        var orphan = await pages.World.PutImageAsync("app", null, [3]);
        await pages.World.ReconcileAsync();
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo(PortalUrls.RepositoryView(RepositoryName.Parse("app"), RepositoryView.Untagged));

        var page = Render(pages, "app");
        var rows = page.WaitForElements("table.untagged tbody tr", 3).Select(row => row.TextContent).ToList();
        Assert.Single(rows, row => row.Contains("Part of", StringComparison.Ordinal));
        Assert.Single(rows, row => row.Contains("Belongs to", StringComparison.Ordinal));
        Assert.Single(rows, row => row.Contains("Nothing leads to it", StringComparison.Ordinal));

        await page.Find($"[aria-label='Select manifest {Web.Components.Controls.DigestText.Abbreviate(child.Digest)}']").ChangeAsync(true);
        await page.Find($"[aria-label='Select manifest {Web.Components.Controls.DigestText.Abbreviate(orphan.Digest)}']").ChangeAsync(true);
        page.Find("button.delete").Click();
        pages.Dialogs.WaitForAssertion(() => Assert.Contains("An index lists what goes and cannot be pulled whole", pages.Dialogs.Markup, StringComparison.Ordinal));
        Button(pages, "Delete").Click();
        pages.Messages.WaitForAssertion(() => Assert.Contains("Deleted 2 manifests", pages.Messages.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_TagOfAnOlderStore_SaysThatNothingIsKnown()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);

        var page = RenderHistory(pages, "1.0");

        Assert.Contains("No change of this tag is known", page.Find(".state").TextContent, StringComparison.Ordinal);
        Assert.Equal("Nothing is known of app:none", RenderHistory(pages, "none").Find("h1").TextContent);
    }

    [Fact]
    public async Task History_Restore_AsksAndPutsTheTagBack_UnlessTheManifestIsGone()
    {
        await using var pages = await PortalPages.CreateAsync();
        var first = await pages.World.PutImageAsync("app", null, []);
        var second = await pages.World.PutImageAsync("app", "1.0", [], """{"os":"linux","architecture":"arm64"}""");
        await WriteAsync(pages, Digest.Of("gone"u8), first.Digest, second.Digest);

        var page = RenderHistory(pages, "1.0");
        var rows = page.FindAll("tbody tr");
        Assert.Contains("now", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Null(rows[0].QuerySelector("button[aria-label^=Restore]"));
        Assert.True(rows[2].QuerySelector("button[aria-label^=Restore]")!.HasAttribute("disabled"));
        Assert.Contains("manifest deleted", rows[2].TextContent, StringComparison.Ordinal);
        rows[1].QuerySelector("button[aria-label^=Restore]")!.Click();
        pages.Dialogs.WaitForAssertion(() => Assert.Contains("as a push of that image would do it", pages.Dialogs.Markup, StringComparison.Ordinal));
        Button(pages, "Restore").Click();

        pages.Messages.WaitForAssertion(() => Assert.Contains("Undo", pages.Messages.Markup, StringComparison.Ordinal));
        Assert.Equal(first.Digest, await pages.World.Registry.Tags.FindAsync(RepositoryName.Parse("app"), Tag.Parse("1.0"), CancellationToken.None));
    }

    [Fact]
    public async Task Copy_OntoATagThatIsThere_AsksFirst()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("app", "1.0", []);
        await pages.World.PutImageAsync("app", "stable", [], """{"os":"linux","architecture":"arm64"}""");
        await pages.World.ReconcileAsync();
        var page = Render(pages, "app");

        page.Find("[aria-label='Actions for tag 1.0']").Click();
        page.FindAll(".row-menu [role=menuitem]").Single(item => item.TextContent == "Copy to…").Click();
        var fields = pages.Dialogs.WaitForElements(".copy-form input[type=text]", 2);
        fields[0].Input("Bad Name");
        pages.Dialogs.WaitForAssertion(() => Assert.Contains("a repository name is made of", pages.Dialogs.Markup, StringComparison.Ordinal));
        pages.Dialogs.FindAll(".copy-form input[type=text]")[0].Input("app");
        pages.Dialogs.FindAll(".copy-form input[type=text]")[1].Input("stable");
        pages.Dialogs.WaitForAssertion(() => Assert.Contains("app:stable is there.", pages.Dialogs.Markup, StringComparison.Ordinal));
        Assert.True(Button(pages, "Copy").HasAttribute("disabled"));
        await pages.Dialogs.Find(".question input").ChangeAsync(true);
        await pages.Dialogs.Find(".copy-form").SubmitAsync();

        pages.Messages.WaitForAssertion(() => Assert.Contains("Copied to app:stable", pages.Messages.Markup, StringComparison.Ordinal));
        Assert.Equal(image.Digest, await pages.World.Registry.Tags.FindAsync(RepositoryName.Parse("app"), Tag.Parse("stable"), CancellationToken.None));
    }

    [Fact]
    public async Task StorageBar_SaysWhatOtherRepositoriesShare()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1024, 2048], "{}");
        await pages.World.PutImageAsync("other", "1.0", [2048], """{"os":"linux"}""");
        await pages.World.ReconcileAsync();

        var page = Render(pages, "app");

        page.WaitForAssertion(() => Assert.Equal(
            "1.0 KiB of its own, 2.0 KiB shared with other repositories", page.Find(".storage-bar .quiet").TextContent.Trim()));
    }

    [Fact]
    public async Task Pulls_OfTheLastDays_AreAChart_AndWithoutAnyThereIsNone()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.ReconcileAsync();
        Assert.Empty(Render(pages, "app").FindAll(".pull-days"));

        var today = DateOnly.FromDateTime(pages.World.Time.GetUtcNow().UtcDateTime);
        await pages.Services.GetRequiredService<ActivityStore>().WriteAsync(
            new ActivityBatch { PullDays = [new PullDay("app", today, 1200), new PullDay("app", today.AddDays(-29), 34), new PullDay("app", today.AddDays(-30), 5)] },
            CancellationToken.None);
        var chart = Render(pages, "app").Find(".pull-days");

        Assert.Equal("Pulls of the last 30 days", chart.QuerySelector("h2")!.TextContent);
        Assert.Contains("1,234", chart.QuerySelector(".chart-legend")!.TextContent, StringComparison.Ordinal);
        var rows = chart.QuerySelectorAll("tbody tr").Select(row => (row.QuerySelector("th")!.TextContent, row.QuerySelector("td")!.TextContent)).ToList();
        Assert.Equal(30, rows.Count);
        Assert.Equal(($"{today.AddDays(-29):yyyy-MM-dd}", "34"), rows[0]);
        Assert.Equal(($"{today:yyyy-MM-dd}", "1,200"), rows[^1]);
    }

    [Fact]
    public async Task DeletionOff_DisablesEveryWayToDelete()
    {
        await using var pages = await PortalPages.CreateAsync(new StorageConfiguration { DeleteEnabled = false });
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.ReconcileAsync();
        var page = Render(pages, "app");
        page.Find("[aria-label='Actions for tag 1.0']").Click();

        Assert.All(page.FindAll("button.delete, .row-menu .danger"), button =>
        {
            Assert.True(button.HasAttribute("disabled"));
            Assert.Contains("storage.delete.enabled", button.GetAttribute("title"), StringComparison.Ordinal);
        });
    }

    private static Task<IReadOnlyList<long>> WriteAsync(PortalPages pages, params Digest[] digests) => pages.Services.GetRequiredService<ActivityStore>().WriteAsync(
        new ActivityBatch
        {
            TagChanges = [.. digests.Select(digest => new TagChange
            {
                Repository = "app", Tag = "1.0", Kind = TagChangeKind.Set, Digest = digest.ToString(), Time = pages.World.Time.GetUtcNow(), Actor = "ada",
            })],
        },
        CancellationToken.None);

    private static IRenderedComponent<RepositoryPage> Render(PortalPages pages, string name) =>
        pages.Render<RepositoryPage>(parameters => parameters.Add(page => page.Name, RepositoryName.Parse(name)));

    private static IRenderedComponent<TagHistoryPage> RenderHistory(PortalPages pages, string tag) =>
        pages.Render<TagHistoryPage>(parameters => parameters.Add(page => page.Name, RepositoryName.Parse("app")).Add(page => page.Tag, Tag.Parse(tag)));

    private static IElement Button(PortalPages pages, string text) =>
        pages.Dialogs.FindAll("button").Single(button => button.TextContent.Trim() == text);
}
