using System.Runtime.Versioning;
using Portal.Registry.Configuration.Editing;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Configuration.Editing;

[UnsupportedOSPlatform("windows")]
public sealed class ConfigurationFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _path;
    private readonly ConfigurationFile _file;

    public ConfigurationFileTests()
    {
        _path = _folder.Combine("config.yml");
        File.WriteAllText(_path, "version: 0.1\n");
        _file = new ConfigurationFile(_path, _folder.Combine("backup"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ReplacesTheText_KeepsTheMode_LeavesNothingBeside()
    {
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var written = _file.Write("version: 0.1\nlog: {}\n", _file.Read().Fingerprint);

        Assert.Equal("version: 0.1\nlog: {}\n", File.ReadAllText(_path));
        Assert.Equal(written, _file.Read());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(_path));
        Assert.Equal([_path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_AfterAChangeFromOutside_IsAConflictAndWritesNothing()
    {
        var opened = _file.Read();
        File.WriteAllText(_path, "version: 0.1\n# from outside\n");

        var conflict = Assert.Throws<ConfigurationConflictException>(() => _file.Write("mine", opened.Fingerprint));

        Assert.Equal("version: 0.1\n# from outside\n", conflict.Current.Text);
        Assert.Equal("version: 0.1\n# from outside\n", File.ReadAllText(_path));
    }

    [Fact]
    public void Write_ThroughALink_ChangesWhatItLeadsTo()
    {
        var link = _folder.Combine("link.yml");
        File.CreateSymbolicLink(link, _path);
        var file = new ConfigurationFile(link, _folder.Combine("backup"));

        file.Write("changed\n", file.Read().Fingerprint);

        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Equal("changed\n", File.ReadAllText(_path));
    }

    [Fact]
    public void Write_KeepsAByteOrderMark()
    {
        File.WriteAllBytes(_path, [0xEF, 0xBB, 0xBF, (byte)'a']);

        Assert.Equal("a", _file.Read().Text);
        _file.Write("b", _file.Read().Fingerprint);

        Assert.Equal([0xEF, 0xBB, 0xBF, (byte)'b'], File.ReadAllBytes(_path));
    }

    [Fact]
    public async Task Write_KeepsTheOwner()
    {
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync("chown", "12345:54321", _path);
        }

        var before = await ChildProcess.RunAsync("stat", "-c", "%u:%g", _path);
        _file.Write("changed\n", _file.Read().Fingerprint);

        Assert.Equal(before, await ChildProcess.RunAsync("stat", "-c", "%u:%g", _path));
    }

    [Fact]
    public async Task Write_WhereNothingCanBePutBeside_WritesInPlace()
    {
        // The name of a file beside it would be too long.
        var path = _folder.Combine(new string('c', 250));
        await File.WriteAllTextAsync(path, "a longer text than the next");
        var before = await ChildProcess.RunAsync("stat", "-c", "%i", path);
        var file = new ConfigurationFile(path, _folder.Combine("backup"));

        file.Write("short", file.Read().Fingerprint);

        Assert.Equal("short", await File.ReadAllTextAsync(path));
        Assert.Equal(before, await ChildProcess.RunAsync("stat", "-c", "%i", path));
        Assert.Empty(Directory.GetFiles(_folder.Combine("backup")));
    }

    [Fact]
    public void WhyReadOnly_SaysItBeforeAnybodyTypes()
    {
        Assert.Null(_file.WhyReadOnly());

        File.SetUnixFileMode(_path, UnixFileMode.UserRead);

        Assert.Contains("read-only", _file.WhyReadOnly()!.ToString(), StringComparison.Ordinal);
        File.SetUnixFileMode(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Read_WhatIsNoText_SaysSo()
    {
        File.WriteAllBytes(_path, [0xff, 0xfe, 0x00]);

        Assert.Contains("UTF-8", Assert.ThrowsAny<IOException>(_file.Read).Message, StringComparison.Ordinal);
    }
}
