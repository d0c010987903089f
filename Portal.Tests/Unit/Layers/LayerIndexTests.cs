using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using Portal.Storage.Layers;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Layers;

/// <summary>Archives as programs write them, and what is read of them.</summary>
public sealed class LayerIndexTests : IDisposable
{
    private readonly LayerWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task Entries_OfEachFormat_AreReadWhole(TarEntryFormat format)
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, format, leaveOpen: true))
        {
            Add(tar, format, TarEntryType.Directory, "etc/");
            Add(tar, format, format is TarEntryFormat.V7 ? TarEntryType.V7RegularFile : TarEntryType.RegularFile, "etc/passwd", "root");
            Add(tar, format, TarEntryType.SymbolicLink, "etc/link", "passwd");
            Add(tar, format, TarEntryType.HardLink, "etc/hard", "etc/passwd");
            if (format is not TarEntryFormat.V7)
            {
                Add(tar, format, TarEntryType.Fifo, "run/pipe");
                Add(tar, format, TarEntryType.BlockDevice, "dev/disk");
                Add(tar, format, TarEntryType.CharacterDevice, "dev/tty");
            }
        }

        var layer = await _world.ListAsync(archive.ToArray());

        Assert.Null(layer.Problem);
        var entries = layer.Entries().ToDictionary(entry => entry.Path);
        var file = entries["etc/passwd"];
        Assert.Equal((EntryKind.File, 4, 0b110_100_000), (file.Kind, file.Size, file.Mode));
        Assert.Equal((7, 8, DateTimeOffset.UnixEpoch.AddDays(1)), (file.UserId, file.GroupId, file.ModifiedAt));
        Assert.Equal("root"u8, archive.ToArray().AsSpan((int)file.Offset, 4));
        Assert.NotEqual(UInt128.Zero, file.Hash);
        Assert.Equal(EntryKind.Folder, entries["etc"].Kind);
        Assert.Equal((EntryKind.SymbolicLink, "passwd"), (entries["etc/link"].Kind, entries["etc/link"].Link));
        Assert.Equal((EntryKind.HardLink, "etc/passwd"), (entries["etc/hard"].Kind, entries["etc/hard"].Link));
        if (format is not TarEntryFormat.V7)
        {
            Assert.Equal((EntryKind.Pipe, EntryKind.BlockDevice, EntryKind.CharacterDevice), (entries["run/pipe"].Kind, entries["dev/disk"].Kind, entries["dev/tty"].Kind));
        }
    }

    [Theory]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public async Task LongNamesAndTargets_AreReadWhole(TarEntryFormat format)
    {
        var name = $"{new string('d', 180)}/{new string('ü', 90)}";
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, format, leaveOpen: true))
        {
            Add(tar, format, TarEntryType.RegularFile, name, "text");
            Add(tar, format, TarEntryType.SymbolicLink, "link", name);
        }

        var entries = (await _world.ListAsync(archive.ToArray())).Entries().ToList();

        Assert.Equal([name, "link"], entries.Select(entry => entry.Path));
        Assert.Equal(name, entries[1].Link);
    }

    [Fact]
    public async Task UstarPrefix_IsPartOfTheName()
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            Add(tar, TarEntryFormat.Ustar, TarEntryType.RegularFile, $"{new string('d', 120)}/{new string('f', 80)}", "text");
        }

        Assert.Equal($"{new string('d', 120)}/{new string('f', 80)}", Assert.Single((await _world.ListAsync(archive.ToArray())).Entries()).Path);
    }

    [Fact]
    public async Task ExtendedHeader_GivesSizeOwnersAndTime_OverTheHeaders()
    {
        var tar = new LayerBuilder()
            .Pax(("size", "4"u8.ToArray()), ("uid", "4000000000"u8.ToArray()), ("gid", "5"u8.ToArray()), ("uname", "käthe"u8.ToArray()),
                ("mtime", "-1.5"u8.ToArray()), ("path", "real"u8.ToArray()), ("SCHILY.xattr.security.capability", [1, 10, 61]))
            .Raw("short"u8.ToArray(), size: "0", content: "text"u8.ToArray())
            .File("next")
            .Tar();

        var entries = (await _world.ListAsync(tar)).Entries().ToDictionary(entry => entry.Path);

        Assert.Equal(2, entries.Count);
        var real = entries["real"];
        Assert.Equal((4, 4_000_000_000, 5, "käthe", -1), (real.Size, real.UserId, real.GroupId, real.User, real.Modified));
        Assert.Equal(EntryTraits.Attributes, real.Traits);
    }

    [Fact]
    public async Task LargeNumbersInBase256_AreRead()
    {
        var tar = new LayerBuilder()
            .Raw("big"u8.ToArray(), change: header =>
            {
                header.AsSpan(108, 8).Clear();
                header[108] = 0x80;
                BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(112), 3_000_000_000);
                header.AsSpan(136, 12).Fill(0xff);
            })
            .Tar();

        var entry = Assert.Single((await _world.ListAsync(tar)).Entries());

        Assert.Equal((3_000_000_000, -1), (entry.UserId, entry.Modified));
    }

    [Fact]
    public async Task DuplicateNames_TheLastOneCounts()
    {
        var layer = await _world.ListAsync(new LayerBuilder().File("a", "1").File("b").File("./a", "22").Tar());

        Assert.Equal([("a", 2), ("b", 4)], layer.Entries().Select(entry => (entry.Path, entry.Size)));
    }

    [Fact]
    public async Task EqualContent_HasEqualHash()
    {
        var entries = (await _world.ListAsync(new LayerBuilder().File("a", "same").File("b", "same").File("c", "other").File("d", "").Tar())).Entries().ToList();

        Assert.Equal(entries[0].Hash, entries[1].Hash);
        Assert.NotEqual(entries[0].Hash, entries[2].Hash);
        Assert.Equal(UInt128.Zero, entries[3].Hash);
    }

    [Fact]
    public async Task MoreEntriesThanAreHeld_AreSortedAllTheSame()
    {
        var random = new Random(3);
        var names = Enumerable.Range(0, 45_000).Select(number => $"{random.Next(50)}/{random.Next(50)}/{number}").ToArray();
        var builder = new LayerBuilder();
        foreach (var name in names)
        {
            builder.Raw(Encoding.ASCII.GetBytes(name));
        }

        builder.Raw(Encoding.ASCII.GetBytes(names[0]), content: "the last one"u8.ToArray());

        var entries = (await _world.ListAsync(builder.Tar())).Entries().ToList();

        Assert.Equal(names.Order(FilePath.Order), entries.Select(entry => entry.Path));
        Assert.Equal(12, entries.Single(entry => entry.Path == names[0]).Size);
        Assert.Empty(Directory.GetFiles(_world.Folder, "*.tmp"));
    }

    [Fact]
    public async Task EmptyArchive_HasNoFilesAndNoProblem()
    {
        var layer = await _world.ListAsync(new byte[1024]);

        Assert.Null(layer.Problem);
        Assert.Empty(layer.Entries());
    }

    private static void Add(TarWriter tar, TarEntryFormat format, TarEntryType type, string name, string? text = null)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(type, name),
            TarEntryFormat.Ustar => new UstarTarEntry(type, name),
            TarEntryFormat.Pax => new PaxTarEntry(type, name),
            _ => new GnuTarEntry(type, name),
        };
        (entry.Uid, entry.Gid, entry.ModificationTime) = (7, 8, DateTimeOffset.UnixEpoch.AddDays(1));
        entry.Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            entry.LinkName = text!;
        }
        else if (text is not null)
        {
            entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        }

        tar.WriteEntry(entry);
    }
}
