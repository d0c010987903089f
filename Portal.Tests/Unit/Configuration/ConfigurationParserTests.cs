using System.Text;
using CsCheck;
using Portal.Registry.Configuration;

namespace Portal.Tests.Unit.Configuration;

public sealed class ConfigurationParserTests
{
    public static TheoryData<string, string> BadText => new()
    {
        { "version: 0.1\nhttp:\n\taddr: x\n", "config.yml:3: is not YAML: a tab indents this line; use spaces" },
        { "version: 0.1\nhttp: [a\n", "config.yml:" },
        { "version: 0.1\nhttp: *nowhere\n", "config.yml:2: is not YAML: the alias \"*nowhere\" names no anchor before it" },
        { "version: 0.1\n---\nversion: 0.1\n", "config.yml:2: is not YAML: a second document begins here; keep one" },
        { "version: 0.1\n? [a, b]\n: c\n", "config.yml:2: is not YAML: a section or list stands where a key is expected" },
        { "- version: 0.1\n", "config.yml:1: is not a configuration; write lines of the form \"key: value\"" },
        { "just words\n", "config.yml:1: is not a configuration; write lines of the form \"key: value\"" },
        { "version: 0.1\nlog: \0\n", "config.yml:2: holds a control character, so it is not a text file; give a YAML file" },
        { "%TAG ! \n---\nversion: 0.1\n", "config.yml:1: is not YAML: the text is malformed from here on" },
        { "a: &a\n  <<: text\n", "config.yml:2: is not YAML: \"<<\" needs a section to merge" },
    };

    [Theory]
    [MemberData(nameof(BadText))]
    public void Parse_BadText_IsOneProblemWithItsLine(string text, string expected)
    {
        var result = ConfigurationText.Load(text);

        Assert.Null(result.Configuration);
        Assert.StartsWith(expected, ConfigurationText.Print(Assert.Single(result.Problems)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    public void Parse_EmptyText_AsksForVersionAndDriver(string text)
    {
        var result = ConfigurationText.Load(text);

        Assert.Equal(
            [
                "config.yml:1: version: is missing; write for example \"version: 0.1\"",
                "config.yml:1: storage: names no driver; write for example \"filesystem: {rootdirectory: /var/lib/registry}\"",
            ],
            result.Problems.Select(ConfigurationText.Print));
    }

    [Fact]
    public void Parse_SeveralDuplicates_AreAllReported()
    {
        var result = ConfigurationText.Load(ConfigurationText.Head + "http:\n  addr: :1\n  addr: :2\nhttp:\n  addr: :3\n");

        Assert.Equal(
            [
                "config.yml:7: http.addr: stands twice in one section, first on line 6; keep one",
                "config.yml:8: http: stands twice in one section, first on line 5; keep one",
            ],
            result.Problems.Select(ConfigurationText.Print));
    }

    [Fact]
    public void Parse_AnchorsAndMergeKeys_AreFollowed()
    {
        var configuration = ConfigurationText.Good("""
            catalog: &numbers {maxentries: 7}
            http:
              addr: &address :5001
              headers: {X-Address: [*address]}
            log:
              fields: {<<: *numbers, own: mine}
            """);

        Assert.Equal([":5001"], configuration.Http.Headers["x-address"]);
        Assert.Equal("7", configuration.Log.Fields["maxentries"]);
        Assert.Equal("mine", configuration.Log.Fields["own"]);
    }

    [Fact]
    public void Parse_AliasesThatMultiply_AreRefusedSoon()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        var problem = Assert.Single(ConfigurationText.Load(bomb.ToString()).Problems);

        Assert.Contains("aliases and values come to more than 50000", problem.Message);
    }

    [Fact]
    public void Parse_DeepNesting_IsRefusedBeforeTheStackEnds()
    {
        var problem = Assert.Single(ConfigurationText.Load("a: " + new string('[', 100_000)).Problems);

        Assert.Contains("more than 32 deep", problem.Message);
    }

    /// <summary>Each value below it would repeat it in its path.</summary>
    [Fact]
    public void Parse_KeyWithoutEnd_IsRefusedSoon()
    {
        var problem = Assert.Single(ConfigurationText.Load($"? {new string('k', 500_000)}\n: [{string.Join(',', Enumerable.Repeat("x", 49_000))}]").Problems);

        Assert.Contains("have more than 1024 characters", problem.Message);
    }

    /// <summary>Some of these make YamlDotNet throw what is not its own exception.</summary>
    [Fact]
    public void Parse_DamagedText_NeverThrows()
    {
        string[] damage = ["[", "]", "{", "}", "&a ", "*a ", "<<: ", ": ", "- ", "\t", "\n", "\"", "'", "|", "!!x ", "---\n", "?", "#", "%", "\u0085", "🙂"];
        Gen.Select(Gen.Int[0, SeedExample.Text.Length - 200], Gen.Select(Gen.Int[0, 199], Gen.Int[0, damage.Length - 1]).List[1, 6]).Sample(
            (start, edits) =>
            {
                var text = new StringBuilder(SeedExample.Text.Substring(start, 200));
                foreach (var (at, piece) in edits)
                {
                    text.Insert(at, damage[piece]);
                }

                Assert.NotEmpty(ConfigurationText.Load(text.ToString()).Problems);
                Assert.NotNull(ConfigurationLoader.Parse(ConfigurationText.Head, null, ConfigurationText.Environment($"REGISTRY_HTTP={text}")));
            },
            iter: 500);
    }
}
