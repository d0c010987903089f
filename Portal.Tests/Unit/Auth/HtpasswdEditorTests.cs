using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry.Auth;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

[UnsupportedOSPlatform("windows")]
public sealed class HtpasswdEditorTests : IDisposable
{
    private const string Hash = HtpasswdBadFiles.Hash;
    private const string Other = "$2y$05$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private readonly TempFolder _folder = new();
    private HtpasswdFile? _file;

    private string Path => _folder.Combine("htpasswd");

    private string Text => File.ReadAllText(Path).Replace(Hash, "HASH", StringComparison.Ordinal).Replace(Other, "OTHER", StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "new:OTHER\n")]
    [InlineData("ada:HASH\n", "ada:HASH\nnew:OTHER\n")]
    [InlineData("ada:HASH", "ada:HASH\nnew:OTHER\n")]
    [InlineData("ada:HASH\r\n", "ada:HASH\r\nnew:OTHER\r\n")]
    [InlineData("ada:HASH\r\nbob:HASH", "ada:HASH\r\nbob:HASH\r\nnew:OTHER\r\n")]
    [InlineData("# us\n\nada:HASH\n\n", "# us\n\nada:HASH\n\nnew:OTHER\n")]
    [InlineData("\uFEFF", "\uFEFFnew:OTHER\n")]
    public void Add_PutsALineBehindTheOthers(string before, string after)
    {
        var editor = Open(before);

        editor.Add("new", Other);

        Assert.Equal(Encoding.UTF8.GetBytes(after.Replace("HASH", Hash, StringComparison.Ordinal).Replace("OTHER", Other, StringComparison.Ordinal)), File.ReadAllBytes(Path));
        Assert.Equal(Other, _file!.Users.Hashes["new"]);
    }

    [Theory]
    [InlineData("ada:HASH\n", "ada:OTHER\n")]
    [InlineData("# ada:HASH\nbob:HASH\r\nada:HASH\r\ncy:{SHA}x\n", "# ada:HASH\nbob:HASH\r\nada:OTHER\r\ncy:{SHA}x\n")]
    [InlineData("\uFEFFada:HASH", "\uFEFFada:OTHER")]
    [InlineData("ada:$apr1$x$y\n", "ada:OTHER\n")]
    [InlineData("ada:plain\nbob:HASH\nada:HASH\n", "ada:OTHER\nbob:HASH\n")]
    [InlineData("ada2:HASH\nada:HASH\n", "ada2:HASH\nada:OTHER\n")]
    [InlineData("  ada:HASH\n", "ada:OTHER\n")]
    public void SetHash_WritesTheUsersLineAnew_AndNoOther(string before, string after)
    {
        Open(before).SetHash("ada", Other);

        Assert.Equal(after.TrimStart('\uFEFF'), Text);
        Assert.Equal(after[0] == '\uFEFF', File.ReadAllBytes(Path)[0] == 0xEF);
        Assert.Equal(Other, _file!.Users.Hashes["ada"]);
    }

    [Theory]
    [InlineData("ada:HASH\n", "")]
    [InlineData("bob:HASH\nada:HASH", "bob:HASH\n")]
    [InlineData("# us\r\nada:HASH\r\nbob:HASH\r\n", "# us\r\nbob:HASH\r\n")]
    [InlineData("ada:HASH\nbob:{SHA}x\nada:HASH\nada:plain\n", "bob:{SHA}x\n")]
    public void Delete_RemovesEveryLineOfTheUser(string before, string after)
    {
        Assert.True(Open(before).Delete("ada"));

        Assert.Equal(after, Text);
        Assert.DoesNotContain("ada", _file!.Users.Hashes);
    }

    [Fact]
    public void Change_KeepsBytesThatAreNoText()
    {
        byte[] odd = [(byte)'j', 0xFC, (byte)'r', (byte)':', 0, 0xFF, (byte)'\n'];
        var editor = Open("ada:HASH\n");
        File.WriteAllBytes(Path, [.. odd, .. HtpasswdBadFiles.Bytes("ada:HASH\n")]);

        editor.Delete("ada");

        Assert.Equal(odd, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Add_OfSomebodyWhoIsThere_IsRefused()
    {
        var editor = Open("ada:HASH\nbob:$apr1$x$y\n");

        Assert.Equal("there is a user \"ada\" already", Refused(() => editor.Add("ada", Other)));
        Assert.Contains("lets nobody in: it has Apache's MD5 hash", Refused(() => editor.Add("bob", Other)), StringComparison.Ordinal);
        Assert.Equal("ada:HASH\nbob:$apr1$x$y\n", Text);
    }

    [Fact]
    public void OfNobody_SetHashIsRefused_DeleteSaysSo()
    {
        var editor = Open("ada:HASH\n");

        Assert.Contains("has no user \"bob\"", Refused(() => editor.SetHash("bob", Other)), StringComparison.Ordinal);
        Assert.False(editor.Delete("bob"));
        Assert.Equal("ada:HASH\n", Text);
    }

    [Fact]
    public async Task Change_KeepsModeAndOwner_AndLeavesNothingBeside()
    {
        var editor = Open("ada:HASH\n");
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync("chown", "12345:54321", Path);
        }

        var before = await ChildProcess.RunAsync("stat", "-c", "%a %u:%g", Path);
        editor.Add("new", Other);

        Assert.Equal(before, await ChildProcess.RunAsync("stat", "-c", "%a %u:%g", Path));
        Assert.Equal([Path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Change_WhereNothingCanBePutBeside_WritesInPlace()
    {
        // The name of a file beside it would be too long; a file that is mounted alone ends the same way.
        var path = _folder.Combine(new string('h', 250));
        await File.WriteAllTextAsync(path, $"ada:{Hash}\nbob:{Hash}\n");
        var inode = await ChildProcess.RunAsync("stat", "-c", "%i", path);
        var file = new HtpasswdFile(path, TimeProvider.System, NullLogger<HtpasswdFile>.Instance);

        new HtpasswdEditor(file).Delete("ada");

        Assert.Equal($"bob:{Hash}\n", await File.ReadAllTextAsync(path));
        Assert.Equal(inode, await ChildProcess.RunAsync("stat", "-c", "%i", path));
        Assert.Equal(["bob"], file.Users.Hashes.Keys);
    }

    [Fact]
    public void Change_ThroughALink_ChangesWhatItLeadsTo()
    {
        File.WriteAllText(Path, $"ada:{Hash}\n");
        var link = _folder.Combine("link");
        File.CreateSymbolicLink(link, Path);

        new HtpasswdEditor(new HtpasswdFile(link, TimeProvider.System, NullLogger<HtpasswdFile>.Instance)).Add("new", Other);

        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal("ada:HASH\nnew:OTHER\n", Text);
    }

    [Fact]
    public void ReadOnlyFile_IsToldBefore_AndRefused()
    {
        var editor = Open("ada:HASH\n");
        Assert.Null(editor.WhyReadOnly());
        File.SetUnixFileMode(Path, UnixFileMode.UserRead);

        Assert.Contains("read-only", editor.WhyReadOnly()!.ToString(), StringComparison.Ordinal);
        Assert.Contains("read-only", Refused(() => editor.Add("new", Other)), StringComparison.Ordinal);
        Assert.Equal("ada:HASH\n", Text);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void VanishedFile_IsRefused()
    {
        var editor = Open("ada:HASH\n");
        File.Delete(Path);

        Assert.Contains("cannot be written", Refused(() => editor.Add("new", Other)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConcurrentChanges_AreAllThere()
    {
        var editor = Open("ada:HASH\n");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => Task.Run(() => editor.Add($"user{number}", Other))));

        Assert.Equal(51, _file!.Users.Hashes.Count);
    }

    [Fact]
    public async Task ChangeOfAnotherProgram_InBetween_IsNotLost()
    {
        var editor = Open("ada:HASH\n");

        for (var number = 0; number < 5; number++)
        {
            await ChildProcess.RunAsync("htpasswd", "-Bb", "-C", "4", Path, $"tool{number}", "secret");
            editor.Add($"page{number}", Other);
        }

        await ChildProcess.RunAsync("htpasswd", "-D", Path, "page0");
        editor.SetHash("ada", Other);
        Assert.Equal(10, _file!.Users.Hashes.Count);
        Assert.DoesNotContain("page0", _file.Users.Hashes);
    }

    private static string Refused(Action change) => Assert.Throws<UserChangeException>(change).Message;

    private HtpasswdEditor Open(string text)
    {
        File.WriteAllBytes(Path, HtpasswdBadFiles.Bytes(text));
        _file = new HtpasswdFile(Path, TimeProvider.System, NullLogger<HtpasswdFile>.Instance);
        return new HtpasswdEditor(_file);
    }
}
