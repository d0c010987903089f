using System.Text;
using Portal.Tests.Fixtures;
using Portal.Web.Commands;

namespace Portal.Tests.Unit.Configuration;

/// <summary>Each bad file is told with the place, and ends <c>config check</c> with exit status 2.</summary>
public sealed class BadFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, byte[], string> Bytes => new()
    {
        { "a picture", [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13], "1:1: is not UTF-8 text from here on; give a YAML file" },
        { "a program", [0x7F, .. "ELF"u8, 2, 1, 1, 0], "1:5: holds a control character, so it is not a text file; give a YAML file" },
        { "UTF-16", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("version: 0.1\n")], "1:1: is not UTF-8 text from here on; give a YAML file" },
        { "UTF-16 without its mark", Encoding.Unicode.GetBytes("version: 0.1\n"), "1:2: holds a control character, so it is not a text file; give a YAML file" },
        { "Latin-1", Encoding.Latin1.GetBytes("version: 0.1\nportal: {title: Zürich}\n"), "2:18: is not UTF-8 text from here on; give a YAML file" },
        { "a byte order mark alone", [.. Encoding.UTF8.Preamble], "1:1: version: is missing; write for example \"version: 0.1\"" },
        { "10 MB of one line", Encoding.UTF8.GetBytes(new string('a', 10_000_000)), "1:1048577: is longer than 1024 KiB, which end here; give a smaller file" },
        { "10 MB of zeros", new byte[10_000_000], "1:1048577: is longer than 1024 KiB, which end here; give a smaller file" },
        { "aliases that multiply", Encoding.UTF8.GetBytes(BillionLaughs()), "5:25: is not YAML: aliases and values come to more than 50000; write less" },
        { "too many values", Encoding.UTF8.GetBytes($"a: [{string.Join(',', Enumerable.Repeat("x", 60_000))}]"), "1:100001: is not YAML: aliases and values come to more than 50000; write less" },
        { "lists in lists", Encoding.UTF8.GetBytes("a: " + new string('[', 100_000)), "1:36: is not YAML: sections lie more than 32 deep" },
        { "sections in sections", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 50).Select(depth => $"{new string(' ', depth)}a:\n"))), "34:34: is not YAML: sections lie more than 32 deep" },
        { "a key without end", Encoding.UTF8.GetBytes($"? {new string('k', 5000)}\n: v\n"), "1:3: is not YAML: a key and the sections that it lies in have more than 1024 characters" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(BadFiles.Malformed), MemberType = typeof(BadFiles))]
    [MemberData(nameof(BadFiles.Wrong), MemberType = typeof(BadFiles))]
    public void Check_BadText_SaysWhereWhatAndTheRemedy(string what, string text, string expected) =>
        AssertRefused(what, Encoding.UTF8.GetBytes(text), expected);

    [Theory]
    [MemberData(nameof(Bytes), DisableDiscoveryEnumeration = true)]
    public void Check_BadBytes_SaysWhereAndWhat(string what, byte[] bytes, string expected) => AssertRefused(what, bytes, expected);

    [Fact]
    public void Check_ManyBadFiles_EachHaveTheirOwnMessage()
    {
        var messages = BadFiles.Wrong.Select(row => row.Data.Item3).ToList();

        Assert.True(BadFiles.Malformed.Count + messages.Count + Bytes.Count > 60);
        Assert.Equal(messages.Count, messages.Distinct().Count());
    }

    private void AssertRefused(string what, byte[] content, string expected)
    {
        var path = _folder.Combine("config.yml");
        File.WriteAllBytes(path, content);
        using var output = new StringWriter();
        using var error = new StringWriter();

        var status = ConfigCommand.Check(path, ConfigurationText.Environment(), output, error);

        Assert.True(status == ExitStatus.Unusable, what);
        Assert.Empty(output.ToString());
        var problems = error.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Contains($"{path}:{expected}", problems);
        Assert.All(problems, problem => Assert.Matches("^.*config\\.yml:[0-9]+:[0-9]+: ", problem));
        Assert.DoesNotContain("hidden-one", error.ToString());
    }

    private static string BillionLaughs()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        return text.ToString();
    }
}
