using CsCheck;
using Portal.Registry.Configuration.Editing;
using YamlDotNet.RepresentationModel;

namespace Portal.Tests.Unit.Configuration.Editing;

public sealed class YamlEditTests
{
    private const string Text = """
        # The registry of the third floor.
        version: 0.1   # always

        storage:
          filesystem:
            rootdirectory: /var/lib/registry  # a disk of its own
          delete: {enabled: false, }
        http:
            addr: ":5000"

            headers:
                X-Content-Type-Options: [nosniff]
            # how long a stop may take
            draintimeout: 30s
        log:
        redis:
          addrs:
          - one:6379
          # the spare one
          - two:6379
        """;

    [Theory]
    [InlineData("version", "0.2", "version: 0.1   # always", "version: 0.2   # always")]
    [InlineData("storage.filesystem.rootdirectory", "/srv/my images", "rootdirectory: /var/lib/registry  # a", "rootdirectory: \"/srv/my images\"  # a")]
    [InlineData("storage.delete.enabled", "true", "enabled: false, }", "enabled: true, }")]
    [InlineData("http.addr", "127.0.0.1:5000", "addr: \":5000\"", "addr: 127.0.0.1:5000")]
    [InlineData("redis.addrs.1", "three:6379", "- two:6379", "- three:6379")]
    public void Set_OfWhatIsThere_ChangesItsCharactersAlone(string path, string value, string before, string after)
    {
        Assert.Contains(before, Text, StringComparison.Ordinal);

        Assert.Equal(Text.Replace(before, after, StringComparison.Ordinal), YamlEdit.Set(Text, path.Split('.'), value));
    }

    [Theory]
    [InlineData("http.secret", "draintimeout: 30s\n", "draintimeout: 30s\n    secret: x\n")]
    [InlineData("storage.maintenance.readonly.enabled", "{enabled: false, }\n", "{enabled: false, }\n  maintenance:\n    readonly:\n      enabled: x\n")]
    [InlineData("log.level", "log:\n", "log:\n  level: x\n")]
    [InlineData("log", "log:\n", "log: x\n")]
    [InlineData("storage.delete.other", "{enabled: false, }", "{enabled: false, other: x, }")]
    [InlineData("redis.db", "- two:6379", "- two:6379\n  db: x")]
    [InlineData("portal.title", "- two:6379", "- two:6379\nportal:\n  title: x")]
    public void Set_OfWhatIsMissing_AddsALineWhereItBelongs(string path, string before, string after)
    {
        Assert.Equal(Text.Replace(before, after, StringComparison.Ordinal), YamlEdit.Set(Text, path.Split('.'), "x"));
    }

    [Theory]
    [InlineData("", "log:\n  level: debug\n")]
    [InlineData("# nothing yet", "# nothing yet\nlog:\n  level: debug\n")]
    [InlineData("log: {}\n", "log: {level: debug}\n")]
    [InlineData("log: # here\nhttp:\n", "log: # here\n  level: debug\nhttp:\n")]
    [InlineData("log: ~\n", "log:\n  level: debug\n")]
    [InlineData("log:", "log:\n  level: debug\n")]
    [InlineData("log:\r\n  formatter: text\r\n", "log:\r\n  formatter: text\r\n  level: debug\r\n")]
    [InlineData("log:\n  level: |\n    info\n\n# end\n", "log:\n  level: debug\n\n# end\n")]
    [InlineData("log:\n  level:\n", "log:\n  level: debug\n")]
    [InlineData("{log: {level: info}}\n", "{log: {level: debug}}\n")]
    [InlineData("---\nlog:\n  level: info\n...\n", "---\nlog:\n  level: debug\n...\n")]
    public void Set_InEveryKindOfText_SaysTheValue(string text, string edited)
    {
        Assert.Equal(edited, YamlEdit.Set(text, ["log", "level"], "debug"));
    }

    [Theory]
    [InlineData("x: &level info\nlog:\n  level: *level\n")]
    [InlineData("log:\n  level: &level info\n")]
    [InlineData("log: text\n")]
    [InlineData("log: [level]\n")]
    [InlineData("log:\n  level:\n    deeper: true\n")]
    [InlineData("log:\n\tlevel: info\n")]
    public void Set_WhereOthersWouldChangeToo_IsRefused(string text)
    {
        Assert.Throws<YamlEditException>(() => YamlEdit.Set(text, ["log", "level"], "debug"));
    }

    [Theory]
    [InlineData("http.draintimeout", "    draintimeout: 30s\n", "")]
    [InlineData("storage.filesystem", "  filesystem:\n    rootdirectory: /var/lib/registry  # a disk of its own\n", "")]
    [InlineData("storage.delete.enabled", "{enabled: false, }", "{, }", true)]
    [InlineData("redis.addrs.0", "  - one:6379\n", "")]
    [InlineData("log", "log:\n", "")]
    [InlineData("no.such.key", "", "")]
    public void Remove_TakesItsLinesAlone(string path, string before, string after, bool isRefused = false)
    {
        if (isRefused)
        {
            Assert.Throws<YamlEditException>(() => YamlEdit.Remove(Text, path.Split('.')));
            return;
        }

        var expected = before.Length == 0 ? Text : Text.Replace(before, after, StringComparison.Ordinal);
        Assert.Equal(expected, YamlEdit.Remove(Text, path.Split('.')));
    }

    [Fact]
    public void SetList_KeepsWhatStays_WithItsComments()
    {
        var longer = YamlEdit.SetList(Text, ["redis", "addrs"], ["one:6379", "2:1", "three:6379"]);
        var shorter = YamlEdit.SetList(longer, ["redis", "addrs"], ["one:6379"]);
        var made = YamlEdit.SetList(Text, ["http", "tls", "clientcas"], ["/a", "/b c"]);

        Assert.EndsWith("  - one:6379\n  # the spare one\n  - 2:1\n  - three:6379", longer, StringComparison.Ordinal);
        Assert.EndsWith("  - one:6379\n  # the spare one\n", shorter, StringComparison.Ordinal);
        Assert.Contains("\n    tls:\n      clientcas: [/a, \"/b c\"]\n", made, StringComparison.Ordinal);
        Assert.Equal(Text.Replace("[nosniff]", "[nosniff, b]", StringComparison.Ordinal), YamlEdit.SetList(Text, ["http", "headers", "X-Content-Type-Options"], ["nosniff", "b"]));
    }

    [Theory]
    [InlineData("a: []  # none\n", "a: [x, z]  # none\n")]
    [InlineData("b: {a: [], c: 1}\n", "b: {a: [], c: 1}\na: [x, z]\n")]
    [InlineData("a: [[]]\n", null)]
    public void SetList_OfAnEmptyOne_FillsItsBrackets(string text, string? edited)
    {
        if (edited is null)
        {
            Assert.Throws<YamlEditException>(() => YamlEdit.SetList(text, ["a"], ["x", "z"]));
        }
        else
        {
            Assert.Equal(edited, YamlEdit.SetList(text, ["a"], ["x", "z"]));
        }
    }

    [Theory]
    [InlineData("log:\n  level: info\nhttp: {}\n", "log:\n  level: info\n  hooks:\n    - type: mail\n      levels:\nhttp: {}\n")]
    [InlineData("log:\n  hooks:  # who is told\n  level: info\n", "log:\n  hooks:  # who is told\n    - type: mail\n      levels:\n  level: info\n")]
    [InlineData("log:\n  hooks: []\n  level: info\n", "log:\n  hooks:\n    - type: mail\n      levels:\n  level: info\n")]
    [InlineData("log:\r\n  hooks: ~\r\n", "log:\r\n  hooks:\r\n    - type: mail\r\n      levels:\r\n")]
    [InlineData("", "log:\n  hooks:\n    - type: mail\n      levels:\n")]
    [InlineData("log:\n  hooks:\n  - type: mail\n    # whom\n    options:\n      to: [a]  # one\n\n# end\nhttp:\n", "log:\n  hooks:\n  - type: mail\n    # whom\n    options:\n      to: [a]  # one\n  - type: mail\n    levels:\n\n# end\nhttp:\n")]
    [InlineData("log:\n  hooks:\n  - type: mail\n    options:\n\nhttp:\n", "log:\n  hooks:\n  - type: mail\n    options:\n  - type: mail\n    levels:\n\nhttp:\n")]
    [InlineData("log:\n  hooks:\n    - type: mail", "log:\n  hooks:\n    - type: mail\n    - type: mail\n      levels:")]
    [InlineData("log: {level: info}\n", "log: {level: info, hooks: [{type: mail, levels: ~}]}\n")]
    [InlineData("log:\n  hooks: [{type: mail}]\n", "log:\n  hooks: [{type: mail}, {type: mail, levels: ~}]\n")]
    public void Append_InEveryKindOfText_AddsTheEntryBelowTheOthers(string text, string edited)
    {
        Assert.Equal(edited, YamlEdit.Append(text, ["log", "hooks"], [("type", "mail"), ("levels", null)]));
    }

    [Theory]
    [InlineData("x: &hooks\n- type: mail\nlog:\n  hooks: *hooks\n")]
    [InlineData("log:\n  hooks: mail\n")]
    [InlineData("log:\n  hooks:\n    type: mail\n")]
    [InlineData("log: text\n")]
    public void Append_WhereThereIsNoListOfItsOwn_IsRefused(string text)
    {
        Assert.Throws<YamlEditException>(() => YamlEdit.Append(text, ["log", "hooks"], [("type", "mail")]));
    }

    private const string Hooks = """
        log:
          hooks:
            # the night shift
            - type: mail   # by mail
              options:
                from: night@example.com
                # all of them
                to: [a, b]
            # the day shift
            - type: mail
              disabled: true
            - disabled: false
              type: mail
          level: info
        """;

    [Theory]
    [InlineData("0.options.from", "x", "night@example.com", "x")]
    [InlineData("0.options.smtp.addr", "x", "to: [a, b]\n", "to: [a, b]\n        smtp:\n          addr: x\n")]
    [InlineData("1.options.from", "x", "disabled: true\n", "disabled: true\n      options:\n        from: x\n")]
    [InlineData("1.disabled", "false", "disabled: true\n", "disabled: false\n")]
    [InlineData("0", null, "    - type: mail   # by mail\n      options:\n        from: night@example.com\n        # all of them\n        to: [a, b]\n", "")]
    [InlineData("1", null, "    - type: mail\n      disabled: true\n", "")]
    [InlineData("2", null, "    - disabled: false\n      type: mail\n", "")]
    [InlineData("2.type", null, "      type: mail\n", "")]
    [InlineData("2.disabled", null, "    - disabled: false\n      type", "    - type")]
    [InlineData("0.type", null, "- type: mail   # by mail\n      options", "- options")]
    public void Edit_WithinAListOfSections_ChangesItsLinesAlone(string path, string? value, string before, string after)
    {
        string[] whole = ["log", "hooks", .. path.Split('.')];
        Assert.Contains(before, Hooks, StringComparison.Ordinal);

        var edited = value is null ? YamlEdit.Remove(Hooks, whole) : YamlEdit.Set(Hooks, whole, value);

        Assert.Equal(Hooks.Replace(before, after, StringComparison.Ordinal), edited);
    }

    [Theory]
    [InlineData("a:\n- b:\n  c:\n", "a.0.b", "a:\n- c:\n")]
    [InlineData("a:\n- b:\n  c:\n", "a.0.c", "a:\n- b:\n")]
    [InlineData("a:\n- b:\n  c:\n- d:\ne: 1\n", "a.0", "a:\n- d:\ne: 1\n")]
    [InlineData("a:\n- b:\n  c:\n- d:\ne: 1\n", "a.1", "a:\n- b:\n  c:\ne: 1\n")]
    [InlineData("a:\n- b: 1  # one\n", "a.0.b", "a:\n- {}  # one\n")]
    [InlineData("a:\n- b:\n\n# end\n", "a.0", "a:\n\n# end\n")]
    [InlineData("a:\n- b: |\n    text\n\n  c: 1\n", "a.0.b", "a:\n- c: 1\n")]
    [InlineData("a: [{b: 1}, {b: 2}]\n", "a.0", "a: [{b: 2}]\n")]
    [InlineData("a:\n- b: 1\n  # about c\n  c: 1\n", "a.0.b", null)]
    [InlineData("a:\n- - b: 1\n", "a.0.0", null)]
    [InlineData("a:\n-\n  b: 1\n- c: 1\n", "a.0", null)]
    public void Remove_WithinAList_TakesItsLinesAlone_OrIsRefused(string text, string path, string? edited)
    {
        if (edited is null)
        {
            Assert.Throws<YamlEditException>(() => YamlEdit.Remove(text, path.Split('.')));
        }
        else
        {
            Assert.Equal(edited, YamlEdit.Remove(text, path.Split('.')));
        }
    }

    [Fact]
    public void Set_OfKeysThatWaitForAValue_StaysOnTheirLines()
    {
        var added = YamlEdit.Append("log:\n  level: info\n", ["log", "hooks"], [("type", null), ("name", null)]);
        var named = YamlEdit.Set(added, ["log", "hooks", "0", "name"], "x");
        var longer = YamlEdit.Set(added, ["log", "hooks", "0", "options", "from"], "z");

        Assert.Equal("log:\n  level: info\n  hooks:\n    - type:\n      name: x\n", named);
        Assert.Equal("log:\n  level: info\n  hooks:\n    - type:\n      name:\n      options:\n        from: z\n", longer);
    }

    [Fact]
    public void Set_AnyValueAnywhere_ChangesThatValueAndNoOtherLine()
    {
        var values = Gen.OneOf(Gen.String[Gen.Char["abz019 :#-{}[],&*!|>'\"%@`~\\\n\täß/._"], 0, 12], Gen.OneOf("true", "null", "no", "-", "5000", ":5000", "a: b", "# x", " lead", "trail ", "0x1f", "…"));
        Gen.Select(Trees(3), Gen.Int[0, 1000], values).Sample((tree, choice, value) =>
        {
            var text = tree.Write(0);
            var paths = tree.Paths([]).ToList();
            if (paths.Count == 0)
            {
                return;
            }

            var path = paths[choice % paths.Count];
            var edited = YamlEdit.Set(text, path, value);

            var wanted = Load(text);
            Put(wanted, path, value);
            Assert.Equal(Describe(wanted), Describe(Load(edited)));
            var (before, after) = (text.Split('\n'), edited.Split('\n'));
            Assert.Equal(before.Length, after.Length);
            Assert.Equal(1, Math.Max(1, before.Zip(after).Count(pair => pair.First != pair.Second)));

            Assert.Equal(text.Split('\n').Length - 1, YamlEdit.Remove(YamlEdit.Set(text, ["added"], value), ["added"]).Split('\n').Length - 1);
        });
    }

    private static Gen<Tree> Trees(int depth)
    {
        var names = Gen.OneOf("addr", "a b", "X-Header", "level", "enabled", "\"q\"", "é");
        var scalar = Gen.OneOf("plain", "\"quoted # text\"", "'single'", "1  # comment").Select(text => new Tree(text, []));
        return depth == 0
            ? scalar
            : Gen.OneOf(scalar, Gen.Select(names, Trees(depth - 1)).List[1, 4].Select(entries => new Tree(null, [.. entries.DistinctBy(entry => entry.Item1)])));
    }

    private static YamlNode Load(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode;
    }

    private static void Put(YamlNode node, string[] path, string value)
    {
        foreach (var name in path[..^1])
        {
            node = node[name];
        }

        ((YamlMappingNode)node).Children[path[^1]] = value;
    }

    private static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode map => $"{{{string.Join(',', map.Children.Select(child => $"{child.Key}={Describe(child.Value)}"))}}}",
        _ => $"<{((YamlScalarNode)node).Value}>",
    };

    private sealed record Tree(string? Scalar, (string Name, Tree Value)[] Entries)
    {
        public string Write(int indent) => indent == 0 && Scalar is not null ? $"top: {Scalar}\n" : string.Concat(Entries.Select(entry =>
            entry.Value.Scalar is { } scalar
                ? $"# about {entry.Name}\n{new string(' ', indent)}{entry.Name}: {scalar}\n\n"
                : $"{new string(' ', indent)}{entry.Name}:\n{entry.Value.Write(indent + 2)}"));

        public IEnumerable<string[]> Paths(string[] above) => Scalar is not null
            ? above.Length == 0 ? [["top"]] : [above]
            : Entries.SelectMany(entry => entry.Value.Paths([.. above, entry.Name.Trim('"')]));
    }
}
