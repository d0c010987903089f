using AngleSharp.Dom;
using Bunit;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Web.Components.Controls;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class RepositoryPageTests
{
    [Fact]
    public async Task Page_Tags_ShowsDigestSizeAgeAndPullCommand()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("team/app", "latest", [1_048_576 - 37]);
        await pages.World.ReconcileAsync();
        pages.World.Time.Advance(TimeSpan.FromDays(3));

        var page = Render(pages, "team/app");

        var row = Assert.Single(page.FindAll("tbody tr"));
        Assert.Contains("latest", row.TextContent, StringComparison.Ordinal);
        Assert.Contains(DigestText.Abbreviate(image.Digest), row.TextContent, StringComparison.Ordinal);
        Assert.Contains("linux/amd64", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("1.0 MiB", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("3 days ago", row.QuerySelector("time")!.TextContent);
        Assert.Equal("2026-03-01 12:00:00 UTC", row.QuerySelector("time")!.GetAttribute("title"));
        Assert.Equal("docker pull hub.example:5000/team/app:latest", page.Find(".command [data-copy]").GetAttribute("data-copy"));
    }

    [Fact]
    public async Task Page_ArtifactsAndSignedImages_AreCalledWhatTheyAre()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await pages.World.PutArtifactAsync("team/app", "chart", "application/vnd.cncf.helm.config.v1+json");
        await pages.World.PutArtifactAsync("team/app", "signature", MediaTypes.OciEmpty, "application/vnd.cncf.notary.signature", image.Digest);
        await pages.World.ReconcileAsync();

        var rows = Render(pages, "team/app").FindAll("tbody tr").ToDictionary(row => row.QuerySelector("a.name")!.TextContent.Trim(), row => row.TextContent);

        Assert.Contains("Helm chart", rows["chart"], StringComparison.Ordinal);
        Assert.Contains("Signature", rows["signature"], StringComparison.Ordinal);
        Assert.Contains("signed", rows["1.0"], StringComparison.Ordinal);
        Assert.DoesNotContain("signed", rows["chart"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_NoSuchRepository_SaysSo()
    {
        await using var pages = await PortalPages.CreateAsync();

        var page = Render(pages, "team/none");

        Assert.Equal("There is no repository team/none", page.Find("h1").TextContent);
    }

    [Fact]
    public async Task Page_DeletionOff_DisablesItAndSaysWhy()
    {
        await using var pages = await PortalPages.CreateAsync(new StorageConfiguration { DeleteEnabled = false });
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.ReconcileAsync();

        var page = Render(pages, "app");

        Assert.True(page.Find("button.delete").HasAttribute("disabled"));
        Assert.Contains("Deletion is off: an administrator can set storage.delete.enabled", page.Find(".note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ReadOnly_DisablesDeletionAndSaysWhy()
    {
        await using var pages = await PortalPages.CreateAsync(new StorageConfiguration { DeleteEnabled = true, ReadOnly = true });
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.ReconcileAsync();

        var page = Render(pages, "app");

        Assert.True(page.Find("button.delete").HasAttribute("disabled"));
        Assert.Contains("The registry is read-only: an administrator can set storage.maintenance.readonly.enabled", page.Find(".note").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteSelected_Confirmed_NamesWhatGoesAndDeletesIt()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.PutImageAsync("app", "stable", [1]);
        await pages.World.PutImageAsync("app", "2.0", [2]);
        await pages.World.ReconcileAsync();
        var page = Render(pages, "app");

        await Checkbox(page, "1.0").ChangeAsync(true);
        await Checkbox(page, "2.0").ChangeAsync(true);
        page.Find("button.delete").Click();

        var doomed = pages.Dialogs.WaitForElements(".doomed li", 2).Select(item => item.TextContent.Trim()).ToList();
        Assert.StartsWith("1.0", doomed[0], StringComparison.Ordinal);
        Assert.EndsWith("stays under stable.", doomed[0], StringComparison.Ordinal);
        Assert.StartsWith("2.0", doomed[1], StringComparison.Ordinal);
        Assert.EndsWith("stays without a tag; it can still be pulled by digest.", doomed[1], StringComparison.Ordinal);

        Button(pages, "Delete").Click();

        pages.Messages.WaitForAssertion(() => Assert.Contains("Deleted 2 tags", pages.Messages.Markup, StringComparison.Ordinal));
        await pages.CatchUpAsync("app");
        page.WaitForAssertion(() => Assert.Equal("stable", Assert.Single(page.FindAll("tbody a.name")).TextContent));
    }

    [Fact]
    public async Task DeleteSelected_Refused_DeletesNothing()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.ReconcileAsync();
        var page = Render(pages, "app");

        await Checkbox(page, "1.0").ChangeAsync(true);
        page.Find("button.delete").Click();
        pages.Dialogs.WaitForElement(".doomed");
        Button(pages, "Keep").Click();

        pages.Dialogs.WaitForAssertion(() => Assert.Empty(pages.Dialogs.FindAll(".doomed")));
        Assert.NotNull(await pages.World.Registry.Tags.FindAsync(RepositoryName.Parse("app"), Tag.Parse("1.0"), CancellationToken.None));
    }

    private static IRenderedComponent<RepositoryPage> Render(PortalPages pages, string name)
    {
        return pages.Render<RepositoryPage>(parameters => parameters.Add(page => page.Name, RepositoryName.Parse(name)));
    }

    private static IElement Checkbox(IRenderedComponent<RepositoryPage> page, string tag)
    {
        return page.Find($"[aria-label='Select tag {tag}']");
    }

    private static IElement Button(PortalPages pages, string text)
    {
        return pages.Dialogs.FindAll("button").Single(button => button.TextContent.Trim() == text);
    }
}
