using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Portal.Registry.Configuration.Keys;
using Portal.Storage.Reasons;
using Portal.Tests.Fixtures;
using Portal.Web.Words;

namespace Portal.Tests.Unit.Words;

/// <summary>Holds the files of texts against one another and against the pages that use them.</summary>
public sealed partial class WordsTests
{
    private static readonly DirectoryInfo Web = new(Path.Combine(SolutionFolder.Path, "Portal.Web"));

    public static TheoryData<string> OtherLanguages() => new(Language.All.Where(language => language != Language.English).Select(language => language.Code));

    public static TheoryData<string, string> FilesOfOtherLanguages() =>
        new(from room in Rooms()
            from language in Language.All
            where language != Language.English
            select (room, language.Code));

    [Theory]
    [MemberData(nameof(FilesOfOtherLanguages))]
    public void Texts_OfAnotherLanguage_AreThoseOfEnglish_WithTheirPlaces(string room, string code)
    {
        var english = Read($"{room}.resx");
        var other = Read($"{room}.{code}.resx");

        Assert.Equal(english.Keys.Order(), other.Keys.Order());
        Assert.All(english, text => Assert.Equal(PlacesOf(text.Value), PlacesOf(other[text.Key])));
        Assert.All(other, text => Assert.False(string.IsNullOrWhiteSpace(text.Value), text.Key));
    }

    [Fact]
    public void Texts_AreAllShownSomewhere()
    {
        var sources = string.Concat(Web.EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Extension is ".cs" or ".razor" && !IsBuilt(file))
            .Select(file => File.ReadAllText(file.FullName)));
        var used = Use().Matches(sources).Select(match => match.Value).ToHashSet();

        var unused = Rooms().SelectMany(room => Read($"{room}.resx").Keys.Select(key => $"{room}.{key}")).Where(text => !used.Contains(text));

        Assert.Empty(unused);
    }

    [Theory]
    [MemberData(nameof(OtherLanguages))]
    public void ReasonsOfServices_InAnotherLanguage_AreAllThere_WithThePlacesThatEnglishHas(string code)
    {
        var said = new DirectoryInfo(SolutionFolder.Path).EnumerateDirectories("Portal.*").Where(folder => folder.Name != "Portal.Tests")
            .SelectMany(folder => folder.EnumerateFiles("*.cs", SearchOption.AllDirectories))
            .Where(file => !IsBuilt(file))
            .SelectMany(file => Said().Matches(File.ReadAllText(file.FullName)))
            .ToLookup(match => match.Groups["kind"].Value, match => CountValues(match.Groups["english"].Value) + (match.Groups["place"].Success ? 1 : 0));
        var words = Read($"ReasonWords.{code}.resx");

        Assert.Equal(said.Select(reason => reason.Key).Order(), words.Keys.Order());
        Assert.All(words, text => Assert.All(said[text.Key], values =>
            Assert.Equal(Enumerable.Range(0, values).Select(place => place.ToString(CultureInfo.InvariantCulture)), PlacesOf(text.Value))));
    }

    [Theory]
    [MemberData(nameof(OtherLanguages))]
    public void KindsOfReasons_InAnotherLanguage_AllHaveWords_HoweverTheyAreSaid(string code)
    {
        var kinds = new[] { typeof(Reason).Assembly, typeof(ConfigurationKeys).Assembly, typeof(Language).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsEnum && KindOfReason().IsMatch(type.Name))
            .SelectMany(type => Enum.GetNames(type).Select(name => $"{type.Name}.{name}"));

        Assert.Equal(kinds.Order(), Read($"ReasonWords.{code}.resx").Keys.Order());
    }

    [Theory]
    [MemberData(nameof(OtherLanguages))]
    public void HelpForKeys_InAnotherLanguage_IsThereForEachKey_AndForNoOther(string code)
    {
        var keys = ConfigurationKeys.All.Select(key => key.Path)
            .Concat(ConfigurationKeys.All.Where(key => key.DefaultInWords is not null).Select(key => $"{key.Path}:default"));
        var words = Read($"KeyWords.{code}.resx");

        Assert.Equal(keys.Order(), words.Keys.Order());
        Assert.All(words, text => Assert.False(string.IsNullOrWhiteSpace(text.Value), text.Key));
    }

    [Theory]
    [InlineData("{0} {0:tag|tags}", 1, "1 tag")]
    [InlineData("{0} {0:tag|tags}", 0, "0 tags")]
    [InlineData("{0:N0} {0:tag|tags}", 12345, "12,345 tags")]
    public void With_ANumber_TakesTheFormThatGoesWithIt(string text, int number, string expected)
    {
        Assert.Equal(expected, text.With(number));
    }

    [Theory]
    [InlineData("de", "de")]
    [InlineData("de-AT", "de")]
    [InlineData("DE", "de")]
    [InlineData("en-GB", "en")]
    [InlineData("den", null)]
    [InlineData("fr", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Find_ATag_IsTheLanguageItBeginsWith(string? tag, string? code)
    {
        Assert.Equal(code, Language.Find(tag)?.Code);
    }

    private static IEnumerable<string> Rooms() =>
        Folder().EnumerateFiles("*.resx").Select(file => Path.GetFileNameWithoutExtension(file.Name)).Where(name => !name.Contains('.'));

    private static DirectoryInfo Folder() => new(Path.Combine(Web.FullName, "Words"));

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(Folder().FullName, file)).Root!.Elements("data")
            .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    /// <summary>Numbers of the values in a text: a value may stand in it twice, as itself and as the form that goes with it.</summary>
    private static SortedSet<string> PlacesOf(string text) => [.. Place().Matches(text).Select(match => match.Groups[1].Value)];

    private static bool IsBuilt(FileInfo file) =>
        Path.GetRelativePath(SolutionFolder.Path, file.FullName).Split(Path.DirectorySeparatorChar)[1] is "bin" or "obj";

    /// <summary>How many values stand in an interpolated text.</summary>
    private static int CountValues(string english) => english.Replace("{{", "", StringComparison.Ordinal).Count(character => character == '{');

    /// <summary>A kind of reason where it is said, with the sentence in English; of a refusal of YamlEdit, the end of the sentence, which begins with the place.</summary>
    [GeneratedRegex("""\b(?<place>Refused\(path, )?(?<kind>\w+(?:Refusal|Fault|Problem|Risk|RiskText|Value|Note)\.\w+),\s*(?:\$"(?<english>(?:[^"\\]|\\.)*)"|"(?<english>[^"{]*)")""")]
    private static partial Regex Said();

    [GeneratedRegex("(?:Refusal|Fault|Problem|Risk|RiskText|^ExpectedValue|Note)$")]
    private static partial Regex KindOfReason();

    [GeneratedRegex(@"\b\w+Words\.\w+")]
    private static partial Regex Use();

    [GeneratedRegex(@"\{(\d)[:}]")]
    private static partial Regex Place();
}
