using System.Text;
using Portal.Storage.Layers;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Layers;

/// <summary>Archives that were made to harm: each is listed as far as it goes, and nothing comes of it.</summary>
public sealed class HostileLayerTests : IDisposable
{
    private readonly LayerWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("../../etc/passwd", "etc/passwd", true)]
    [InlineData("/etc/passwd", "etc/passwd", true)]
    [InlineData("a/../../b", "b", true)]
    [InlineData("./a/./b", "a/b", false)]
    [InlineData("a//b/", "a/b", false)]
    [InlineData("a...", "a...", false)]
    public async Task NamesThatLeadElsewhere_StayInside(string name, string path, bool isOdd)
    {
        var entry = Assert.Single((await _world.ListAsync(new LayerBuilder().Raw(Encoding.ASCII.GetBytes(name)).Tar())).Entries());

        Assert.Equal(path, entry.Path);
        Assert.Equal(isOdd, entry.Traits.HasFlag(EntryTraits.OddName));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("/")]
    [InlineData("./")]
    [InlineData(".wh.")]
    [InlineData(".wh...")]
    [InlineData("")]
    public async Task NamesOfNothing_AreNotListed(string name)
    {
        var layer = await _world.ListAsync(new LayerBuilder().Raw(Encoding.ASCII.GetBytes(name)).File("a").Tar());

        Assert.Equal(["a"], layer.Entries().Select(entry => entry.Path));
    }

    [Theory]
    [InlineData("a\nb", @"a\x0ab")]
    [InlineData("\u001b[31mred", @"\x1b[31mred")]
    [InlineData("exe\u202egpj.txt", @"exe\u202egpj.txt")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)<")]
    [InlineData("a\u0000b", @"a\x00b")]
    [InlineData("\ufeffa\u200bb", @"\ufeffa\u200bb")]
    [InlineData(@"with\x2ddash", @"with\x2ddash")]
    [InlineData("日本語🙂", "日本語🙂")]
    public async Task NamesThatDeceive_AreShownAsTheyAre(string name, string shown)
    {
        var layer = await _world.ListAsync(new LayerBuilder().Pax(("path", Encoding.UTF8.GetBytes(name))).Raw("x"u8.ToArray()).Tar());

        var path = Assert.Single(layer.Entries()).Path;
        Assert.Equal(name, path);
        Assert.StartsWith(shown, FilePath.Show(path), StringComparison.Ordinal);
        Assert.Equal(path, FilePath.Parse(FilePath.Write(path)));
    }

    [Fact]
    public async Task NamesThatAreNoText_StayApart()
    {
        var layer = await _world.ListAsync(new LayerBuilder().Raw([(byte)'a', 0xe9]).Raw([(byte)'a', 0xe8]).Raw([0xed, 0xb2, 0x80]).Tar());

        var paths = layer.Entries().Select(entry => entry.Path).ToArray();
        Assert.Equal([@"a\xe8", @"a\xe9", @"\xed\xb2\x80"], paths.Select(FilePath.Show));
        Assert.Equal(paths, paths.Select(path => FilePath.Parse(FilePath.Write(path))));
    }

    [Fact]
    public async Task BlocksOfNothing_AreReadNoLongerThanALayerMayTake()
    {
        using var world = new ImageWorld(LayerLimits.Default with { Time = TimeSpan.FromTicks(-1) });
        byte[] head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0];

        // Four blocks in five bytes, each with nothing but its end; and none is the last.
        var (problem, _) = await world.ListAsync([.. head, .. Enumerable.Repeat<byte[]>([0x02, 0x08, 0x20, 0x80, 0x00], 200_000).SelectMany(blocks => blocks)]);

        Assert.Contains("takes more than", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileWithHoles_IsItsSize_AndHasNoContentToOffer()
    {
        var tar = new LayerBuilder()
            .Raw("old"u8.ToArray(), 'S', content: new byte[512], change: header => Encoding.ASCII.GetBytes("124000000000").CopyTo(header, 483))
            .Pax(("GNU.sparse.major", "1"u8.ToArray()), ("GNU.sparse.minor", "0"u8.ToArray()), ("GNU.sparse.name", "new"u8.ToArray()), ("GNU.sparse.realsize", "10737418240"u8.ToArray()))
            .Raw("GNUSparseFile.0/new"u8.ToArray(), content: new byte[512])
            .File("after")
            .Tar();

        var layer = await _world.ListAsync(tar);
        var entries = layer.Entries().ToDictionary(entry => entry.Path);

        Assert.Null(layer.Problem);
        Assert.Equal(["after", "new", "old"], entries.Keys);
        Assert.Equal((10L << 30, false), (entries["new"].Size, entries["new"].HasContent));
        Assert.Equal((Convert.ToInt64("124000000000", 8), false), (entries["old"].Size, entries["old"].HasContent));
    }

    [Theory]
    [InlineData("77777777777")]
    [InlineData("\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u0080\u0000\u0000\u0000\u007f\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff")]
    [InlineData("\u0080\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000")]
    [InlineData("not octal!")]
    [InlineData("-1")]
    public async Task SizesThatCannotBe_EndTheList(string size)
    {
        var tar = new LayerBuilder().File("before").Raw("bad"u8.ToArray(), change: header => Encoding.Latin1.GetBytes(size.PadRight(12, '\0')).CopyTo(header, 124)).File("after").Tar();

        var layer = await _world.ListAsync(tar);

        Assert.NotNull(layer.Problem);
        Assert.Equal(["before"], layer.Entries().Select(entry => entry.Path));
    }

    [Theory]
    [InlineData("size", "-5")]
    [InlineData("size", "99999999999999999999")]
    [InlineData("size", "9223372036854775807")]
    [InlineData("GNU.sparse.realsize", "-1")]
    public async Task ExtendedSizesThatCannotBe_EndTheList(string key, string value)
    {
        var layer = await _world.ListAsync(new LayerBuilder().File("before").Pax((key, Encoding.ASCII.GetBytes(value))).Raw("bad"u8.ToArray()).Tar());

        Assert.NotNull(layer.Problem);
        Assert.Equal(["before"], layer.Entries().Select(entry => entry.Path));
    }

    [Theory]
    [InlineData("5 a=b\n")]
    [InlineData("99 path=a\n")]
    [InlineData("-9 path=a\n")]
    [InlineData("9 pathhh\n")]
    [InlineData("junk")]
    public async Task ExtendedHeaderThatIsNone_EndsTheList(string records)
    {
        var layer = await _world.ListAsync(new LayerBuilder().File("before").Raw("x"u8.ToArray(), 'x', content: Encoding.ASCII.GetBytes(records)).File("bad").Tar());

        Assert.NotNull(layer.Problem);
        Assert.Equal(["before"], layer.Entries().Select(entry => entry.Path));
    }

    [Fact]
    public async Task HugeExtendedHeader_IsNotRead()
    {
        var layer = await _world.ListAsync(new LayerBuilder().File("before").Raw("x"u8.ToArray(), 'L', size: "77777777777").Tar());

        Assert.Contains("damaged", layer.Problem!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CutOffArchive_IsListedUpToThere()
    {
        var whole = new LayerBuilder().File("a", "text").File("b", new string('b', 2000)).Tar(isEnded: false);

        var layer = await _world.ListAsync(whole[..^1000]);

        Assert.Contains("cut off", layer.Problem!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["a"], layer.Entries().Select(entry => entry.Path));
        Assert.Null((await _world.ListAsync(whole)).Problem);
    }

    [Fact]
    public async Task DamagedHeader_EndsTheList()
    {
        var tar = new LayerBuilder().Raw("a"u8.ToArray()).Raw("b"u8.ToArray()).Tar();
        tar[512] ^= 1;

        var layer = await _world.ListAsync(tar);

        Assert.Contains("damaged", layer.Problem!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["a"], layer.Entries().Select(entry => entry.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{\"a\":1}")]
    public async Task SomethingElse_IsNoArchive(string content)
    {
        foreach (var bytes in new[] { Encoding.ASCII.GetBytes(content), Encoding.ASCII.GetBytes(content.PadRight(5000, 'x')) })
        {
            Assert.Contains("no archive", (await _world.ListAsync(bytes)).Problem!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task LinksInCircles_AreShownAndFollowedNowhere()
    {
        using var tree = await _world.MergeAsync(null, new LayerBuilder()
            .SymbolicLink("a", "b").SymbolicLink("b", "a").SymbolicLink("self", "self").SymbolicLink("up", "../../../..")
            .HardLink("h", "i").HardLink("i", "h"));

        Assert.Equal(["b", "a", "self", "../../../..", "i", "h"], new[] { "a", "b", "self", "up", "h", "i" }.Select(path => tree.Find(path)!.Entry.Link));
        Assert.Null(FilePath.Follow("up", "../../../.."));
        Assert.Equal("etc/x", FilePath.Follow("usr/bin/l", "../../../etc/./x"));
        Assert.Equal("etc/x", FilePath.Follow("usr/bin/l", "/etc/x"));
    }

    [Fact]
    public async Task MoreEntriesThanAllowed_AreLeftOut()
    {
        var layer = await _world.ListAsync(
            new LayerBuilder().File("a").File("b").File("c").Tar(), LayerLimits.Default with { Entries = 2 });

        Assert.Contains("first 2", layer.Problem!.ToString(), StringComparison.Ordinal);
        Assert.Equal(["a", "b"], layer.Entries().Select(entry => entry.Path));
    }

    [Fact]
    public async Task MoreNamesThanAllowed_AreLeftOut()
    {
        var layer = await _world.ListAsync(
            new LayerBuilder().File(new string('a', 90)).File(new string('b', 90)).Tar(), LayerLimits.Default with { IndexSize = 200 });

        Assert.NotNull(layer.Problem);
        Assert.Single(layer.Entries());
    }

    [Fact]
    public async Task VeryDeepAndVeryLongNames_AreHeldOrLeftOut()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", FilePath.MaxLength / 2));
        var layer = await _world.ListAsync(new LayerBuilder()
            .Pax(("path", Encoding.ASCII.GetBytes(deep))).Raw("x"u8.ToArray())
            .Pax(("path", Encoding.ASCII.GetBytes(new string('n', FilePath.MaxLength + 1)))).Raw("x"u8.ToArray())
            .File("after").Tar());
        using var tree = _world.Merge(null, layer);

        Assert.Contains("1 files have names", layer.Problem!.ToString(), StringComparison.Ordinal);
        Assert.Equal((FilePath.MaxLength / 2) + 1, tree.All().Count());
        Assert.NotNull(tree.Find(deep));
    }

    [Fact]
    public async Task RandomDamage_EndsTheListAndNothingElse()
    {
        var whole = new LayerBuilder().File("a/b", new string('x', 700)).Folder("c").SymbolicLink("d", "a/b").File("e").File("f/.wh.g", "").Tar();
        var random = new Random(11);
        for (var round = 0; round < 400; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 1 + (round % 5); i++)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            var layer = await _world.ListAsync(damaged[..random.Next(damaged.Length)]);
            using var tree = _world.Merge(null, layer);
            Assert.InRange(tree.All().Count(), 0, 20);
        }
    }
}
