using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What a page of files tells beyond the list: wasted space, colours in a text, and layers that were read already.</summary>
public sealed class FilesStoryTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>
{
    private static readonly RepositoryName Name = RepositoryName.Parse("team/story");

    [Fact]
    public async Task ReplacedAndRemovedFiles_AreWastedSpace_OfTheImageAndOfTheLayer()
    {
        var digest = await portal.Client.PushAsync(
            "team/story",
            "wasteful",
            new LayerBuilder().File("old", new string('x', 2048)).File("kept", new string('x', 4096)).File("gone", new string('x', 1024)).Gzip(),
            new LayerBuilder().File("old", "new").File(".wh.gone", "").Gzip());
        var (page, complaints) = await portal.OpenLiveAsync($"/{PortalUrls.Files(Name, digest)}");

        var layers = page.GetByRole(AriaRole.Navigation, new() { Name = "Layers" }).GetByRole(AriaRole.Link);
        await Expect(layers.Nth(0)).ToContainTextAsync("4.0 KiB in 2 files · 3.0 KiB wasted");
        await Expect(layers.Nth(1)).ToContainTextAsync("7.0 KiB of files · 3.0 KiB wasted");
        await Expect(layers.Nth(2)).Not.ToContainTextAsync("wasted");
        await layers.Nth(1).ClickAsync();
        await Expect(page.Locator(".files-what")).ToContainTextAsync("3 added, 0 changed, 0 removed; 3.0 KiB of it later layers replace or remove");
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Texts_HaveColours()
    {
        var digest = await portal.Client.PushAsync(
            "team/story", "texts", new LayerBuilder().File("app.yaml", "# The third floor\nname: portal\n").File("app.json", "{\"name\": \"portal\"}\n").File("notes", "name: portal\n").Gzip());

        await ColoursAsync("app.yaml", 3);
        await ColoursAsync("app.json", 2);
        await ColoursAsync("notes", 1);

        async Task ColoursAsync(string path, int count)
        {
            var (page, complaints) = await portal.OpenLiveAsync($"/{PortalUrls.Files(Name, digest, new FileQuery(Path: path))}");
            await Expect(page.Locator(".file-text")).ToContainTextAsync("portal");

            // The text is there before its colours.
            await page.WaitForFunctionAsync(
                """
                count => {
                  const texts = document.createTreeWalker(document.querySelector(".cm-content"), NodeFilter.SHOW_TEXT);
                  const colours = new Set();
                  while (texts.nextNode()) {
                    if (/\w/.test(texts.currentNode.data)) {
                      colours.add(getComputedStyle(texts.currentNode.parentElement).color);
                    }
                  }
                  return colours.size === count;
                }
                """,
                count);
            Assert.Equal([], complaints);
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task OneOfManyLayers_OpenedByItsAddress_IsInSight()
    {
        var layers = Enumerable.Range(0, 60).Select(number => new LayerBuilder().File($"file-{number}").Gzip()).ToArray();
        var digest = await portal.Client.PushAsync("team/story", "layers", layers);

        var (page, complaints) = await portal.OpenLiveAsync($"/{PortalUrls.Files(Name, digest, new FileQuery(55))}");
        var list = page.GetByRole(AriaRole.Navigation, new() { Name = "Layers" });
        await Expect(list.Locator("[aria-current]")).ToContainTextAsync("56 RUN step-56");
        Assert.Equal([], complaints);
        await Expect(list.Locator("[aria-current]")).ToBeInViewportAsync(new() { Ratio = 1 });
        Assert.Equal(0, await page.EvaluateAsync<int>("scrollY"));

        // Where one reads, nothing moves: what is in sight already stays where it is.
        var before = await list.EvaluateAsync<int>("list => list.scrollTop");
        await list.GetByRole(AriaRole.Link, new() { NameRegex = new("^55 ") }).ClickAsync();
        await Expect(list.Locator("[aria-current]")).ToContainTextAsync("55 RUN step-55");
        Assert.Equal(before, await list.EvaluateAsync<int>("list => list.scrollTop"));
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task ListOfFiles_IsMadeOnce_AndOutlivesARestart()
    {
        var kept = new ChromiumFixture();
        await using var ending = (IAsyncDisposable)kept;
        await ((IAsyncLifetime)kept).InitializeAsync();
        var layer = new LayerBuilder().File("etc/motd", "welcome").Gzip();
        var digest = await kept.Client.PushAsync("team/story", "kept", layer);
        var address = $"/{PortalUrls.Files(Name, digest)}";

        var (first, _) = await kept.OpenLiveAsync(address);
        await Expect(first.Locator("table.files")).ToContainTextAsync("etc/");
        await first.Context.CloseAsync();
        var made = Lists();
        Assert.NotEmpty(made);

        // With other bytes in the layer's place, a list that was made anew would tell of them.
        await File.WriteAllBytesAsync(
            Directory.GetFiles(kept.Root, "data", SearchOption.AllDirectories).Single(file => file.Contains(Digest.Of(layer).Hex, StringComparison.Ordinal)),
            new LayerBuilder().File("not/read").Gzip(),
            TestContext.Current.CancellationToken);
        await kept.RestartAsync();

        var (second, complaints) = await kept.OpenLiveAsync(address);
        await Expect(second.Locator("table.files")).ToContainTextAsync("etc/");
        Assert.Equal(made, Lists());
        Assert.Equal([], complaints);

        IEnumerable<(string, DateTime)> Lists() =>
        [
            .. Directory.EnumerateFiles(kept.Root, "*.layer", SearchOption.AllDirectories).Order().Select(file => (file, File.GetLastWriteTimeUtc(file))),
        ];
    }
}
