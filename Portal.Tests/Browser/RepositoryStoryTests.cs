using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What a repository's page tells of its tags and of itself, in a real browser.</summary>
public sealed class RepositoryStoryTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    private const int SharedLayer = 100_000;

    private readonly Dictionary<string, Digest> _digests = [];

    public async ValueTask InitializeAsync()
    {
        // Repeated pushes of the same change nothing but the time, by which nothing but the order is sorted.
        var client = portal.Client;
        _digests["1.9.0"] = await client.PushSizedAsync("story/app", "1.9.0", 20_000, 1);
        _digests["1.10.0"] = await client.PushSizedAsync("story/app", "1.10.0", 50_000, 2);
        _digests["amd64"] = await client.PushSizedAsync("story/app", string.Empty, SharedLayer, 3);
        _digests["arm64"] = await client.PushSizedAsync("story/app", string.Empty, SharedLayer, 3, "arm64");
        var index = ImageBuilder.Index((_digests["amd64"], "amd64"), (_digests["arm64"], "arm64"));
        _digests["multi"] = Digest.Of(index);
        using var pushed = await client.PutManifestAsync("story/app", "multi", index, MediaTypes.OciIndex);
        await client.PushArtifactAsync("story/app", "chart", "application/vnd.cncf.helm.config.v1+json");
        await client.PushArtifactAsync("story/app", "sbom", "application/vnd.oci.empty.v1+json", "application/spdx+json");
        _digests["signature"] = await client.PushArtifactAsync(
            "story/app", string.Empty, "application/vnd.oci.empty.v1+json", "application/vnd.cncf.notary.signature", _digests["1.10.0"]);
        _digests["left"] = await client.PushSizedAsync("story/app", string.Empty, 500, 4);
        _digests["latest"] = await client.PushSizedAsync("story/app", "latest", 10_000, 5);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Tags_EachKind_TellDigestPlatformsSizeAgeAndWhetherTheyAreSigned()
    {
        var page = await OpenAsync("/r/story/app");

        foreach (var (tag, digest, platforms, size) in new[]
        {
            ("1.10.0", _digests["1.10.0"], new[] { "linux/amd64" }, "49.0 KiB"),
            ("1.9.0", _digests["1.9.0"], ["linux/amd64"], "19.7 KiB"),

            // The layer of both platforms counts once.
            ("multi", _digests["multi"], ["linux/amd64", "linux/arm64"], "98.0 KiB"),
        })
        {
            var row = Row(page, tag);
            await Expect(row.Locator(".digest code")).ToHaveAttributeAsync("title", digest.ToString());
            await Expect(row.GetByRole(AriaRole.List, new() { Name = "Platforms" }).GetByRole(AriaRole.Listitem)).ToHaveTextAsync(platforms);
            await Expect(row.Locator("td.number.wide").First).ToHaveTextAsync(size);
            await Expect(row.Locator("time")).ToHaveTextAsync(new Regex("^(just now|[0-9]+ minutes? ago)$"));
        }

        await Expect(Row(page, "chart")).ToContainTextAsync("Helm chart");
        await Expect(Row(page, "sbom")).ToContainTextAsync("SBOM");
        await Expect(Row(page, "1.9.0").Locator(".kind")).ToHaveTextAsync("Image");
        await Expect(Row(page, "multi").Locator(".kind")).ToHaveTextAsync("Multi-platform image");
        await Expect(page.GetByText("signed", new() { Exact = true })).ToHaveCountAsync(1);
        await Expect(Row(page, "1.10.0").GetByText("signed", new() { Exact = true })).ToBeVisibleAsync();

        // What a pull without a tag gets stands out.
        var marked = page.GetByTitle("What a pull without a tag gets");
        await Expect(marked).ToHaveTextAsync(["latest"]);
        Assert.NotEqual(await ColourBehindAsync(Link(page, "multi")), await ColourBehindAsync(marked));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Tag_Pulled_TellsWhenItWasLast()
    {
        await portal.Client.PushSizedAsync("story/pulled", "once", 100, 20);
        await portal.Client.PushSizedAsync("story/pulled", "never", 100, 21);
        var page = await OpenAsync("/r/story/pulled");
        await Expect(Row(page, "once").Locator("td.number.wide").Last).ToHaveTextAsync("never");

        using var pull = await portal.Client.GetAsync("/v2/story/pulled/manifests/once");

        await Expect(Row(page, "once").Locator("td.number.wide").Last).ToHaveTextAsync("just now");
        await Expect(Row(page, "never").Locator("td.number.wide").Last).ToHaveTextAsync("never");
        await page.ReloadAsync();
        await Expect(Row(page, "once").Locator("td.number.wide").Last.Locator("time")).ToHaveAttributeAsync("title", new Regex("^[0-9-]{10} [0-9:]{8} UTC$"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Tags_SortedAndSearched_AreThoseInTheirOrder()
    {
        var page = await OpenAsync("/r/story/app");
        var names = page.Locator("table.tags tbody a.name");
        await Expect(names).ToHaveTextAsync(["latest", "sbom", "chart", "multi", "1.10.0", "1.9.0"]);

        await SortAsync(page, "Tag");
        await Expect(page.Locator("th[aria-sort=ascending]")).ToContainTextAsync("Tag");
        await page.GetByLabel("Search tags or digests").FillAsync("1.");
        await Expect(names).ToHaveTextAsync(["1.9.0", "1.10.0"]);
        await SortAsync(page, "Tag");
        await Expect(names).ToHaveTextAsync(["1.10.0", "1.9.0"]);
        await page.GetByLabel("Search tags or digests").FillAsync(string.Empty);
        await Expect(names).ToHaveCountAsync(6);
        await SortAsync(page, "Size");
        await Expect(names).ToHaveTextAsync(new[] { "multi", "1.10.0", "1.9.0", "latest", ".*", ".*" }.Select(name => new Regex($"^{name}$")));
        await page.AtAsync("**/r/story/app?sort=size&desc=true");

        await page.GetByLabel("Search tags or digests").FillAsync(_digests["multi"].ToString()[..20]);
        await Expect(names).ToHaveTextAsync(["multi"]);
        await page.GetByLabel("Search tags or digests").FillAsync("nothing-like-this");
        await Expect(page.GetByText("No tag has “nothing-like-this” in its name, and no digest begins with it.")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Untagged_EachManifest_SaysWhyItIsThere()
    {
        var page = await OpenAsync("/r/story/app");

        await page.GetByRole(AriaRole.Link, new() { Name = "Untagged" }).ClickAsync();

        await Expect(page.Locator("table.untagged tbody tr")).ToHaveCountAsync(4);
        await Expect(Untagged("arm64")).ToContainTextAsync("Part of");
        await Expect(Untagged("arm64").GetByTitle(_digests["multi"].ToString())).ToBeVisibleAsync();
        await Expect(Untagged("signature")).ToContainTextAsync("Belongs to");
        await Expect(Untagged("signature").GetByTitle(_digests["1.10.0"].ToString())).ToBeVisibleAsync();
        await Expect(Untagged("left")).ToContainTextAsync("Nothing leads to it");
        await page.Context.CloseAsync();

        ILocator Untagged(string name) =>
            page.Locator("table.untagged tbody tr").Filter(new() { Has = page.Locator("a.name").GetByTitle(_digests[name].ToString()) });
    }

    [Fact]
    public async Task Image_GetsAnotherTag_AndIsCopiedWithItsSignature()
    {
        var image = await portal.Client.PushSizedAsync("story/source", "1.0", 30_000, 30);
        await portal.Client.PushArtifactAsync("story/source", string.Empty, "application/vnd.oci.empty.v1+json", "application/vnd.cncf.notary.signature", image);
        await portal.Client.PushSizedAsync("story/source", "own", 10_000, 31);
        var page = await OpenAsync("/r/story/source");
        await Expect(page.GetByText("of layers and configs, none shared with other repositories")).ToBeVisibleAsync();

        await CopyAsync(page, "story/source", "stable");
        await Expect(page.GetByText("Copied to story/source:stable")).ToBeVisibleAsync();
        await Expect(Row(page, "stable").Locator(".digest code")).ToHaveAttributeAsync("title", image.ToString());

        await CopyAsync(page, "story/target", "2.0");
        await Expect(page.GetByText("Copied to story/target:2.0")).ToBeVisibleAsync();
        await page.GotoAsync("/r/story/target");
        await Expect(Row(page, "2.0").GetByText("signed", new() { Exact = true })).ToBeVisibleAsync();
        await page.GotoAsync("/r/story/source");

        // What is copied is there once on disk, and both repositories say so.
        await Expect(page.Locator(".storage-bar")).ToHaveTextAsync(new Regex(@"^\s*(9\.[89]|10\.\d) KiB of its own, (29\.\d) KiB shared with other repositories\s*$"));
        await Expect(page.Locator(".storage-bar .share-bar div")).ToHaveAttributeAsync("style", new Regex(@"^width: 2[45]"));
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("label")]
    [InlineData("annotation")]
    public async Task Description_NothingWritten_IsTheImagesOwn(string from)
    {
        (string, string)? said = ("org.opencontainers.image.description", $"Counts **ships** by {from}.");
        await portal.Client.PushSizedAsync($"story/{from}", "1.0", 100, 40, label: from == "label" ? said : null, annotation: from == "annotation" ? said : null);

        var page = await OpenAsync($"/r/story/{from}");

        var about = page.GetByRole(AriaRole.Region, new() { Name = "Description" });
        await Expect(about.Locator(".markdown")).ToHaveTextAsync($"Counts ships by {from}.");
        await Expect(about).ToContainTextAsync("From the image 1.0, which says so of itself.");
        await page.Context.CloseAsync();
    }

    private static ILocator Link(IPage page, string tag) => page.Locator("table.tags").GetByRole(AriaRole.Link, new() { Name = tag, Exact = true });

    private static ILocator Row(IPage page, string tag) => page.Locator("table.tags tbody tr").Filter(new() { Has = page.GetByRole(AriaRole.Link, new() { Name = tag, Exact = true }) });

    private static Task<string> ColourBehindAsync(ILocator element) => element.EvaluateAsync<string>("element => getComputedStyle(element).backgroundColor");

    private static Task SortAsync(IPage page, string column) =>
        page.GetByRole(AriaRole.Columnheader, new() { Name = column, Exact = true }).GetByRole(AriaRole.Link).ClickAsync();

    private static async Task CopyAsync(IPage page, string repository, string tag)
    {
        await page.GetByLabel("Actions for tag 1.0").ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Copy to…" }).ClickAsync();
        var dialog = await page.DialogAsync();
        await dialog.GetByLabel("Repository").FillAsync(repository);
        await dialog.GetByLabel("Tag").FillAsync(tag);
        await dialog.GetByLabel("With signatures").SetCheckedAsync(true);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(dialog).ToBeHiddenAsync();
    }

    private async Task<IPage> OpenAsync(string path)
    {
        var (page, _) = await portal.OpenLiveAsync(path);
        return page;
    }
}
