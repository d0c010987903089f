using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>Pages in another language than English: asked for by the browser, chosen in the menu, whole, and live.</summary>
public sealed partial class LanguageTests(ChromiumFixture portal) : IClassFixture<ChromiumFixture>, IAsyncLifetime
{
    // What people would read: text, and what stands in attributes for them. Code, data and the names of languages stay as they are.
    private const string TextsOfPage = """
        () => {
          const texts = [document.title];
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
            if (element.closest("script, style, svg, code, pre, .cm-editor, .languages, [data-copy], [lang]:not(html), [translate=no]")) {
              continue;
            }
            if (node.nodeType === Node.TEXT_NODE) {
              texts.push(node.data);
            } else {
              texts.push(...["aria-label", "title", "placeholder", "alt"].map(name => node.getAttribute(name)).filter(text => text));
            }
          }
          return [...new Set(texts.map(text => text.replace(/\s+/g, " ").trim()))];
        }
        """;

    private static readonly Regex SameInBoth = ReadSame();

    public static TheoryData<string, string> Pages => new()
    {
        { "/", "team/app" },
        { "/?view=tree", "team/" },
        { "/?q=nothing-has-this-name", "nothing-has-this-name" },
        { "/search?q=app", "app" },
        { "/r/team/app", "multi" },
        { "/r/team/app?view=untagged", "team/app" },
        { "/r/team/app?view=deleted", "team/app" },
        { "/r/team/app/-/tags/1.0", "COPY" },
        { "/r/team/app/-/tags/multi", "linux/arm64" },
        { "/r/team/app/-/tags/1.0/history", "1.0" },
        { "/r/none/such", "none/such" },
        { "/activity", "team/app" },
        { "/compare?a=team/app:1.0&b=team/app:multi", "1.0" },
        { "/no/such/page", "" },
        { "/settings/users", "" },
        { "/settings/audit", "" },
        { "/settings/config", "" },
        { "/webhooks", "" },
        { "/webhooks/new", "" },
        { "/health", "" },
        { "/dashboard", "" },
        { "/map", "team/" },
        { "/registries", "" },
        { "/account", "" },
        { "/maintenance", "" },
    };

    public async ValueTask InitializeAsync()
    {
        var child = await portal.Client.PushImageAsync("team/app", "1.0");
        using var index = await portal.Client.PutManifestAsync(
            "team/app", "multi", ImageBuilder.Index((child, "amd64"), (child, "arm64")), MediaTypes.OciIndex);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Language_ChosenInTheMenu_IsRemembered_AndSpokenByWhatComesByItself()
    {
        var (page, complaints) = await portal.OpenAsync("/activity");
        var html = page.Locator("html");
        await page.LiveAsync();
        await Assertions.Expect(html).ToHaveAttributeAsync("lang", "en");

        await page.GetByRole(AriaRole.Button, new() { Name = "Menu", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Deutsch" }).ClickAsync();

        await Assertions.Expect(html).ToHaveAttributeAsync("lang", "de");
        await page.LiveAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Aktivität" })).ToBeVisibleAsync();
        await portal.Client.PushImageAsync("team/pushed-while-looking", "1.0");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "team/pushed-while-looking" }).First;
        await Assertions.Expect(row).ToContainTextAsync("gerade eben");

        await page.GotoAsync("/r/team/app");
        await page.LiveAsync();
        await Assertions.Expect(page.Locator("table.tags")).ToContainTextAsync("Größe");
        await page.GetByRole(AriaRole.Button, new() { Name = "Menü", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Assertions.Expect(page.Locator("table.tags")).ToContainTextAsync("Size");
        Assert.Equal([], complaints);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_InGerman_HasNoEnglishLeft(string path, string sign)
    {
        var english = await ReadAsync(path, sign, "en-GB");
        var german = await ReadAsync(path, sign, "de-AT");

        Assert.Equal([], Untranslated(english, german));
    }

    private async Task<string[]> ReadAsync(string path, string sign, string locale)
    {
        var (page, _) = await portal.OpenAsync(path, locale: locale);
        await page.LiveAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync(sign);
        await Assertions.Expect(page.Locator(".mud-skeleton")).ToHaveCountAsync(0);
        Assert.Equal(locale[..2], await page.Locator("html").GetAttributeAsync("lang"));
        var texts = await ReadAsync(page);
        await page.Context.CloseAsync();
        return texts;
    }

    /// <summary>What a person reads on a page.</summary>
    internal static Task<string[]> ReadAsync(IPage page) => page.EvaluateAsync<string[]>(TextsOfPage);

    /// <summary>What is the same on a page in English and in German, and should not be.</summary>
    internal static IEnumerable<string> Untranslated(IEnumerable<string> english, IEnumerable<string> german) =>
        german.Intersect(english).Where(text => Letters().IsMatch(Data().Replace(text, "")) && !SameInBoth.IsMatch(text));

    /// <summary>Texts that are the same word in both languages, as the files of texts say; with the portal's name behind it, a title.</summary>
    private static Regex ReadSame()
    {
        var folder = new DirectoryInfo(Path.Combine(SolutionFolder.Path, "Portal.Web", "Words"));
        var same = from file in folder.EnumerateFiles("*.de.resx")
                   let inEnglish = Path.Combine(folder.FullName, file.Name.Replace(".de.", ".", StringComparison.Ordinal))
                   where File.Exists(inEnglish)
                   let english = Read(inEnglish)
                   from text in Read(file.FullName)
                   where english[text.Key] == text.Value
                   select Place().Replace(Regex.Escape(text.Value), ".+");
        return new Regex($"^({string.Join('|', same)})( – Registry Portal)?$");
    }

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(file).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    /// <summary>Names of things and programs, the protocol's own verbs, digests, sizes, platforms, moments: nobody's language.</summary>
    [GeneratedRegex(@"Registry Portal|\b(team|app|multi|pushed-while-looking|none|such|nothing-has-this-name)\b|sha256:[0-9a-f]+…?|[\d.,]+ [KMG]?i?B\b|linux/\w+|\d{4}-\d\d-\d\d[\d: UTC]*"
        + @"|config\.yml|application/\S+|https?://\S+|\b(docker|podman|skopeo|crane|Kubernetes|Dockerfile|Slack|Microsoft Teams|Discord|CloudEvents|push|pull|mount|delete)\b")]
    private static partial Regex Data();

    [GeneratedRegex("[A-Za-z]{3}")]
    private static partial Regex Letters();

    [GeneratedRegex(@"\\\{\d[^}]*\}")]
    private static partial Regex Place();
}
