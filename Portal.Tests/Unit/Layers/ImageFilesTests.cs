using Portal.Registry.Auth;
using Portal.Storage.Layers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Portal.Tests.Unit.Layers;

/// <summary>Looking into images: who may, how layers are packed, what is kept.</summary>
public sealed class ImageFilesTests : IDisposable
{
    private readonly ImageWorld _world = new();

    public void Dispose() => _world.Dispose();

    public static TheoryData<string, string> Packings => new()
    {
        { "gzip", "application/vnd.oci.image.layer.v1.tar+gzip" },
        { "gzip", "application/vnd.docker.image.rootfs.diff.tar.gzip" },
        { "zstd", "application/vnd.oci.image.layer.v1.tar+zstd" },
        { "tar", "application/vnd.oci.image.layer.v1.tar" },
        { "zstd", "application/vnd.oci.image.layer.v1.tar+gzip" },
        { "two members", "application/vnd.oci.image.layer.v1.tar+gzip" },
        { "chunked zstd", "application/vnd.oci.image.layer.v1.tar+zstd" },
    };

    [Theory]
    [MemberData(nameof(Packings))]
    public async Task Layer_PackedInAnyWay_IsListedAndRead(string packing, string mediaType)
    {
        var tar = new LayerBuilder().File("a", new string('a', 3000)).File("etc/motd", "welcome").Tar();
        var manifest = await _world.PutAsync((Pack(packing, tar), mediaType, true));

        using var tree = await _world.OpenAsync(manifest);

        Assert.Null(tree.Layers[0].Problem);
        Assert.Equal(["a", "etc", "etc/motd"], tree.All().Select(node => node.Path));
        Assert.Equal("welcome", await _world.ReadAsync(manifest, "etc/motd"));
    }

    [Fact]
    public async Task Files_AreThoseOfTheImageOrOfOneLayer()
    {
        var manifest = await _world.PutAsync(
            new LayerBuilder().File("f", "old").File("gone").Gzip(),
            new LayerBuilder().File("f", "new").File(".wh.gone", "").HardLink("hard", "f").SymbolicLink("soft", "f").Zstd());

        Assert.Equal("new", await _world.ReadAsync(manifest, "f"));
        Assert.Equal("new", await _world.ReadAsync(manifest, "hard"));
        Assert.Equal("old", await _world.ReadAsync(manifest, "f", layer: 0));
        Assert.Null(await _world.ReadAsync(manifest, "soft"));
        Assert.Null(await _world.ReadAsync(manifest, "gone"));
        Assert.Null(await _world.ReadAsync(manifest, "gone", layer: 1));
        Assert.Null(await _world.ReadAsync(manifest, ""));
        Assert.Equal("text", await _world.ReadAsync(manifest, "gone", layer: 0));
    }

    [Fact]
    public async Task HardLink_ToAFileThatALaterLayerReplacesOrRemoves_KeepsItsContent()
    {
        var manifest = await _world.PutAsync(
            new LayerBuilder().File("a", "first").HardLink("b", "a").File("c", "third").HardLink("d", "c").Gzip(),
            new LayerBuilder().File("a", "second").File(".wh.c", "").HardLink("e", "d").Gzip());

        Assert.Equal("first", await _world.ReadAsync(manifest, "b"));
        Assert.Equal("third", await _world.ReadAsync(manifest, "d"));
        Assert.Equal("third", await _world.ReadAsync(manifest, "e"));
    }

    [Fact]
    public async Task FileOfALayerThatIsNotThere_ChangesNothingForTheLastOne()
    {
        var manifest = await _world.PutAsync(new LayerBuilder().File("a").Gzip(), new LayerBuilder().File("b", "text").Gzip());

        Assert.Null(await _world.ReadAsync(manifest, "b", layer: 2));
        Assert.Equal("text", await _world.ReadAsync(manifest, "b", layer: 1));
    }

    [Fact]
    public async Task OneLayerManyTimes_IsLookedThroughOnce()
    {
        var layer = new LayerBuilder().File("a", "text").Gzip();
        var manifest = await _world.PutAsync([.. Enumerable.Repeat(layer, 100)]);

        using var tree = await _world.OpenAsync(manifest);

        Assert.Equal(100, tree.Layers.Count);
        Assert.Equal("text", await _world.ReadAsync(manifest, "a"));
    }

    [Fact]
    public async Task HardLinksInCircles_HaveNoContent()
    {
        var manifest = await _world.PutAsync(new LayerBuilder().HardLink("a", "b").HardLink("b", "a").HardLink("c", "../..").Gzip());

        Assert.Null(await _world.ReadAsync(manifest, "a"));
        Assert.Null(await _world.ReadAsync(manifest, "c"));
    }

    [Fact]
    public async Task List_StreamsTheWholeImageInOneOrder()
    {
        var manifest = await _world.PutAsync(new LayerBuilder().File("b").File("a/x", "1").Gzip(), new LayerBuilder().File("a-b").Gzip());

        var paths = await _world.Files.ListAsync(Identity.Everyone, ImageWorld.Name, manifest, null, TestContext.Current.CancellationToken)
            .Select(node => (node.Path, node.Layer)).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal([("a", 0), ("a/x", 0), ("a-b", 1), ("b", 0)], paths);
    }

    [Fact]
    public async Task WhoMayNotPull_FindsNothing()
    {
        var manifest = await _world.PutAsync(new LayerBuilder().File("a").Gzip());
        using (await _world.OpenAsync(manifest))
        {
        }

        Assert.Null(await _world.Files.FindAsync(Identity.Anonymous, ImageWorld.Name, manifest, CancellationToken.None));
        Assert.Null(await _world.Files.FindAsync(Identity.Everyone, RepositoryName.Parse("team/other"), manifest, CancellationToken.None));
        Assert.Empty(await _world.Files.ListAsync(Identity.Anonymous, ImageWorld.Name, manifest, null, CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task LayerThatOnlyOthersHave_IsNotReadForThisRepository()
    {
        var layer = new LayerBuilder().File("secret").Gzip();
        await _world.Driver.PutAsync(RegistryPaths.BlobData(Digest.Of(layer)), layer, CancellationToken.None);

        var (problem, paths) = await _world.ListAsync(layer, isStored: false);

        Assert.Equal("The repository does not have the layer.", problem);
        Assert.Empty(paths);
    }

    [Theory]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", false, "kept elsewhere")]
    [InlineData("application/vnd.oci.image.layer.v1.tar+gzip+encrypted", true, "encrypted")]
    [InlineData("application/vnd.oci.image.layer.v1.tar+gzip", false, "does not have")]
    public async Task LayerThatCannotBeRead_SaysWhy(string mediaType, bool isStored, string reason)
    {
        var (problem, paths) = await _world.ListAsync(new LayerBuilder().File("a").Gzip(), mediaType, isStored);

        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Empty(paths);
    }

    [Theory]
    [InlineData("fd377a585a00", "xz")]
    [InlineData("425a6839", "bzip2")]
    [InlineData("1f8b08000000000000ffffffffffff", "damaged")]
    [InlineData("28b52ffddeadbeef", "damaged")]
    [InlineData("00", "no archive")]
    [InlineData("", "no archive")]
    public async Task BytesThatAreNoLayer_SaySo(string hex, string reason)
    {
        Assert.Contains(reason, (await _world.ListAsync(Convert.FromHexString(hex))).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task PackedLayerThatIsCutOff_IsListedUpToThere(string packing)
    {
        var noise = new byte[400_000];
        new Random(1).NextBytes(noise);
        var packed = Pack(packing, new LayerBuilder().File("a").Raw("b"u8.ToArray(), content: noise[..200_000]).Raw("c"u8.ToArray(), content: noise[200_000..]).Tar());

        var (problem, paths) = await _world.ListAsync(packed[..^100_000]);

        Assert.Contains("cut off", problem, StringComparison.Ordinal);
        Assert.Contains("a", paths);
        Assert.DoesNotContain("c", paths);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public async Task LayerOfAnotherSizeThanItsManifestSays_IsReadAsItIs(long claimed)
    {
        _world.ClaimedSize = claimed;
        var content = new LayerBuilder().File("a").Gzip();
        var manifest = await _world.PutAsync(content);

        Assert.Equal(content.Length, (await _world.FindAsync(manifest)).Layers[0].Size);
        Assert.Equal("text", await _world.ReadAsync(manifest, "a"));
    }

    [Fact]
    public async Task FileBehindTheDamage_IsRefusedWhereItBreaks()
    {
        var manifest = await _world.PutAsync(new LayerBuilder().File("a", new string('a', 100_000)).Gzip());
        using (await _world.OpenAsync(manifest))
        {
        }

        var layer = (await _world.FindAsync(manifest)).Layers[0].Descriptor.Digest;
        await _world.Driver.PutAsync(RegistryPaths.BlobData(layer), new LayerBuilder().File("b").Gzip(), CancellationToken.None);

        await Assert.ThrowsAsync<LayerUnreadableException>(() => _world.ReadAsync(manifest, "a"));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Bomb_IsNotReadToItsEnd(string packing)
    {
        using var world = new ImageWorld(LayerLimits.Default with { UnpackedAnyway = 4 << 20 });
        var bomb = Pack(packing, new LayerBuilder().File("a").Raw("zeros"u8.ToArray(), content: new byte[32 << 20]).Tar());

        var (problem, paths) = await world.ListAsync(bomb);

        Assert.Contains("250 times its size", problem, StringComparison.Ordinal);
        Assert.Equal(["a"], paths);
    }

    [Fact]
    public async Task LayerThatUnpacksToMoreThanIsRead_EndsThere()
    {
        using var world = new ImageWorld(LayerLimits.Default with { Unpacked = 1 << 30, UnpackedAnyway = 1 << 20, Ratio = int.MaxValue });
        using var small = new ImageWorld(LayerLimits.Default with { Unpacked = 1 << 20 });
        var layer = new LayerBuilder().File("a").Raw("b"u8.ToArray(), content: new byte[2 << 20]).Gzip();

        Assert.Null((await world.ListAsync(layer)).Problem);
        Assert.Contains("GiB", (await small.ListAsync(layer)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ZstdThatAsksForMuchMemory_IsRefused()
    {
        using var compressor = new Compressor();
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_windowLog, 27);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_contentSizeFlag, 0);
        using var packed = new MemoryStream();
        await using (var stream = new CompressionStream(packed, compressor))
        {
            await stream.WriteAsync(new LayerBuilder().File("a").Tar(), TestContext.Current.CancellationToken);
        }

        Assert.Contains("damaged", (await _world.ListAsync(packed.ToArray())).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadingThatTakesTooLong_Ends()
    {
        using var world = new ImageWorld(LayerLimits.Default with { Time = TimeSpan.FromSeconds(-1) });

        Assert.Contains("takes more than", (await world.ListAsync(new LayerBuilder().File("a").Gzip())).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyLayers_AreReadUpToTheLimit()
    {
        using var world = new ImageWorld(LayerLimits.Default with { Layers = 2 });
        using var tree = await world.OpenAsync(await world.PutAsync(
            new LayerBuilder().File("a").Gzip(), new LayerBuilder().File("b").Gzip(), new LayerBuilder().File("c").Gzip()));

        Assert.Equal(["a", "b"], tree.All().Select(node => node.Path));
        Assert.Contains("first 2", tree.Layers[2].Problem!.ToString(), StringComparison.Ordinal);
    }

    private static byte[] Pack(string packing, byte[] tar) => packing switch
    {
        "gzip" => LayerBuilder.Gzip(tar),
        "zstd" => LayerBuilder.Zstd(tar),
        "two members" => [.. LayerBuilder.Gzip(tar[..700]), .. LayerBuilder.Gzip(tar[700..])],

        // Frames that may be skipped, with an index in them, as zstd:chunked has them.
        "chunked zstd" => [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4, .. LayerBuilder.Zstd(tar[..512]), .. LayerBuilder.Zstd(tar[512..])],
        _ => tar,
    };
}
