using System.Text;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Auth;
using Portal.Registry.Inspection.Attachments;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Oci;
using Portal.Storage.Repositories;
using Portal.Tests.Unit.Inspection;
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
        Assert.Equal(["ADD file:1 in /", "CMD x"], page.FindAll(".history .words code").Select(line => line.TextContent));
        Assert.Contains("2.0 KiB", page.Find(".layers tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Contains(
            $"docker pull hub.example:5000/team/app@{image.Digest}",
            page.FindAll(".command [data-copy]").Select(button => button.GetAttribute("data-copy")));
        Assert.Empty(page.FindAll("script"));
    }

    [Fact]
    public async Task Page_TaggedImage_SaysWhatNothingElseRefersTo()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("app", "1.0", [1024, 2048], "{}");
        await pages.World.Registry.Tags.SetAsync(RepositoryName.Parse("app"), Tag.Parse("stable"), image.Digest, CancellationToken.None);
        await pages.World.PutImageAsync("other", "1.0", [2048], """{"os":"linux"}""");
        await pages.World.PutImageAsync("alone", "1.0", [4096], """{"os":"plan9"}""");
        await pages.World.ReconcileAsync();

        var shared = Render(pages, "app", "1.0");
        var alone = Render(pages, "alone", "1.0");

        shared.WaitForAssertion(() => Assert.Equal("1.0 KiB, 2.0 KiB shared with others", shared.Find(".own-size").TextContent.Trim()));
        alone.WaitForAssertion(() => Assert.Equal("4.0 KiB", alone.Find(".own-size").TextContent.Trim()));
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
    public async Task Page_Index_ShowsTheLikelyPlatformAndSwitches()
    {
        await using var pages = await PortalPages.CreateAsync();
        var arm = await pages.World.PutImageAsync("app", null, [1], """{"os":"linux","architecture":"arm64","config":{"User":"arm"}}""");
        var amd = await pages.World.PutImageAsync("app", null, [2], """{"os":"linux","architecture":"amd64","config":{"User":"amd"}}""");
        var attestation = await pages.World.PutImageAsync("app", null, [3], """{"os":"unknown","architecture":"unknown"}""");
        await pages.World.PutIndexAsync("app", "1.0", (arm, "linux", "arm64"), (amd, "linux", "amd64"), (attestation, "unknown", "unknown"));

        var page = Render(pages, "app", "1.0");

        Assert.Equal(["linux/arm64", "linux/amd64"], page.FindAll(".platform").Select(platform => platform.TextContent));
        Assert.Equal("linux/amd64", page.Find("[aria-current=true] .platform").TextContent);
        Assert.Equal(["Configuration", "History", "Layers", "Raw"], page.FindAll(".chosen h3").Select(heading => heading.TextContent));
        Assert.Contains("amd", page.FindAll(".chosen dd").Select(fact => fact.TextContent));
        Assert.StartsWith("Attestation", page.Find(".attestations tbody td").TextContent.Trim(), StringComparison.Ordinal);

        pages.Services.GetRequiredService<NavigationManager>().NavigateTo(page.FindAll(".platforms a")[0].GetAttribute("href")!);

        page.WaitForAssertion(() => Assert.Contains("arm", page.FindAll(".chosen dd").Select(fact => fact.TextContent)));
        Assert.Equal("linux/arm64", page.Find("[aria-current=true] .platform").TextContent);
    }

    [Theory]
    [InlineData("linux/s390x", "no image for “linux/s390x”")]
    [InlineData("linux/arm64", "not in this repository")]
    public async Task Page_PlatformThatIsNotThere_SaysSoAndShowsTheIndex(string platform, string expected)
    {
        await using var pages = await PortalPages.CreateAsync();
        var amd = await pages.World.PutImageAsync("app", null, [2]);
        var gone = await pages.World.PutImageAsync("app", null, [3]);
        await pages.World.PutIndexAsync("app", "1.0", (amd, "linux", "amd64"), (gone, "linux", "arm64"));
        await pages.World.DeleteManifestAsync("app", gone.Digest);
        pages.Services.GetRequiredService<NavigationManager>().NavigateTo($"?platform={platform}");

        var page = Render(pages, "app", "1.0");

        Assert.Contains(expected, page.Find(".note").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".chosen"));
        Assert.NotEmpty(page.FindAll(".raw"));
    }

    [Fact]
    public async Task Page_SecretsInEnvironmentAndHistory_AreHiddenUntilAskedFor()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutImageAsync("app", "1.0", [1], """
            {"os":"linux","config":{"Env":["LANG=C","DB_PASSWORD=hunter2"]},
             "history":[{"created_by":"ENV DB_PASSWORD=hunter2","empty_layer":true},{"created_by":"RUN |1 TOKEN=hunter2 /bin/sh -c make"}]}
            """);

        var page = Render(pages, "app", "1.0");

        Assert.DoesNotContain("hunter2", page.Markup, StringComparison.Ordinal);
        page.Find("[aria-label='Show the value of DB_PASSWORD']").Click();
        Assert.Equal(["LANG", "C", "DB_PASSWORD", "hunter2"], page.FindAll(".pairs td").Select(cell => cell.TextContent));
        page.FindAll(".built-head button").First(button => button.TextContent == "Show hidden values").Click();
        Assert.Equal(["ENV DB_PASSWORD=hunter2", "RUN make"], page.FindAll(".history .words code").Select(line => line.TextContent));
    }

    [Fact]
    public async Task Page_HugeAndHostileConfig_IsShortenedAndShownAsText()
    {
        await using var pages = await PortalPages.CreateAsync();
        var labels = string.Join(',', Enumerable.Range(0, 3000).Select(place => $"\"label{place}\":\"<img src=x onerror=alert(1)>\""));
        await pages.World.PutImageAsync("app", "1.0", [1], $$"""
            {"os":"<b>os</b>","author":"<script>alert(1)</script>","config":{"Env":["LONG={{new string('x', 200_000)}}"],"Labels":{ {{labels}} } },
             "history":[{"created_by":"RUN <script>alert(1)</script> {{new string('y', 50_000)}}"}]}
            """);

        var page = Render(pages, "app", "1.0");

        Assert.Empty(page.FindAll("script, img, b"));
        Assert.True(page.Markup.Length < 400_000, $"{page.Markup.Length} characters");
        Assert.Equal(51, page.FindAll(".pairs tbody tr").Count);
        page.FindAll(".more button")[0].Click();
        Assert.Equal(1001, page.FindAll(".pairs tbody tr").Count);
        page.Find("[aria-label='Show all of the value of LONG']").Click();
        Assert.Contains(page.FindAll(".pairs code"), code => code.TextContent.Length is > 65_000 and < 66_000);
    }

    [Fact]
    public async Task Page_Attached_IsReadWhenItIsOpened()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await AttachAsync(pages, image.Digest, "application/spdx+json", SbomTests.Spdx.Replace("musl", "<i>musl</i>", StringComparison.Ordinal));
        var page = Render(pages, "team/app", "1.0");
        Assert.Contains("Attached", page.FindAll("h2").Select(heading => heading.TextContent));
        Assert.Empty(page.FindAll(".attached-node"));

        page.Find(".opener").Click();
        page.WaitForElement(".attached-node .expand").Click();

        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".package-list tbody tr").Count));
        Assert.Contains("SPDX 2.3, 2 packages", page.Find(".packages .toolbar [role=status]").TextContent, StringComparison.Ordinal);
        Assert.Contains("<i>musl</i>", page.FindAll(".package-list td").Select(cell => cell.TextContent));
        Assert.Empty(page.FindAll("i"));
    }

    [Fact]
    public async Task Page_AttachedThatCannotBeRead_OffersToTryAgain()
    {
        using var gone = new FileSystemDriver(Path.GetTempPath(), maxThreads: 25);
        gone.Dispose();
        using var broken = new LocalRegistry(gone, TimeProvider.System);
        await using var pages = await PortalPages.CreateAsync(configure: services =>
            services.AddSingleton(provider => new AttachmentReader(broken, provider.GetRequiredService<Permissions>())));
        var image = await pages.World.PutImageAsync("team/app", "1.0", [1]);
        await AttachAsync(pages, image.Digest, "application/spdx+json", SbomTests.Spdx);
        var page = Render(pages, "team/app", "1.0");
        page.Find(".opener").Click();

        page.WaitForElement(".attached-node .expand").Click();

        page.WaitForAssertion(() => Assert.Contains("could not be read", page.Find(".attached-node [role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_HelmChart_OffersHelmFirst()
    {
        await using var pages = await PortalPages.CreateAsync();
        await pages.World.PutAsync("charts/web", "1.2.3_build", new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciManifest,
            config = new { mediaType = "application/vnd.cncf.helm.config.v1+json", digest = Digest.Of("{}"u8).ToString(), size = 2 },
            layers = Array.Empty<object>(),
        });

        var page = Render(pages, "charts/web", "1.2.3_build");

        Assert.Equal("helm pull oci://hub.example:5000/charts/web --version 1.2.3+build", page.Find(".command [data-copy]").GetAttribute("data-copy"));
    }

    [Fact]
    public async Task Pull_OtherProgram_ShowsItsCommandsByTagAndDigest()
    {
        await using var pages = await PortalPages.CreateAsync();
        var image = await pages.World.PutImageAsync("team/app", "1.0", [1]);
        var page = Render(pages, "team/app", "1.0");
        Assert.Equal(["docker", "podman", "skopeo", "crane", "Kubernetes", "Dockerfile"], page.FindAll("[role=tab]").Select(tab => tab.TextContent));

        page.FindAll("[role=tab]")[0].KeyDown("ArrowLeft");

        Assert.Equal("Dockerfile", page.Find("[aria-selected=true]").TextContent);
        Assert.Equal(
            ["FROM hub.example:5000/team/app:1.0", $"FROM hub.example:5000/team/app@{image.Digest}"],
            page.FindAll(".command [data-copy]").Select(button => button.GetAttribute("data-copy")));
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

    private static async Task AttachAsync(PortalPages pages, Digest subject, string mediaType, string document)
    {
        var name = RepositoryName.Parse("team/app");
        var content = Encoding.UTF8.GetBytes(document);
        await pages.World.Registry.Blobs.PutAsync(name, Digest.Of(content), content, CancellationToken.None);
        var manifest = await pages.World.PutAsync("team/app", null, new
        {
            schemaVersion = 2,
            mediaType = MediaTypes.OciManifest,
            artifactType = mediaType,
            config = new { mediaType = MediaTypes.OciEmpty, digest = Digest.Of("{}"u8).ToString(), size = 2 },
            layers = new[] { new { mediaType, digest = Digest.Of(content).ToString(), size = content.Length } },
            subject = new { mediaType = MediaTypes.OciManifest, digest = subject.ToString(), size = 1 },
        });
        await pages.World.Registry.Referrers.AddAsync(name, subject, manifest.Digest, CancellationToken.None);
    }

    private static IRenderedComponent<ImagePage> Render(PortalPages pages, string name, string tag)
    {
        return pages.Render<ImagePage>(parameters => parameters
            .Add(page => page.Name, RepositoryName.Parse(name))
            .Add(page => page.Reference, Reference.FromTag(Tag.Parse(tag))));
    }
}
