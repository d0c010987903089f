using System.Runtime.Versioning;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;
using Portal.Web.Components;
using Portal.Web.Components.Pages;
using Portal.Web.Components.Settings;
using Portal.Web.Hosting;

namespace Portal.Tests.Components;

/// <summary>What the page of the configuration says in each of its states. The text editor itself is the browser's.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ConfigurationPageTests : IDisposable
{
    private const string Text = "version: 0.1\nstorage: inmemory  # for trials\nhttp:\n  secret: topsecret\n";

    private readonly TempFolder _folder = new();
    private readonly string _path;

    public ConfigurationPageTests()
    {
        _path = _folder.Combine("config.yml");
        File.WriteAllText(_path, Text);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Page_OfAFile_ShowsItWithoutItsSecrets()
    {
        await using var pages = await PagesAsync();

        var page = pages.Render<ConfigurationPage>();

        Assert.Equal(Text.Replace("topsecret", "(hidden)", StringComparison.Ordinal), page.FindComponent<CodeEditor>().Instance.Text);
        Assert.Contains("Nothing is wrong", page.Find(".problems").TextContent, StringComparison.Ordinal);
        Assert.True(SaveButton(page).HasAttribute("disabled"));
        Assert.DoesNotContain("topsecret", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WithoutAFile_SaysHowToStartWithOne()
    {
        await using var pages = await PagesAsync(hasFile: false);

        Assert.Contains("registry serve config.yml", pages.Render<ConfigurationPage>().Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_ForAVisitorFromElsewhere_SaysHowToGetIn()
    {
        await using var pages = await PagesAsync(address: "203.0.113.7:4711");

        var page = pages.Render<ConfigurationPage>();

        Assert.Contains("only to a browser on the machine itself", page.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("inmemory", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfAReadOnlyFile_SaysSoAtOnce()
    {
        File.SetUnixFileMode(_path, UnixFileMode.UserRead);
        await using var pages = await PagesAsync();

        var page = pages.Render<ConfigurationPage>();

        Assert.Contains("is read-only", page.Find(".note").TextContent, StringComparison.Ordinal);
        Assert.True(page.FindComponent<CodeEditor>().Instance.ReadOnly);
    }

    [Fact]
    public async Task Page_OfAFileThatIsNoYaml_SaysWhereAndShowsNothingOfIt()
    {
        await File.WriteAllTextAsync(_path, "http: [\n  secret: topsecret\n");
        await using var pages = await PagesAsync();

        var alert = pages.Render<ConfigurationPage>().Find("[role=alert]").TextContent;

        Assert.Contains("is not YAML", alert, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", alert, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_WithAnError_ListsItWithItsLine_AndCannotBeSaved()
    {
        await using var pages = await PagesAsync();
        var page = pages.Render<ConfigurationPage>();

        await EditAsync(page, "(hidden)\n", "(hidden)\n  draintimeout: soon\n");

        var problem = page.Find(".problems li");
        Assert.Contains("http.draintimeout", problem.TextContent, StringComparison.Ordinal);
        Assert.Contains("line 5", problem.TextContent, StringComparison.Ordinal);
        Assert.True(SaveButton(page).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Save_ShowsTheDifference_WritesTheFile_AndKeepsWhatWas()
    {
        await using var pages = await PagesAsync();
        var page = pages.Render<ConfigurationPage>();
        await EditAsync(page, "version: 0.1\n", "version: 0.1\nlog: {level: debug}\n");

        SaveButton(page).Click();
        pages.Dialogs.WaitForAssertion(() => Assert.Contains("log: {level: debug}", pages.Dialogs.Find(".diff .added").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("topsecret", pages.Dialogs.Markup, StringComparison.Ordinal);
        await pages.Dialogs.Find(".save input[type=text]").InputAsync("more words");
        await pages.Dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Save").ClickAsync(new());

        page.WaitForAssertion(() => Assert.Contains("Saved.", page.Find(".note").TextContent, StringComparison.Ordinal));
        Assert.Equal(Text.Replace("version: 0.1\n", "version: 0.1\nlog: {level: debug}\n", StringComparison.Ordinal), await File.ReadAllTextAsync(_path));
        await page.FindAll(".views button").Single(button => button.TextContent == "History").ClickAsync(new());
        Assert.Equal(["2", "1"], page.FindAll(".versions tbody tr").Select(row => row.Children[0].TextContent));
        Assert.Equal(["more words", "found at the first save"], page.FindAll(".versions .comment").Select(cell => cell.TextContent));
    }

    [Fact]
    public async Task Save_AfterAnEditFromOutside_IsAConflict_AndOverwritesNothing()
    {
        await using var pages = await PagesAsync();
        var page = pages.Render<ConfigurationPage>();
        await File.WriteAllTextAsync(_path, $"{Text}# from outside\n");

        await EditAsync(page, "version: 0.1\n", "version: 0.1\n# mine\n");

        Assert.Contains("# from outside", page.Find(".conflict .added").TextContent, StringComparison.Ordinal);
        Assert.True(SaveButton(page).HasAttribute("disabled"));
        await page.FindAll(".conflict button").First(button => button.TextContent.Contains("Load", StringComparison.Ordinal)).ClickAsync(new());
        Assert.Contains("# from outside", page.FindComponent<CodeEditor>().Instance.Text, StringComparison.Ordinal);
        Assert.Empty(page.FindAll(".conflict"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EditFromOutside_WhileThePageIsIdle_IsShown_AndWhatWasTypedStays(bool isEdited)
    {
        await using var pages = await PagesAsync();
        var page = pages.Render<ConfigurationPage>();
        if (isEdited)
        {
            await EditAsync(page, "version: 0.1\n", "version: 0.1\n# mine\n");
        }

        await File.WriteAllTextAsync(_path, $"{Text}# from outside\n");
        ((FakeTimeProvider)pages.Services.GetRequiredService<TimeProvider>()).Advance(ConfigurationPage.LookEvery);

        if (isEdited)
        {
            page.WaitForAssertion(() => Assert.Contains("# from outside", page.Find(".conflict .added").TextContent, StringComparison.Ordinal));
            Assert.Contains("# mine", page.FindComponent<CodeEditor>().Instance.Text, StringComparison.Ordinal);
        }
        else
        {
            page.WaitForAssertion(() => Assert.Contains("changed elsewhere", page.Find(".note").TextContent, StringComparison.Ordinal));
            Assert.EndsWith("# from outside\n", page.FindComponent<CodeEditor>().Instance.Text, StringComparison.Ordinal);
            Assert.Empty(page.FindAll(".conflict"));
        }
    }

    [Fact]
    public async Task Save_OfWhatMovesThePages_AsksTwice()
    {
        await using var pages = await PagesAsync();
        var page = pages.Render<ConfigurationPage>();
        await EditAsync(page, "version: 0.1\n", "version: 0.1\nportal: {addr: ':6000'}\n");

        SaveButton(page).Click();

        pages.Dialogs.WaitForAssertion(() => Assert.Contains("These pages will move", pages.Dialogs.Find(".question").TextContent, StringComparison.Ordinal));
        AngleSharp.Dom.IElement Save() => pages.Dialogs.FindAll("button").Single(button => button.TextContent.Trim() == "Save");
        Assert.True(Save().HasAttribute("disabled"));
        await pages.Dialogs.Find(".question input").ChangeAsync(true);
        Assert.False(Save().HasAttribute("disabled"));
    }

    [Fact]
    public async Task Form_AField_ChangesItsLineOfTheText()
    {
        await using var pages = await PagesAsync(environment: new() { ["REGISTRY_HTTP_ADDR"] = ":7000" });
        var page = pages.Render<ConfigurationPage>();
        await page.FindAll(".views button").Single(button => button.TextContent == "Form").ClickAsync(new());
        var http = page.FindAll("details").Single(section => section.QuerySelector(".title")!.TextContent == "http");
        await http.TriggerEventAsync("ontoggle", EventArgs.Empty);

        await page.Find("#field-http-draintimeout").ChangeAsync("30s");

        Assert.Equal("version: 0.1\nstorage: inmemory  # for trials\nhttp:\n  secret: (hidden)\n  draintimeout: 30s\n", page.FindComponent<CodeEditor>().Instance.Text);
        Assert.True(page.Find("#field-http-addr").HasAttribute("disabled"));
        Assert.Contains("REGISTRY_HTTP_ADDR", page.Find("#field-http-addr-help").TextContent, StringComparison.Ordinal);
        Assert.Equal("", page.Find("#field-http-secret").GetAttribute("value"));
    }

    [Fact]
    public async Task Form_AListOfSections_IsAddedTo_Filled_AndTakenFrom()
    {
        const string before = "version: 0.1\nstorage: inmemory  # for trials\nhttp:\n  secret: (hidden)\n";
        await using var pages = await PagesAsync();
        var page = pages.Render<ConfigurationPage>();
        await page.FindAll(".views button").Single(button => button.TextContent == "Form").ClickAsync(new());
        await OpenSectionAsync(page, "log");
        string Text() => page.FindComponent<CodeEditor>().Instance.Text;
        Task ClickAsync(string label) => page.Find($"[aria-label='{label}']").ClickAsync(new());

        await ClickAsync("Add an entry to log.hooks");
        Assert.Equal($"{before}log:\n  hooks:\n    - type: mail\n", Text());
        await page.Find("#field-log-hooks-0-levels").ChangeAsync("error\nwarn");
        await OpenSectionAsync(page, "options");
        await page.Find("#field-log-hooks-0-options-from").ChangeAsync("me@example.com");
        await ClickAsync("Add an entry to log.hooks");
        await page.Find("#field-log-hooks-1-disabled").ChangeAsync(true);
        Assert.Equal(
            $"{before}log:\n  hooks:\n    - type: mail\n      levels: [error, warn]\n      options:\n        from: me@example.com\n    - type: mail\n      disabled: true\n",
            Text().Replace("\"", "", StringComparison.Ordinal));

        await ClickAsync("Remove entry 1 of log.hooks");

        Assert.Equal($"{before}log:\n  hooks:\n    - type: mail\n      disabled: true\n", Text());
        Assert.True(page.Find("#field-log-hooks-0-disabled").HasAttribute("checked"));
        Assert.Equal("Entry 1: mail", page.Find(".form-entry .title").TextContent);
    }

    [Fact]
    public async Task Form_AListThatTakesAPerson_SaysSo_AndAVariablesIsLocked()
    {
        await using var pages = await PagesAsync(environment: new() { ["REGISTRY_MIDDLEWARE_REGISTRY"] = "[{name: x, disabled: true}]" });
        var page = pages.Render<ConfigurationPage>();
        await EditAsync(page, "version: 0.1\n", "version: 0.1\nx-hook: &hook {type: mail}\nlog:\n  hooks:\n  -\n    *hook\n");
        await page.FindAll(".views button").Single(button => button.TextContent == "Form").ClickAsync(new());
        await OpenSectionAsync(page, "log");
        await OpenSectionAsync(page, "middleware");

        await page.Find("[aria-label='Remove entry 1 of log.hooks']").ClickAsync(new());

        Assert.Contains("log.hooks.0", page.Find(".form-list [role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Contains("REGISTRY_MIDDLEWARE_REGISTRY", page.Find("[aria-label='middleware.registry']").TextContent, StringComparison.Ordinal);
        Assert.Empty(page.FindAll("[aria-label='Add an entry to middleware.registry']"));
    }

    private static Task OpenSectionAsync(IRenderedComponent<ConfigurationPage> page, string title) =>
        page.FindAll("details").Single(section => section.QuerySelector(".title")!.TextContent == title).TriggerEventAsync("ontoggle", EventArgs.Empty);

    private async Task<PortalPages> PagesAsync(bool hasFile = true, string address = "127.0.0.1:4711", Dictionary<string, string>? environment = null)
    {
        environment ??= [];
        var configuration = ConfigurationLoader.Parse(Text, null, environment).Configuration! with
        {
            Portal = new PortalConfiguration { DataDirectory = _folder.Path },
        };
        var pages = await PortalPages.CreateAsync(configure: services =>
        {
            services.AddSingleton(new RunningConfiguration(new RunningVersion(configuration, Text), hasFile ? _path : null, environment, TimeProvider.System));
            services.AddSingleton(new DataFolder(configuration, () => throw new InvalidOperationException("no folder is given")));
            services.AddSingleton<ConfigurationEditor>();
        });
        var visitor = pages.Services.GetRequiredService<Visitor>();
        (visitor.Address, visitor.Host) = (address, "localhost:5080");
        return pages;
    }

    private static async Task EditAsync(IRenderedComponent<ConfigurationPage> page, string before, string after)
    {
        var editor = page.FindComponent<CodeEditor>();
        var text = editor.Instance.Text.Replace(before, after, StringComparison.Ordinal);
        await page.InvokeAsync(() => editor.Instance.TextChanged.InvokeAsync(text));
    }

    private static AngleSharp.Dom.IElement SaveButton(IRenderedComponent<ConfigurationPage> page) =>
        page.FindAll(".heading button").Single(button => button.TextContent.Contains("Save", StringComparison.Ordinal));
}
