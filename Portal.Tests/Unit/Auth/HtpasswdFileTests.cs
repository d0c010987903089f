using System.Text;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

/// <summary>What a bad file does to the good entries in it, and what the log says.</summary>
public sealed class HtpasswdFileTests : IDisposable
{
    private const string Hash = HtpasswdBadFiles.Hash;

    private readonly TempFolder _folder = new();
    private readonly LogSink<HtpasswdFile> _log = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    private string Path => _folder.Combine("htpasswd");

    public static TheoryData<string, string> Lines => HtpasswdBadFiles.Lines;

    /// <summary>Files whose shape as a whole is odd, and their users.</summary>
    public static TheoryData<string, byte[], string[]> Files => new()
    {
        { "empty", [], [] },
        { "blank lines", "\n\n \t\n"u8.ToArray(), [] },
        { "a byte order mark alone", [0xEF, 0xBB, 0xBF], [] },
        { "a byte order mark", HtpasswdBadFiles.Bytes("\uFEFFada:HASH\nbob:HASH\n"), ["ada", "bob"] },
        { "CRLF", HtpasswdBadFiles.Bytes("ada:HASH\r\nbob:HASH\r\n"), ["ada", "bob"] },
        { "CR alone", HtpasswdBadFiles.Bytes("ada:HASH\rbob:HASH\r"), ["ada", "bob"] },
        { "both line ends", HtpasswdBadFiles.Bytes("ada:HASH\r\nbob:HASH\ncy:HASH"), ["ada", "bob", "cy"] },
        { "no end of the last line", HtpasswdBadFiles.Bytes("ada:HASH\nbob:HASH"), ["ada", "bob"] },
        { "comments", HtpasswdBadFiles.Bytes("# ada:HASH\n  # more\nbob:HASH\n#"), ["bob"] },
        { "blanks around", HtpasswdBadFiles.Bytes("  ada:HASH \t\n"), ["ada"] },
        { "the empty line of htpasswd -n", HtpasswdBadFiles.Bytes("ada:HASH\n\nbob:HASH\n\n"), ["ada", "bob"] },
        { "names of all kinds", HtpasswdBadFiles.Bytes("ünïcode:HASH\na b:HASH\nada@example.com:HASH\nADA:HASH\nada:HASH\n"), ["ADA", "a b", "ada", "ada@example.com", "ünïcode"] },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Lines))]
    public void BadLine_IsToldWithItsReason_AndLocksNobodyElseOut(string line, string reason)
    {
        var users = Read(HtpasswdBadFiles.Bytes($"first:HASH\n{line}\nlast:HASH\n"));

        Assert.Equal(["first", "last"], users.Hashes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Hash, users.Hashes["first"]);
        var warning = Assert.Single(_log.Lines, logged => logged.StartsWith("Warning", StringComparison.Ordinal));
        Assert.StartsWith($"Warning: {Path}:2: this line lets nobody in: it ", warning, StringComparison.Ordinal);
        Assert.Contains(reason, warning, StringComparison.Ordinal);
        Assert.Contains(';', warning);
    }

    [Fact]
    public void BadLines_AreAtLeastFifty() => Assert.True(Lines.Count + Files.Count > 50);

    [Theory]
    [MemberData(nameof(Lines))]
    public void BadLine_IsNeverRepeated(string line, string reason)
    {
        Read(HtpasswdBadFiles.Bytes(line));

        Assert.NotEmpty(reason);
        var secret = line.Contains(':', StringComparison.Ordinal) ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() : line;
        if (secret.Length > 8)
        {
            Assert.DoesNotContain(_log.Lines, logged => logged.Contains(secret, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void OddFile_HasItsUsers_AndNoWarning(string name, byte[] content, string[] users)
    {
        Assert.NotEmpty(name);
        Assert.Equal(users, Read(content).Hashes.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(_log.Lines, logged => logged.StartsWith("Warning", StringComparison.Ordinal));
    }

    [Fact]
    public void NameOfAnotherEncoding_IsTold()
    {
        var users = Read([.. HtpasswdBadFiles.Bytes("first:HASH\n"), (byte)'j', 0xFC, (byte)'r', .. HtpasswdBadFiles.Bytes(":HASH\nlast:HASH\n")]);

        Assert.Equal(["first", "last"], users.Hashes.Keys.Order(StringComparer.Ordinal));
        Assert.Contains(_log.Lines, logged => logged.Contains(":2:", StringComparison.Ordinal) && logged.Contains("not UTF-8", StringComparison.Ordinal));
    }

    [Fact]
    public void ManyBadLines_AreToldUpToTwenty_ThenCounted()
    {
        var users = Read(HtpasswdBadFiles.Bytes(string.Concat(Enumerable.Range(0, 1000).Select(number => $"user{number}:plain\n")) + "ada:HASH\n"));

        Assert.Equal(["ada"], users.Hashes.Keys);
        Assert.Equal(20, _log.Lines.Count(logged => logged.Contains("lets nobody in", StringComparison.Ordinal)));
        Assert.Contains($"Warning: {Path}: 980 more lines let nobody in", _log.Lines);
    }

    [Fact]
    public void HugeFile_IsReadWhole()
    {
        var users = Read(HtpasswdBadFiles.Bytes(string.Concat(Enumerable.Range(0, 100_000).Select(number => $"user{number}:HASH\n"))));

        Assert.Equal(100_000, users.Hashes.Count);
    }

    [Fact]
    public void FileBeyondTheBound_KeepsTheUsersOfBefore_AndIsToldOnce()
    {
        var file = Open(HtpasswdBadFiles.Bytes("ada:HASH\n"));
        Assert.Single(file.Users.Hashes);

        File.WriteAllBytes(Path, new byte[(16 * 1024 * 1024) + 1]);

        Assert.Equal(["ada"], file.Users.Hashes.Keys);
        Assert.Equal(["ada"], file.Users.Hashes.Keys);
        Assert.Single(_log.Lines, logged => logged.StartsWith("Error", StringComparison.Ordinal) && logged.Contains("16777217 bytes", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void FileOfPowerShell_KeepsTheUsersOfBefore_AndSaysWhatToDo(string encoding)
    {
        var file = Open(HtpasswdBadFiles.Bytes("ada:HASH\n"));
        Assert.Single(file.Users.Hashes);

        File.WriteAllText(Path, $"bob:{Hash}\n", Encoding.GetEncoding(encoding));

        Assert.Equal(["ada"], file.Users.Hashes.Keys);
        Assert.Contains(_log.Lines, logged => logged.Contains("save it as UTF-8", StringComparison.Ordinal));
    }

    [Fact]
    public void FileThatVanishes_KeepsTheUsers_UntilItIsBack()
    {
        var file = Open(HtpasswdBadFiles.Bytes("ada:HASH\n"));
        Assert.Single(file.Users.Hashes);

        File.Delete(Path);
        Assert.Equal(["ada"], file.Users.Hashes.Keys);

        File.WriteAllBytes(Path, HtpasswdBadFiles.Bytes("bob:HASH\n"));
        Assert.Equal(["bob"], file.Users.Hashes.Keys);
    }

    private HtpasswdUsers Read(byte[] content) => Open(content).Users;

    private HtpasswdFile Open(byte[] content)
    {
        File.WriteAllBytes(Path, content);
        return new HtpasswdFile(Path, _time, _log);
    }
}
