using Portal.Registry.Configuration.Editing;

namespace Portal.Tests.Unit.Configuration.Editing;

/// <summary>The cursor is the bar in the text.</summary>
public sealed class KeyAtCursorTests
{
    [Theory]
    [InlineData("ver|sion: 0.1", "version", false)]
    [InlineData("version: 0.|1", "version", true)]
    [InlineData("log:\n  level: inf|o\n", "log.level", true)]
    [InlineData("log:\n  fields:\n    a: b\n  le|vel: info", "log.level", false)]
    [InlineData("log:\n  hooks:\n    - type: mail\n      le|vels: [a]", "log.hooks[0].levels", false)]
    [InlineData("log:\n  hooks:\n  - type: mail\n  - type: mail\n    options:\n      sm|tp: x", "log.hooks[1].options.smtp", false)]
    [InlineData("# log:\nhttp:\n# a comment\n\n  a|ddr: x", "http.addr", false)]
    [InlineData("http:\r\n  addr: x|\r\n", "http.addr", true)]
    public void Find_OnAKey_IsItsPath(string text, string path, bool isValue)
    {
        var place = Find(text);

        Assert.Equal((path, isValue), (place.Path, place.IsValue));
    }

    [Theory]
    [InlineData("|", "")]
    [InlineData("log:\n  |", "log")]
    [InlineData("log:\n  level: info\n|", "")]
    [InlineData("log:\n  le|", "log")]
    [InlineData("storage:\n  delete:\n    ena|\n  cache:\n", "storage.delete")]
    [InlineData("log:\n  hooks:\n    - |", "log.hooks[0]")]
    public void Find_WhereNoKeyIsYet_IsTheSection(string text, string section)
    {
        var place = Find(text);

        Assert.Equal((section, null), (place.Section, place.Key));
    }

    [Theory]
    [InlineData("storage:\n  delete:\n    |", "enabled")]
    [InlineData("storage:\n  delete:\n    enabled: |", "true false")]
    [InlineData("log:\n  level: |", "error warn info debug")]
    [InlineData("storage:\n  delete:\n    enabled: true\n    |", "")]
    [InlineData("no:\n  such:\n    |", "")]
    public void Completion_OffersWhatMayStandThere(string text, string labels)
    {
        var (line, column) = Split(ref text);

        Assert.Equal(labels, string.Join(' ', KeyCompletion.At(text, line, column).Select(suggestion => suggestion.Label).Take(4)));
    }

    [Fact]
    public void Completion_AtTheTop_OffersTheSections_WithHelp()
    {
        var offered = KeyCompletion.At("version: 0.1\n", 2, 1);

        Assert.Contains(offered, suggestion => suggestion is { Label: "storage", Insert: "storage:", Key.Effect.Length: > 0, IsValue: false });
        Assert.DoesNotContain(offered, suggestion => suggestion.Label == "version");
        Assert.DoesNotContain(offered, suggestion => suggestion.Label == "loglevel");
    }

    [Fact]
    public void LineOf_FindsTheLineOfAPath()
    {
        const string Text = "version: 0.1\nhttp:\n  addr: :1\nportal:\n  addr: :2\n";

        Assert.Equal(5, KeyAtCursor.LineOf(Text, "portal.addr"));
        Assert.Null(KeyAtCursor.LineOf(Text, "portal.title"));
    }

    private static KeyAtCursor Find(string text)
    {
        var (line, column) = Split(ref text);
        return KeyAtCursor.Find(text, line, column);
    }

    private static (int Line, int Column) Split(ref string text)
    {
        var cursor = text.IndexOf('|', StringComparison.Ordinal);
        text = text.Remove(cursor, 1);
        var before = text[..cursor];
        return (before.Count(character => character == '\n') + 1, cursor - before.LastIndexOf('\n'));
    }
}
