using Bunit;
using Portal.Storage.Oci;
using Portal.Web.Components.Pages;

namespace Portal.Tests.Components;

public sealed class ImagePageTests
{
    private const string Config = """
        {"os":"linux","architecture":"arm64","config":{"Cmd":["sh","-c","echo hi"],"Env":["A=b=c"],
        "Labels":{"note":"<script>alert(1)</script>"}},
        "history":[{"created_by":"/bin/sh -c #(nop) ADD file:1 in /"},{"created_by":"CMD x","empty_layer":true}]}
        """;

    [Fact]
    public async Task Page_Image_ShowsConfigHistoryAndLayers()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("team/app", "1.0", [2048], Config);
        await pages.World.ReconcileAsync();

        var page = Render(pages, "team/app", "1.0");

        Assert.Equal(["Configuration", "History", "Layers", "Raw"], page.FindAll("h2").Select(heading => heading.TextContent));
        Assert.Contains("sh -c 'echo hi'", page.FindAll("dd").Select(fact => fact.TextContent));
        Assert.Equal(["A", "b=c", "note", "<script>alert(1)</script>"], page.FindAll(".pairs td").Select(cell => cell.TextContent));
        Assert.Equal(["ADD file:1 in /", "CMD x"], page.FindAll(".history code").Select(line => line.TextContent));
        Assert.Contains("2.0 KiB", page.Find(".layers tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Contains(
            $"docker pull hub.example:5000/team/app@{image.Digest}",
            page.FindAll(".command [data-copy]").Select(button => button.GetAttribute("data-copy")));
        Assert.Empty(page.FindAll("script"));
    }

    [Fact]
    public async Task Page_Raw_CopiesTheExactBytes()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1], Config);

        var page = Render(pages, "app", "1.0");

        Assert.Equal(Config, page.FindAll(".raw [data-copy]")[1].GetAttribute("data-copy"));
    }

    [Fact]
    public async Task Page_BrokenConfig_ShowsTheRest()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1], "not json");

        var page = Render(pages, "app", "1.0");

        Assert.Contains("not readable", page.Find(".note").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll(".layers tbody tr"));
    }

    [Fact]
    public async Task Page_Index_OpensAPlatform()
    {
        await using var pages = await PortalPages.CreateAsync();
        var first = await pages.World.PutImageAsync("app", null, [1], """{"os":"linux","architecture":"amd64"}""");
        var attestation = await pages.World.PutImageAsync("app", null, [2], """{"os":"unknown","architecture":"unknown"}""");
        await pages.World.PutIndexAsync("app", "1.0", (first, "linux", "amd64"), (attestation, "unknown", "unknown"));
        var page = Render(pages, "app", "1.0");
        Assert.Equal(["linux/amd64", "Attestation"], page.FindAll(".platform").Select(platform => platform.TextContent));

        page.FindAll("button.expand")[0].Click();

        page.WaitForAssertion(() => Assert.Equal(
            ["Configuration", "History", "Layers", "Raw"],
            page.FindAll(".entry-body h3").Select(heading => heading.TextContent)));
        Assert.Equal("true", page.FindAll("button.expand")[0].GetAttribute("aria-expanded"));
    }

    [Fact]
    public async Task Page_Artifact_ShowsItsTypeAndAPullThatWorks()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutAsync("chart", "1.0", new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciManifest,
            artifactType = "application/vnd.example.chart",
            config = new { mediaType = MediaTypes.OciEmpty, digest = Digest.Of("{}"u8).ToString(), size = 2 },
            layers = Array.Empty<object>(),
            annotations = new { title = "A chart" },
        });

        var page = Render(pages, "chart", "1.0");

        Assert.Contains("application/vnd.example.chart", page.FindAll("dd").Select(fact => fact.TextContent));
        Assert.Equal("oras pull hub.example:5000/chart:1.0", page.Find(".command [data-copy]").GetAttribute("data-copy"));
        Assert.Equal(["Annotations", "Raw"], page.FindAll("h2").Select(heading => heading.TextContent));
    }

    [Fact]
    public async Task Page_TagDeletedElsewhere_SaysItIsNoLongerThere()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);
        var page = Render(pages, "app", "1.0");

        await pages.World.DeleteTagAsync("app", "1.0");
        await pages.CatchUpAsync("app");

        page.WaitForAssertion(() => Assert.Equal("It is no longer there", page.Find("h1").TextContent));
        Assert.Equal("r/app", page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public async Task DeleteManifest_Confirmed_NamesEveryTagAndTakesThemAlong()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1]);
        await pages.World.PutImageAsync("app", "stable", [1]);
        var page = Render(pages, "app", "1.0");

        page.FindAll("button.delete").Single(button => button.TextContent.Contains("manifest", StringComparison.Ordinal)).Click();
        Assert.Equal(["1.0", "stable"], pages.Dialogs.WaitForElements(".doomed li", 2).Select(item => item.TextContent.Trim()));
        pages.Dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Delete").Click();

        page.WaitForAssertion(() => Assert.Equal("It is no longer there", page.Find("h1").TextContent));
        Assert.Null(await pages.World.Registry.Tags.FindAsync(RepositoryName.Parse("app"), Tag.Parse("stable"), CancellationToken.None));
    }

    private static IRenderedComponent<ImagePage> Render(PortalPages pages, string name, string tag)
    {
        return pages.Render<ImagePage>(parameters => parameters
            .Add(page => page.Name, RepositoryName.Parse(name))
            .Add(page => page.Reference, Reference.FromTag(Tag.Parse(tag))));
    }
}
