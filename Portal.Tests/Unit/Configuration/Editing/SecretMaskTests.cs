using CsCheck;
using Portal.Registry.Configuration.Editing;

namespace Portal.Tests.Unit.Configuration.Editing;

public sealed class SecretMaskTests
{
    private const string Text = """
        version: 0.1
        x-shared: &pass hunter2
        x-redis: &redis {password: "s3 cret", db: 1}
        http:
          addr: :5000
          secret: 'plain # secret'   # keep
          # secret: oldsecret
        storage:
          s3: {region: eu, bucket: b, secretkey: key/with+chars}
          gcs:
            bucket: b
            credentials:
              private_key: |
                -----BEGIN PRIVATE KEY-----
                MIIhidden
                -----END PRIVATE KEY-----
              type: service_account
        redis:
          <<: *redis
          addr: redis://me:topsecret@host:6379
          sentinelpassword: *pass
        notifications:
          endpoints:
            - name: one
              url: https://one.example/hook
              headers:
                Authorization: [Bearer firsttoken]
            - name: two
              url: https://user:webpass@two.example/hook
              headers: {Authorization: [Bearer secondtoken]}
        """;

    private static readonly string[] Secrets =
        ["hunter2", "s3 cret", "plain # secret", "oldsecret", "key/with+chars", "MIIhidden", "topsecret", "firsttoken", "secondtoken", "webpass"];

    [Fact]
    public void Hide_EveryWayOfWritingASecret_ShowsNoneOfThem()
    {
        var hidden = SecretMask.Hide(Text)!;

        Assert.All(Secrets, secret => Assert.Contains(secret, Text, StringComparison.Ordinal));
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, hidden, StringComparison.Ordinal));
        Assert.Contains("  secret: (hidden)   # keep\n", hidden, StringComparison.Ordinal);
        Assert.Contains("redis://me:(hidden)@host:6379", hidden, StringComparison.Ordinal);
        Assert.Contains("https://user:(hidden)@two.example/hook", hidden, StringComparison.Ordinal);
        Assert.Contains("private_key: (hidden)\n      type: service_account", hidden, StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_Untouched_IsTheOriginalByteForByte()
    {
        var restored = SecretMask.Restore(SecretMask.Hide(Text)!, Text);

        Assert.Empty(restored.Problems);
        Assert.Equal(Text, restored.Text);
    }

    [Theory]
    [InlineData("http: {addr: ':1'}  # secret: one two\n", "http: {addr: ':1'}  # secret: (hidden)\n")]
    [InlineData("#password:one\nversion: 0.1\n", "#password:(hidden)\nversion: 0.1\n")]
    [InlineData("version: 0.1 # \"password\" = 'one'  \n", "version: 0.1 # \"password\" = (hidden)  \n")]
    [InlineData("# http: {addr: ':1', secret: one}\n", "# http: {addr: ':1', secret: (hidden)\n")]
    [InlineData("#  addr: redis://me:one@host:1, redis://two:two@host\n", "#  addr: redis://me:(hidden)@host:1, redis://two:(hidden)@host\n")]
    [InlineData("#  Authorization: [Bearer one]\n", "#  Authorization: [Bearer (hidden)]\n")]
    [InlineData("a: 'it # password: is text'\n", "a: 'it # password: is text'\n")]
    [InlineData("a: |\n  # password: is text\nb: 1 # password: one\n", "a: |\n  # password: is text\nb: 1 # password: (hidden)\n")]
    [InlineData("a: 1\n# private_key: |\n#   one\n#\n#   two\n# db: 1\n", "a: 1\n# private_key: (hidden)\n# db: 1\n")]
    [InlineData("# secret: one\r\na: 1\r\n# secret: two\r\n", "# secret: (hidden)\r\na: 1\r\n# secret: (hidden)\r\n")]
    [InlineData("# no # password here\na: b#password\n", "# no # password here\na: b#password\n")]
    public void Hide_Comments_ShowsNoSecretOfThem_AndTheyStayWhatTheyWere(string text, string hidden)
    {
        Assert.Equal(hidden, SecretMask.Hide(text));

        var restored = SecretMask.Restore(hidden, text);
        Assert.Empty(restored.Problems);
        Assert.Equal(text, restored.Text);
        Assert.Equal(hidden.Count(character => character == '\n'), restored.SameLines.Count(character => character == '\n'));
    }

    [Fact]
    public void Restore_OneOfTwoCommentsAlikeTakenOut_GivesTheOtherNobodysSecret()
    {
        var restored = SecretMask.Restore("# secret: (hidden)\n", "# secret: one\n# secret: two\n");

        Assert.Equal("# secret: (hidden)\n", restored.Text);
    }

    [Fact]
    public void Restore_OneTypedAnew_KeepsTheOthers()
    {
        var edited = SecretMask.Hide(Text)!.Replace("secret: (hidden)   #", "secret: new   #", StringComparison.Ordinal);

        Assert.Equal(Text.Replace("'plain # secret'", "new", StringComparison.Ordinal), SecretMask.Restore(edited, Text).Text);
    }

    [Fact]
    public void Restore_SameLines_KeepsTheLinesOfTheBrowser()
    {
        var hidden = SecretMask.Hide(Text)!;

        Assert.Equal(hidden.Split('\n').Length, SecretMask.Restore(hidden, Text).SameLines.Split('\n').Length);
    }

    [Fact]
    public void Restore_AnEntryOfAListRemoved_GivesNoSecretToItsNeighbour()
    {
        var hidden = SecretMask.Hide(Text)!;
        var start = hidden.IndexOf("    - name: one", StringComparison.Ordinal);
        var edited = hidden.Remove(start, hidden.IndexOf("    - name: two", StringComparison.Ordinal) - start);

        var restored = SecretMask.Restore(edited, Text);

        Assert.Empty(restored.Problems);
        Assert.Contains("secondtoken", restored.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("firsttoken", restored.Text, StringComparison.Ordinal);
    }

    /// <summary>Each entry is what it sends to and its password, which is hidden where it came from the browser.</summary>
    [Theory]
    [InlineData("a=1 b=2 c=3", "b c", "b=2 c=3")] // the first removed
    [InlineData("a=1 b=2 c=3", "a b c d=4", "a=1 b=2 c=3 d=4")] // one added
    [InlineData("a=1 b=2", "b a", "b=2 a=1")] // swapped
    [InlineData("a=1 b=2", "x b", "x=1 b=2")] // changed in its place
    [InlineData("a=1 b=2", "x y", "x=1 y=2")]
    [InlineData("a=1 b=2", "b x", "b=2 x=?")] // one removed, one added: not the neighbour's
    [InlineData("a=1 b=2 c=3", "b x", "b=2 x=?")]
    [InlineData("a=1", "a a", "a=? a=?")] // a copy
    [InlineData("a=1 a=2", "a a", "a=1 a=2")] // alike, in place
    [InlineData("a=1 a=2", "a", "a=?")]
    [InlineData("a=1 a=2 b=3", "b a a", "b=3 a=? a=?")]
    [InlineData("a=1 a=2 b=3", "b", "b=3")]
    public void Restore_EntriesWithoutAName_AreKnownByWhatTheySay(string before, string edited, string restored)
    {
        var result = SecretMask.Restore(Hooks(edited, "(hidden)"), Hooks(before, ""));

        Assert.Equal(Hooks(restored.Replace("?", "(hidden)", StringComparison.Ordinal), ""), result.Text);
        Assert.Equal(restored.Count(character => character == '?'), result.Problems.Count);
    }

    [Fact]
    public void Restore_AnyEntriesTakenMovedAndAdded_GivesNoneTheSecretOfAnother()
    {
        string[] entries = ["a=1", "b=2", "c=3", "d=4"];
        Gen.Select(Gen.Shuffle(entries), Gen.Int[0, 4], Gen.Int[0, 2]).Sample((order, count, added) =>
        {
            string[] kept = [.. order.Take(count)];
            string[] fresh = [.. Enumerable.Range(0, count == 0 ? 1 : added).Select(i => $"new{i}=typed")];
            var edited = string.Join(' ', kept.Select(entry => entry.Split('=')[0]).Concat(fresh));

            var restored = SecretMask.Restore(Hooks(edited, "(hidden)"), Hooks(string.Join(' ', entries), ""));

            Assert.Empty(restored.Problems);
            Assert.Equal(Hooks(string.Join(' ', kept.Concat(fresh)), ""), restored.Text);
        });
    }

    [Fact]
    public void Restore_TwoOfTheSameAddress_GivesEachItsOwn()
    {
        const string text = "health:\n  http:\n  - uri: http://one\n    headers: {A: [first]}\n  - uri: http://one\n    headers: {B: [second]}\n  - uri: http://u:third@two\n";
        var hidden = SecretMask.Hide(text)!;
        var fewer = hidden.Replace("  - uri: http://one\n    headers: {A: [(hidden)]}\n", "", StringComparison.Ordinal);

        Assert.Equal(text, SecretMask.Restore(hidden, text).Text);
        Assert.Equal("health:\n  http:\n  - uri: http://one\n    headers: {B: [second]}\n  - uri: http://u:third@two\n", SecretMask.Restore(fewer, text).Text);
        Assert.Empty(SecretMask.Restore(fewer, text).Problems);
    }

    [Fact]
    public void Hide_BesideAListWithOneLess_ShowsTheOthersAsTheyWere()
    {
        var expected = Hooks("b=(hidden) c=@", "").Replace("@", "(another value)", StringComparison.Ordinal);

        Assert.Equal(expected, SecretMask.Hide(Hooks("b=2 c=3", ""), Hooks("a=1 b=2", "")));
    }

    private static string Hooks(string entries, string secret) => $"log:\n  hooks:\n{string.Concat(entries.Split(' ').Select(entry => entry.Split('=')).Select(entry => $"""
          - type: mail
            options:
              smtp: {"{"}username: me, password: {(entry.Length > 1 ? entry[1] : secret)}{"}"}
              to: [{entry[0]}]

        """))}";

    [Theory]
    [InlineData("version: 0.1\nproxy:\n  password: (hidden)\n", 3, 13)]
    [InlineData("version: 0.1\nhttp:\n  host: (hidden)\n", 3, 9)]
    [InlineData("http: {secret: (type again)}\n", 1, 16)]
    public void Restore_APlaceholderForNothing_IsAProblemWithItsPlace(string edited, int line, int column)
    {
        var problem = Assert.Single(SecretMask.Restore(edited, "version: 0.1\nhttp: {secret: x}\n").Problems);

        Assert.Equal((line, column), (problem.Line, problem.Column));
    }

    [Fact]
    public void Hide_BesideAnotherText_ShowsThatASecretDiffersAndNotWhat()
    {
        var changed = SecretMask.Hide("http: {secret: b}\nproxy: {password: same}\n", "http: {secret: a}\nproxy: {password: same}\n");

        Assert.Equal("http: {secret: (another value)}\nproxy: {password: (hidden)}\n", changed);
    }

    [Theory]
    [InlineData("http: {secret: typed}\n", "http: {secret: (type again)}\n")]
    [InlineData("http: {secret: (hidden)}\n", "http: {secret: (hidden)}\n")]
    [InlineData("http: [unfinished\n", "http: [unfinished\n")]
    [InlineData("http: [\n  secret: typed\n", null)]
    [InlineData("http: {secret: typed\n", null)]
    [InlineData("redis: [redis://u:p@h\n", null)]
    public void Forget_KeepsNoSecretThatWasTyped(string edited, string? kept)
    {
        Assert.Equal(kept, SecretMask.Forget(edited));
    }

    [Fact]
    public void HideAndRestore_AnySecretInAnyStyle_IsTheSameText()
    {
        var secrets = Gen.String[Gen.Char["abcXYZ019+/=.-_é"], 1, 20];
        var styles = Gen.OneOf<Func<string, string>>(
            secret => $"http:\n  secret: {secret}x # c\n",
            secret => $"http: {{secret: \"{secret}\", addr: ':1'}}\n",
            secret => $"http:\n  secret: '{secret}'\n  addr: :1\n",
            secret => $"http:\n  secret: |-\n    {secret}\n    {secret}\n\n# end\n",
            secret => $"http:\n  secret: >\n    {secret}\n",
            secret => $"http:\n  secret: &a {secret}x\nproxy: {{password: *a}}\n",
            secret => $"redis:\n  password: \"{secret}\n    {secret}\"\n  db: 1\n");
        Gen.Select(secrets, styles).Where((secret, _) => secret[0] is not ('-' or '.' or '=')).Sample((secret, style) =>
        {
            var text = style($"S{secret}");
            var hidden = SecretMask.Hide(text)!;

            Assert.DoesNotContain($"S{secret}", hidden, StringComparison.Ordinal);
            Assert.Equal(text, SecretMask.Restore(hidden, text).Text);
        });
    }
}
