using System.Net;
using System.Text;
using Microsoft.Playwright;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Web;

namespace Portal.Tests.Browser;

/// <summary>What services say by themselves, on German pages: why nothing can be deleted, help for keys of the configuration, what differs between images.</summary>
public sealed class LanguageOfServicesTests(FileChromiumFixture portal) : IClassFixture<FileChromiumFixture>
{
    private const string English = "en-GB";
    private const string German = "de-AT";
    private const string Address = "/compare?a=team/one:1.0&b=team/two:1.0";

    [Fact]
    public async Task DeletionOff_InGerman_SaysWhoTurnsItOn()
    {
        await portal.Client.PushImageAsync("team/app", "1.0");
        var english = await OnPageAsync("/r/team/app", English, LanguageTests.ReadAsync);

        await OnPageAsync("/r/team/app", German, async page =>
        {
            const string Reason = "Löschen ist ausgeschaltet: Ein Administrator kann storage.delete.enabled in der Konfiguration auf true setzen";
            await Assertions.Expect(page.GetByText($"{Reason}.")).ToBeVisibleAsync();
            await Assertions.Expect(page.Locator("button.delete").First).ToHaveAttributeAsync("title", Reason);
            Assert.Equal([], Untranslated(english, await LanguageTests.ReadAsync(page)));
            return true;
        });
    }

    [Fact]
    public async Task Configuration_InGerman_HelpsInGerman_InEditorAndForm()
    {
        var english = await OnPageAsync("/settings/config", English, page => ReadHelpAsync(page, "Form"));
        var german = await OnPageAsync("/settings/config", German, page => ReadHelpAsync(page, "Formular"));

        Assert.Contains("Was protokolliert wird, und wie.", german);
        Assert.Contains(german, text => text.Contains("Der Name oben auf jeder Seite.", StringComparison.Ordinal));
        Assert.Contains("Abschnitt", german);

        // Names of keys are the same in every language.
        Assert.Equal([], Untranslated(english, german).Where(text => text.Contains(' ', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Comparison_InGerman_NamesSettingsAndFilesInGerman()
    {
        await PushAsync("team/one", "alice", new LayerBuilder().File("etc/moved"));
        await PushAsync("team/two", "bob", new LayerBuilder().SymbolicLink("etc/moved", "elsewhere"));
        var english = await OnPageAsync(Address, English, page => ReadFilesAsync(page, "Compare the files in their layers", "file became link"));
        var german = await OnPageAsync(Address, German, page => ReadFilesAsync(page, "Dateien in den Layern vergleichen", "Datei wurde zu Link"));

        Assert.Contains("User", english);
        Assert.Contains("Benutzer", german);
        Assert.Equal([], Untranslated(english, german));

        async Task<string[]> ReadFilesAsync(IPage page, string button, string sign)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync(sign);
            return await LanguageTests.ReadAsync(page);
        }
    }

    [Fact]
    public async Task Configuration_WithProblems_TellsThemInGerman_BesideTheTextToo()
    {
        await File.WriteAllTextAsync(
            portal.ConfigurationPath,
            $"{portal.Text}  session: {{idle: soon}}\nredis: {{poolsize: 5}}\nhealth:\n  tcp: [{{addr: redis}}]\nauth: {{htpaswd: {{realm: a}}}}\nversoin: 0.1\n");
        try
        {
            var english = await OnPageAsync("/settings/config", English, ReadProblemsAsync);
            var german = await OnPageAsync("/settings/config", German, async page =>
            {
                var told = await ReadProblemsAsync(page);
                await page.Locator(".cm-lint-marker-error").First.HoverAsync();
                await Assertions.Expect(page.Locator(".cm-tooltip-lint")).ToContainTextAsync("etwa „");
                await WebhookPageTests.ShootAsync(page, "config-problems-de");
                return told;
            });

            Assert.Contains("this key is unknown and has no effect; did you mean \"version\"?", english);
            Assert.Contains("ist als Schlüssel nicht bekannt und wirkungslos; war „version“ gemeint?", german);
            Assert.Contains("„redis“ passt hier nicht; erwartet wird host:port, etwa „redis:6379“", german);
            Assert.Equal(english.Count, german.Count);
            Assert.Equal([], Untranslated(english, german));
        }
        finally
        {
            portal.PutBack();
        }

        static async Task<IReadOnlyList<string>> ReadProblemsAsync(IPage page)
        {
            await Assertions.Expect(page.Locator(".problems li")).Not.ToHaveCountAsync(0);
            return await page.Locator(".problems .message").AllInnerTextsAsync();
        }
    }

    [Fact]
    public async Task Deliveries_ThatWereNotTaken_SayWhyInGerman_WhereverTheyAreShown()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = (_, answer) =>
        {
            answer.StatusCode = 500;
            return Task.CompletedTask;
        };
        portal.PutBack($$"""
            {{portal.Text}}  notifications:
                endpoints:
                  - {name: refuses, attempts: 1}
                  - {name: gone, attempts: 1}
            notifications:
              endpoints:
                - {name: refuses, url: "{{receiver.Address}}"}
                - {name: gone, url: "http://127.0.0.1:1/"}
            """);
        try
        {
            await portal.Client.PushImageAsync("team/told", "1.0");
            await OnPageAsync("/webhooks/gone", German, async page =>
            {
                await Assertions.Expect(page.Locator("table.deliveries tbody")).ToContainTextAsync("Verbindung abgelehnt: Connection refused");
                return true;
            });
            await OnPageAsync("/webhooks/refuses", German, async page =>
            {
                await Assertions.Expect(page.Locator("table.deliveries tbody")).ToContainTextAsync("beantwortet mit 500 Internal Server Error");
                await page.Locator("table.deliveries tbody tr").First.GetByRole(AriaRole.Link).ClickAsync();
                await Assertions.Expect(page.Locator(".attempts")).ToContainTextAsync("beantwortet mit 500 Internal Server Error");
                await WebhookPageTests.ShootAsync(page, "delivery-de");
                Assert.DoesNotContain("answered", await page.GetByRole(AriaRole.Main).InnerTextAsync(), StringComparison.Ordinal);
                await page.GotoAsync("/webhooks");
                await Assertions.Expect(page.Locator("table.webhooks")).ToContainTextAsync("Verbindung abgelehnt");
                await Assertions.Expect(page.Locator("table.webhooks")).ToContainTextAsync("beantwortet mit 500");
                return true;
            });
        }
        finally
        {
            portal.PutBack();
        }
    }

    [Fact]
    public async Task Files_OfALayerThatIsNone_SayWhyInGerman_AlsoWhenItIsKept()
    {
        var digest = await portal.Client.PushAsync("team/odd", "1", new LayerBuilder().File("etc/motd").Gzip(), "no layer"u8.ToArray());
        for (var time = 0; time < 2; time++)
        {
            await OnPageAsync($"/{PortalUrls.Files(RepositoryName.Parse("team/odd"), digest)}", German, async page =>
            {
                await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Layer 2: Das ist kein Dateiarchiv.");
                return true;
            });
        }
    }

    /// <summary>An image of one layer that runs as a user.</summary>
    private async Task PushAsync(string repository, string user, LayerBuilder files)
    {
        var config = Encoding.UTF8.GetBytes($$$"""{"architecture":"amd64","os":"linux","config":{"User":"{{{user}}}"}}""");
        var layer = files.Gzip();
        var manifest = ImageBuilder.Manifest(
            (await portal.Client.PushBlobAsync(repository, config), config.Length), [(await portal.Client.PushBlobAsync(repository, layer), layer.Length)]);
        using var answer = await portal.Client.PutManifestAsync(repository, "1.0", manifest, MediaTypes.OciManifest);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>The portal's title is its owner's, and a repository's name stands in titles.</summary>
    private static IEnumerable<string> Untranslated(IEnumerable<string> english, IEnumerable<string> german) =>
        LanguageTests.Untranslated(english, german).Where(text => !text.EndsWith("Third floor", StringComparison.Ordinal) && !text.Contains("team/", StringComparison.Ordinal));

    private async Task<T> OnPageAsync<T>(string path, string locale, Func<IPage, Task<T>> act)
    {
        var (page, _) = await portal.OpenAsync(path, locale: locale);
        await page.LiveAsync();
        await Assertions.Expect(page.Locator(".mud-skeleton")).ToHaveCountAsync(0);
        var result = await act(page);
        await page.Context.CloseAsync();
        return result;
    }

    /// <summary>Help beside the text for <c>log</c>, then the form with the sections of the portal open.</summary>
    private static async Task<List<string>> ReadHelpAsync(IPage page, string form)
    {
        await page.Locator(".cm-line").Filter(new() { HasText = "log:" }).First.ClickAsync();
        await Assertions.Expect(page.Locator(".key-help h2")).ToHaveTextAsync("log");
        var texts = new List<string>(await LanguageTests.ReadAsync(page));
        await page.GetByRole(AriaRole.Button, new() { Name = form, Exact = true }).ClickAsync();
        await page.Locator("summary").Filter(new() { HasText = "portal" }).First.ClickAsync();
        await Assertions.Expect(page.Locator(".form-body .field").First).ToBeVisibleAsync();
        texts.AddRange(await LanguageTests.ReadAsync(page));
        return texts;
    }
}
