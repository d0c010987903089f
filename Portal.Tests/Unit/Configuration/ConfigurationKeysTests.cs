using System.Diagnostics;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Keys;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Configuration;

/// <summary>The catalogue says the truth about what the typed sections read, and the document says what the catalogue says.</summary>
public sealed class ConfigurationKeysTests
{
    /// <summary>Sections that nothing reads yet; all of them are refused.</summary>
    private static readonly string[] Unread =
        ["log.hooks", "http.net", "http.h2c", "http.tls", "http.debug", "compatibility", "validation", "policy"];

    public static TheoryData<string> Described => [.. ConfigurationKeys.All.Select(key => key.Path)];

    public static TheoryData<string> Read => Where(key => !Array.Exists(Unread, key.Path.StartsWith));

    public static TheoryData<string> WithDefault => Where(key => key.Default is not null && !Array.Exists(Unread, key.Path.StartsWith));

    public static TheoryData<string> WithChoices => Where(key => key.Choices.Count > 0 && !Array.Exists(Unread, key.Path.StartsWith));

    public static TheoryData<string> Secrets => Where(key => key.IsSecret && key.Type is KeyType.Text && !Array.Exists(Unread, key.Path.StartsWith));

    /// <summary>Keys with a default, but those by which a section is switched off.</summary>
    public static TheoryData<string> Switchless => Where(key => key is { Default: not null, OffValue: null });

    [Fact]
    public void Document_Committed_IsWhatTheCatalogueSays() =>
        Assert.Equal(KeyTable.Markdown(), File.ReadAllText(Path.Combine(SolutionFolder.Path, "docs/configuration.md")));

    [Theory]
    [MemberData(nameof(Described))]
    public void Document_EveryKey_HasARowOrAHeading(string path) =>
        Assert.Matches($@"(?m)^(\| |## )`{System.Text.RegularExpressions.Regex.Escape(path)}`", KeyTable.Markdown());

    [Theory]
    [MemberData(nameof(Described))]
    public void Find_EveryPath_IsTheKeyWithItsEffect(string path)
    {
        var key = ConfigurationKeys.Find(KeyDocument.PathOf(Find(path)));

        Assert.Equal(path, key?.Path);
        Assert.EndsWith(".", key!.Effect);
    }

    [Theory]
    [InlineData("http.adr")]
    [InlineData("http.addr.port")]
    [InlineData("catalog[0]")]
    public void Find_NoKey_IsNull(string path) => Assert.Null(ConfigurationKeys.Find(path));

    [Fact]
    public void Find_NameOfOnesOwn_IsBelowItsMap() => Assert.NotNull(ConfigurationKeys.Find("log.fields.service"));

    /// <summary>What stands there in the wrong shape is told only by what reads it.</summary>
    [Theory]
    [MemberData(nameof(Read))]
    public void Read_EveryKeyInTheWrongShape_IsAProblemThere(string path)
    {
        var key = Find(path);
        var wrong = key.Type is KeyType.Section or KeyType.Map or KeyType.Headers ? "[text]" : "{no_such_key: 1}";

        var problems = ConfigurationText.Load(KeyDocument.Write(key, wrong)).Problems;

        Assert.Contains(problems, problem =>
            problem.Path == KeyDocument.PathOf(key) && problem.Severity is ConfigurationSeverity.Error && !IsRefusal(problem)
            && !problem.Message.Contains("is missing"));
    }

    [Theory]
    [MemberData(nameof(WithDefault))]
    public void Default_Written_ChangesNothing(string path)
    {
        var key = Find(path);

        var with = ConfigurationText.Load(KeyDocument.Write(key, key.Default));
        var without = ConfigurationText.Load(KeyDocument.Write(key, null));

        Assert.DoesNotContain(with.Problems, problem => problem.Path == KeyDocument.PathOf(key) && !IsRefusal(problem));
        Assert.Equal(TypedValues.Of(without.Draft!), TypedValues.Of(with.Draft!));
    }

    [Theory]
    [MemberData(nameof(WithChoices))]
    public void Choices_OtherWord_AreNamed(string path)
    {
        var key = Find(path);

        var problems = ConfigurationText.Load(KeyDocument.Write(key, "no-such-word")).Problems;

        Assert.Contains(problems, problem =>
            problem.Path == KeyDocument.PathOf(key) && problem.Message.EndsWith($"is not one of {string.Join(", ", key.Choices)}"));
    }

    [Theory]
    [MemberData(nameof(Switchless))]
    public void IsSupported_OfEachKey_IsWhetherItIsTaken(string path)
    {
        var key = Find(path);

        var problems = ConfigurationText.Load(KeyDocument.Write(key, key.Default)).Problems;

        Assert.Equal(key.IsSupported, !problems.Any(IsRefusal));
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Secret_OfEachKind_IsShownNowhere(string path)
    {
        var result = ConfigurationText.Load(KeyDocument.Write(Find(path), "hidden-one"));

        Assert.Contains(TypedValues.Of(result.Draft!), line => line.EndsWith(" = hidden-one"));
        Assert.DoesNotContain("hidden-one", $"{result.Draft}{result.Draft!.Storage.Driver}{result.Effective}{string.Join('\n', result.Problems)}");
    }

    private static TheoryData<string> Where(Func<ConfigurationKey, bool> isWanted) =>
        [.. ConfigurationKeys.All.Where(isWanted).Select(key => key.Path)];

    private static ConfigurationKey Find(string path) => ConfigurationKeys.Find(path) ?? throw new UnreachableException(path);

    private static bool IsRefusal(ConfigurationProblem problem) => problem.Message.Contains("this version does not support");
}
