using CsCheck;
using Portal.Storage.Accounts;
using Portal.Storage.Metadata;
using Portal.Tests.Unit.Metadata;

namespace Portal.Tests.Unit.Auth;

public sealed class RepositoryPatternTests
{
    [Theory]
    [InlineData("**", "a", true)]
    [InlineData("**", "a/b/c", true)]
    [InlineData("team", "team", true)]
    [InlineData("team", "team/app", false)]
    [InlineData("team", "teams", false)]
    [InlineData("team/**", "team/app", true)]
    [InlineData("team/**", "team/app/part", true)]
    [InlineData("team/**", "team", false)]
    [InlineData("team/**", "teams/app", false)]
    [InlineData("team/*", "team/app", true)]
    [InlineData("team/*", "team/app/part", false)]
    [InlineData("*", "app", true)]
    [InlineData("*", "team/app", false)]
    [InlineData("team-*/app", "team-a/app", true)]
    [InlineData("team-*/app", "team-/app", true)]
    [InlineData("team-*/app", "team-a/b/app", false)]
    [InlineData("*-*-x", "a-b-c-x", true)]
    [InlineData("a*b*c", "aXbX", false)]
    [InlineData("**/app", "app", true)]
    [InlineData("**/app", "a/b/app", true)]
    [InlineData("**/app", "a/myapp", false)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("a/**/z", "a/b/c", false)]
    [InlineData("a/**/m/**", "a/x/m/y/z", true)]
    [InlineData("a/**/m/**", "a/x/m", false)]
    public void Matches_Name_AsItSays(string pattern, string name, bool expected)
    {
        Assert.Equal(expected, RepositoryPattern.Parse(pattern).Matches(name));
    }

    [Theory]
    [InlineData("", "1 to 255 characters")]
    [InlineData("Team/**", "'T' is in no repository's name")]
    [InlineData("team/**x", "** stands between slashes alone")]
    [InlineData("/team", "before and behind each slash")]
    [InlineData("team//app", "before and behind each slash")]
    [InlineData("team/", "before and behind each slash")]
    [InlineData("te am", "' ' is in no repository's name")]
    [InlineData("a\nb", "no control characters")]
    [InlineData("\0", "no control characters")]
    [InlineData("team/\0*", "no control characters")]
    [InlineData("**/a/**/b/**", "at most 2 times")]
    [InlineData("(a|b)", "'(' is in no repository's name")]
    public void Parse_NoPattern_SaysWhatIsWrong(string text, string problem)
    {
        Assert.Contains(problem, Assert.Throws<FormatException>(() => RepositoryPattern.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matches_ManyStars_TakesNoTime()
    {
        var pattern = RepositoryPattern.Parse(string.Concat(Enumerable.Repeat("a*", 100)) + "b");

        Assert.False(pattern.Matches(new string('a', 255)));
    }

    /// <summary>The database picks the same rows as the evaluator, whatever the form of the pattern.</summary>
    [Fact]
    public async Task Filter_InTheDatabase_IsTheSameAsInMemory()
    {
        string[] names = ["a", "a/b", "a/b/c", "a-b", "a.b/c", "ab", "ab/c", "b", "b/a", "team/app", "team/app/x", "team-a/app", "team0", "x/team/app"];
        await using var world = await CatalogWorld.CreateAsync();
        foreach (var name in names)
        {
            await world.PutImageAsync(name, "1", [1]);
        }

        await world.ReconcileAsync();
        var component = Gen.OneOf([.. new[] { "a", "b", "c", "ab", "*", "a*", "**", "team", "team*", "app", "a.b", "x" }.Select(Gen.Const)]);
        var patterns = component.Array[1, 3].Where(parts => parts.Count(part => part == "**") <= 2)
            .Select(parts => RepositoryPattern.Parse(string.Join('/', parts))).Array[0, 4];
        await Gen.Select(patterns, patterns).SampleAsync(
            async pair =>
            {
                var filter = RepositoryFilter.Of(pair.Item1).And(RepositoryFilter.Of(pair.Item2));
                var found = await world.Index.ListRepositoriesAsync(null, 100, filter, CancellationToken.None);
                return found.Select(name => name.ToString()).SequenceEqual(names.Where(name => filter.Matches(name)).Order(StringComparer.Ordinal));
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public async Task Filter_OfManyPatterns_IsTheSameAsInMemory()
    {
        await using var world = await CatalogWorld.CreateAsync();
        for (var number = 0; number < 60; number++)
        {
            await world.PutImageAsync($"team{number}/app", "1", [1]);
        }

        await world.ReconcileAsync();
        var filter = RepositoryFilter.Of([.. Enumerable.Range(0, 30).Select(number => RepositoryPattern.Parse($"team{number}/**"))]);

        var found = await world.Index.FindRepositoriesAsync(new RepositoryQuery { Take = 100 }, filter, CancellationToken.None);

        Assert.Equal(30, found.Total);
        Assert.All(found.Items, row => Assert.True(filter.Matches(row.Name.ToString())));
    }
}
