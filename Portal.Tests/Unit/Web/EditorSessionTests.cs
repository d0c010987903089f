using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;
using Portal.Web.Hosting;

namespace Portal.Tests.Unit.Web;

public sealed class EditorSessionTests : IDisposable
{
    private const string Text = "version: 0.1\nstorage: inmemory\nhttp:\n  secret: topsecret\n";

    private static readonly Func<Identity> Local = () => Identity.Everyone with { IsAtPages = true, IsLocal = true };

    private readonly TempFolder _folder = new();
    private readonly AccountsWorld _world = new();
    private readonly DataFolder _data;
    private readonly RunningConfiguration _running;
    private readonly ConfigurationEditor _editor;

    public EditorSessionTests()
    {
        File.WriteAllText(Path, Text);
        var configuration = Load(Text) with { Portal = new PortalConfiguration { DataDirectory = _folder.Path } };
        _data = new DataFolder(configuration, () => throw new InvalidOperationException("no folder is given"));
        _running = new RunningConfiguration(new RunningVersion(configuration, Text), Path, new Dictionary<string, string>(), TimeProvider.System);
        _editor = new ConfigurationEditor(_running, _world.Permissions, _data, _world.Audit, new ActivityLog(TimeProvider.System), TimeProvider.System, NullLogger<ConfigurationEditor>.Instance);
    }

    private string Path => _folder.Combine("config.yml");

    public void Dispose()
    {
        _world.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Save_TwoAdministrators_TheSecondGetsTheConflict()
    {
        var (first, second) = (_editor.Open(Local)!, _editor.Open(Local)!);
        Save(first, first.Text + "log: {level: debug}\n");

        Assert.Throws<ConfigurationConflictException>(() => Save(second, second.Text + "log: {level: error}\n"));

        Assert.Equal(Text + "log: {level: debug}\n", await File.ReadAllTextAsync(Path));
        Assert.Contains("level: debug", second.FindConflict()!.After, StringComparison.Ordinal);
        Assert.Equal(LogLevel(Text + "log: {level: debug}\n"), _running.Current.Log.Level);
    }

    [Fact]
    public async Task Save_IsInTheAuditTrail_WithTheKeysAndNoValue()
    {
        var session = _editor.Open(Local)!;
        Save(session, session.Text + "log: {level: debug}\n");

        var entry = Assert.Single(await _world.AuditedAsync());
        Assert.Equal((AuditAction.ConfigurationChanged, "127.0.0.1", "config.yml", "log.level"), (entry.Action, entry.Address, entry.Target, entry.Detail?.ToString()));
    }

    [Fact]
    public async Task Save_WithAnOpenQuestion_IsRefused()
    {
        var session = _editor.Open(Local)!;
        var plan = session.Plan(session.Text + "portal: {addr: ':6000'}\n");

        Assert.Throws<InvalidOperationException>(() => session.Save(plan, "", [], address: null));

        Assert.Equal(Text, await File.ReadAllTextAsync(Path));
        session.Save(plan, "", plan.Questions, address: null);
        Assert.Equal(Text + "portal: {addr: ':6000'}\n", await File.ReadAllTextAsync(Path));
    }

    [Fact]
    public async Task Save_ThatTheHistoryCannotKeep_IsInForceAndAudited()
    {
        Save(_editor.Open(Local)!, $"{_editor.Open(Local)!.Text}log: {{level: error}}\n");
        var session = _editor.Open(Local)!;
        Directory.CreateDirectory(System.IO.Path.Combine(_data.ConfigurationHistory, "000003.yml"));

        var saved = Save(session, session.Text.Replace("level: error", "level: debug", StringComparison.Ordinal));

        Assert.Equal(Text + "log: {level: debug}\n", await File.ReadAllTextAsync(Path));
        Assert.Equal(LogLevel(Text + "log: {level: debug}\n"), _running.Current.Log.Level);
        Assert.Equal(2, (await _world.AuditedAsync()).Count);
        Assert.Equal(2, _editor.Versions(Local).Count);
        Assert.Equal((_editor.Open(Local)!.Fingerprint, Text.Replace("topsecret", "(hidden)", StringComparison.Ordinal) + "log: {level: debug}\n"), (saved.Fingerprint, saved.Text));
    }

    [Fact]
    public void Save_OfWhatTakesARestart_SaysThatOneIsUnderWay()
    {
        var session = _editor.Open(Local)!;
        Save(session, session.Text + "log: {level: error}\n");
        Assert.False(_running.IsRestarting);

        session = _editor.Open(Local)!;
        Save(session, session.Text + "portal: {title: One}\n");

        Assert.True(_running.IsRestarting);
    }

    [Fact]
    public async Task Version_ThatIsNoYaml_IsNotShown()
    {
        Save(_editor.Open(Local)!, $"{_editor.Open(Local)!.Text}log: {{level: error}}\n");
        await File.WriteAllTextAsync(System.IO.Path.Combine(_data.ConfigurationHistory, "000001.yml"), "version: [");

        var refusal = Assert.Throws<UnusableFileException>(() => _editor.ReadVersion(Local, 1));

        Assert.Contains("version 1 is no YAML", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(1, _editor.FindVersion(Local, 1)!.Number);
        Assert.Null(_editor.FindVersion(Local, 9));
    }

    [Fact]
    public void Save_WithAnError_IsRefused()
    {
        var session = _editor.Open(Local)!;

        Assert.Throws<InvalidOperationException>(() => Save(session, session.Text + "auth: {htpasswd: {}}\n"));

        Assert.Empty(_editor.Versions(Local));
    }

    [Fact]
    public async Task BringBack_IsANewSave_WithTheSecretsOfThen()
    {
        var session = _editor.Open(Local)!;
        Save(session, session.Text.Replace("(hidden)", "another", StringComparison.Ordinal));
        session = _editor.Open(Local)!;

        var plan = session.PlanVersion(1);
        session.Save(plan, "it was better", [], address: null);

        Assert.DoesNotContain("topsecret", plan.Texts.ToString(), StringComparison.Ordinal);
        Assert.Contains("secret: (another value)", plan.Texts.After, StringComparison.Ordinal);
        Assert.Equal(Text, await File.ReadAllTextAsync(Path));
        Assert.Equal(["version 1 brought back: it was better", "", "found at the first save"], _editor.Versions(Local).Select(version => $"{version.Comment}"));
        Assert.DoesNotContain("another\n", _editor.Compare(Local, 1, 2).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCall_AsksWhoItIs()
    {
        var isLocal = true;
        Identity Elsewhere() => Identity.Everyone with { IsAtPages = true, IsLocal = isLocal };
        var session = _editor.Open(Elsewhere)!;
        var plan = session.Plan(session.Text + "log: {level: debug}\n");
        isLocal = false;

        Assert.Throws<EditorAccessException>(() => _editor.Open(Elsewhere));
        Assert.Throws<EditorAccessException>(() => _editor.Versions(Elsewhere));
        Assert.Throws<EditorAccessException>(() => _editor.Compare(Elsewhere, 1, null));
        Assert.Throws<EditorAccessException>(() => session.Save(plan, "", [], address: null));
        Assert.Equal(Text, await File.ReadAllTextAsync(Path));
    }

    [Fact]
    public void Plan_SaysWhatCountsAtOnceAndWhatTakesARestart()
    {
        var session = _editor.Open(Local)!;

        var changes = session.Plan(session.Text + "portal: {title: Hub, limits: {uploads: 7}}\n").Changes;

        Assert.Equal(["portal.limits.uploads"], changes.Live);
        Assert.Equal(["portal.title"], changes.Restart);
    }

    private static SavedText Save(EditorSession session, string edited) =>
        session.Save(session.Plan(edited), "", [], IPAddress.Loopback);

    private static RegistryConfiguration Load(string text) => ConfigurationLoader.Parse(text, null, new Dictionary<string, string>()).Configuration!;

    private static Microsoft.Extensions.Logging.LogLevel LogLevel(string text) => Load(text).Log.Level;
}
