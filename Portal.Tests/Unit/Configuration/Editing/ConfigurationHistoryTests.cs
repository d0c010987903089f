using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Configuration.Editing;

[UnsupportedOSPlatform("windows")]
public sealed class ConfigurationHistoryTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConfigurationHistory _history;

    public ConfigurationHistoryTests() => _history = new ConfigurationHistory(Folder, _time);

    private string Folder => _folder.Combine("config-history");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Versions_NewestFirst_WithAuthorTimeAndComment()
    {
        _history.AddFound("one");
        _time.Advance(TimeSpan.FromHours(1));
        _history.Add("two", "alice", Reason.Plain("why not"));

        Assert.Equal(
            [
                new ConfigurationVersion(2, "alice", new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.Zero), Reason.Plain("why not")),
                new ConfigurationVersion(1, null, new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), new Reason(VersionNote.Found, $"found at the first save")),
            ],
            new ConfigurationHistory(Folder, _time).Versions());
        Assert.Equal("one", _history.Read(1));
        Assert.Null(_history.Read(3));
        Assert.Equal((2, "why not"), (_history.Find(2)!.Number, $"{_history.Find(2)!.Comment}"));
        Assert.Null(_history.Find(3));
    }

    [Fact]
    public void AddFound_TheNewestVersion_AddsNothing_AnotherTextIsKept()
    {
        _history.AddFound("one");
        _history.AddFound("one");
        _history.AddFound("changed by hand");

        Assert.Equal(["changed outside the editor", "found at the first save"], _history.Versions().Select(version => $"{version.Comment}"));
    }

    [Fact]
    public void Files_AreTheirOwnersAlone()
    {
        _history.Add("secret: x", null, Reason.Plain(""));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Folder));
        Assert.Equal([Path.Combine(Folder, "000001.json"), Path.Combine(Folder, "000001.yml")], Directory.GetFiles(Folder).Order());
        Assert.All(Directory.GetFiles(Folder), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void Add_BeyondTheBound_DropsTheOldest_AndGoesOnCounting()
    {
        for (var i = 1; i <= ConfigurationHistory.Kept + 2; i++)
        {
            _history.Add($"text {i}", null, Reason.Plain(""));
        }

        var numbers = _history.Versions().Select(version => version.Number).ToList();
        Assert.Equal(ConfigurationHistory.Kept, numbers.Count);
        Assert.Equal((ConfigurationHistory.Kept + 2, 3), (numbers[0], numbers[^1]));
    }

    [Fact]
    public void Versions_ANoteThatIsLost_LosesNoText()
    {
        _history.Add("one", "alice", Reason.Plain("first"));
        File.WriteAllText(Path.Combine(Folder, "000001.json"), "{");
        File.WriteAllText(Path.Combine(Folder, "note.yml"), "not a version");

        Assert.Equal(1, Assert.Single(_history.Versions()).Number);
        Assert.Equal("one", _history.Read(1));
    }
}
