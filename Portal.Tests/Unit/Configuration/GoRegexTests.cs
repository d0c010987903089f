namespace Portal.Tests.Unit.Configuration;

/// <summary>The patterns of <c>validation.manifests.urls</c>, as Go reads them.</summary>
public sealed class GoRegexTests
{
    [Theory]
    [InlineData("^https?://([^/]+\\.)*example\\.com/", "https://a.example.com/x", true)]
    [InlineData("^https?://([^/]+\\.)*example\\.com/", "https://example.com.evil/", false)]
    [InlineData("example", "http://an-example/", true)]
    [InlineData("^(?P<host>a)(?i)B$", "ab", true)]
    [InlineData("^[]a]+$", "a]", true)]
    [InlineData("^[^]a]+$", "b", true)]
    [InlineData("^[^]a]+$", "]", false)]
    [InlineData("^\\d+$", "\u0661", false)]
    [InlineData("^[\\d.]+$", "1.2", true)]
    [InlineData("^[\\d.]+$", "\u0661", false)]
    [InlineData("^\\w+$", "\u00e9", false)]
    [InlineData("^\\D$", "\u0661", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("^\\p{L}$", "\u00e9", true)]
    [InlineData("^a{2,3}?$", "aaa", true)]
    public void Patterns_MatchAsInGo(string pattern, string url, bool matches)
    {
        var allowed = ConfigurationText.Good($"validation: {{manifests: {{urls: {{allow: ['{pattern}']}}}}}}").Validation.AllowedUrls!;

        Assert.Equal(matches, Assert.Single(allowed).IsMatch(url));
    }

    [Theory]
    [InlineData("(a", "a parenthesis is not closed")]
    [InlineData("a)", "a parenthesis is closed that was not opened")]
    [InlineData("[a", "a bracket is not closed")]
    [InlineData("*", "there is nothing to repeat")]
    [InlineData("a**", "a repetition is repeated")]
    [InlineData("[b-a]", "a range runs backwards")]
    [InlineData("(?=a)", "Go has no look-around, backreference or atomic group")]
    [InlineData("(?<!a)b", "Go has no look-around, backreference or atomic group")]
    [InlineData("(?>a)", "Go has no look-around, backreference or atomic group")]
    [InlineData("(a)\\1", "\\1 is not supported; write out the characters that are meant")]
    [InlineData("\\Qa.b\\E", "\\Q is not supported; write out the characters that are meant")]
    [InlineData("\\x{10ffff}", "\\x is not supported; write out the characters that are meant")]
    [InlineData("\\pL", "\\p is not supported; write out the characters that are meant")]
    [InlineData("[\\D]", "\\D is not supported between brackets; write out the characters that are meant")]
    [InlineData("[[:alpha:]]", "[:names:] of classes are not supported; write the characters, as [A-Za-z], and \\[ for a bracket")]
    [InlineData("a\\", "a backslash ends it")]
    public void Patterns_ThatCannotBeUsed_AreTold(string pattern, string reason) => Assert.Equal(
        $"config.yml:5: validation.manifests.urls.deny: \"{pattern}\" cannot be used as a regular expression: {reason}",
        ConfigurationText.Error($"validation: {{manifests: {{urls: {{deny: ['{pattern}']}}}}}}"));

    /// <summary>A pattern that takes other engines years.</summary>
    [Fact]
    public void Patterns_NeverHang()
    {
        var allowed = ConfigurationText.Good("validation: {manifests: {urls: {allow: ['^(a+)+(a*)*$']}}}").Validation.AllowedUrls!;

        Assert.DoesNotMatch(Assert.Single(allowed), new string('a', 100_000) + "!");
    }
}
