using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Layers;

/// <summary>Layers in gzip: unpacked as .NET's own would, from the beginning or from a place in between.</summary>
public sealed class GzipLayerTests : IDisposable
{
    private readonly ImageWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.SmallestSize)]
    public async Task Layer_OfAnyLevelAndContent_IsReadByteForByte(CompressionLevel level)
    {
        var random = new Random(7);
        var contents = new[]
        {
            Noise(random, 300_000), new byte[500_000], Text(random, 9_000_000), [.. Noise(random, 70_000), .. Text(random, 200_000), .. Noise(random, 5)],
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("ab", 100_000))), [1], [.. Text(random, 31_000), .. Noise(random, 6_000_000)],
        };
        var layer = new LayerBuilder();
        for (var index = 0; index < contents.Length; index++)
        {
            layer.Raw(Encoding.UTF8.GetBytes($"{index}"), content: contents[index]);
        }

        var manifest = await _world.PutAsync(Gzip(layer.Tar(), level));
        using var tree = await _world.OpenAsync(manifest);

        Assert.Null(tree.Layers[0].Problem);
        for (var index = 0; index < contents.Length; index++)
        {
            var node = tree.Find($"{index}")!;
            Assert.Equal(Convert.ToHexString(SHA256.HashData(contents[index]))[..32], node.Entry.Hash.ToString("X32"));
            Assert.Equal(contents[index], await ReadAsync(manifest, $"{index}"));
        }
    }

    [Fact]
    public async Task LastFileOfALargeLayer_IsReadFromAPlaceBeforeIt()
    {
        var random = new Random(8);
        var text = Text(random, 4 << 20);
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var file = 0; file < 50; file++)
            {
                gzip.Write(new LayerBuilder().Raw(Encoding.UTF8.GetBytes($"{file:d2}"), content: text).Tar(isEnded: false));
            }

            gzip.Write(new LayerBuilder().File("last", "found").Tar());
        }

        var manifest = await _world.PutAsync(packed.ToArray());
        using (await _world.OpenAsync(manifest))
        {
        }

        Assert.InRange(new FileInfo(Assert.Single(Directory.GetFiles(_world.Folder, "*.points"))).Length, 50_000, 50 * 33_000);
        Assert.Equal("found", await _world.ReadAsync(manifest, "last"));
        Assert.InRange(packed.Length - _world.Driver.LastOffset, 1, packed.Length / 20);
        Assert.Equal(text, await ReadAsync(manifest, "31"));

        // Without the places, or with others than there were, it takes longer and is the same.
        await File.WriteAllBytesAsync(Directory.GetFiles(_world.Folder, "*.points")[0], "points 1, or not"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("found", await _world.ReadAsync(manifest, "last"));
    }

    [Fact]
    public async Task PlaceThatWasDamaged_IsNotBegunAt()
    {
        var random = new Random(11);
        var layer = new LayerBuilder();
        for (var file = 0; file < 5; file++)
        {
            layer.Raw(Encoding.UTF8.GetBytes($"{file}"), content: Text(random, 3 << 20));
        }

        var last = Text(random, 100_000);
        var manifest = await _world.PutAsync(Gzip(layer.Raw("last"u8.ToArray(), content: last).Tar(), CompressionLevel.Fastest));
        using (await _world.OpenAsync(manifest))
        {
        }

        var path = Assert.Single(Directory.GetFiles(_world.Folder, "*.points"));
        var points = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        for (var run = 0; run < 40; run++)
        {
            // Half of them in what is said of the first place.
            var damaged = points.ToArray();
            damaged[random.Next(8, run % 2 == 0 ? 37 : damaged.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(path, damaged, TestContext.Current.CancellationToken);

            Assert.Equal(last, await ReadAsync(manifest, "last"));
        }

        // The last one is told by its checksum, and the file is of no use then.
        points[^1] ^= 1;
        await File.WriteAllBytesAsync(path, points, TestContext.Current.CancellationToken);
        Assert.Equal(last, await ReadAsync(manifest, "last"));
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task ManyMembers_WithNamesAndRubbishBehind_AreReadFromAMemberOn()
    {
        var random = new Random(9);
        var text = Text(random, 3 << 20);
        var packed = new List<byte>();
        for (var file = 0; file < 5; file++)
        {
            var member = Gzip(new LayerBuilder().Raw(Encoding.UTF8.GetBytes($"{file}"), content: text).Tar(isEnded: file == 4), CompressionLevel.Fastest);
            byte[] named = [.. member[..3], 0x1c, .. member[4..10], 2, 0, 9, 9, .. "name\0comment\0"u8, .. member[10..]];
            packed.AddRange(named);
        }

        packed.AddRange("rubbish"u8);
        var manifest = await _world.PutAsync(packed.ToArray());
        using var tree = await _world.OpenAsync(manifest);

        Assert.Null(tree.Layers[0].Problem);
        Assert.Equal(5, tree.All().Count());
        Assert.Equal(text, await ReadAsync(manifest, "4"));
    }

    [Fact]
    public async Task ChecksumThatIsWrong_IsTold()
    {
        var member = Gzip(new LayerBuilder().File("a").Tar(isEnded: false), CompressionLevel.Fastest);
        member[^8] ^= 1;

        var (problem, _) = await _world.ListAsync([.. member, .. new LayerBuilder().File("b").Gzip()]);

        Assert.Contains("damaged or cut off", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DamageAnywhere_IsNothingWorseThanAProblemOfTheList()
    {
        var random = new Random(10);
        var layer = new LayerBuilder().Raw("a"u8.ToArray(), content: Text(random, 60_000)).Raw("b"u8.ToArray(), content: Noise(random, 3_000)).Gzip();
        for (var run = 0; run < 300; run++)
        {
            var damaged = layer.ToArray();
            damaged[random.Next(2, damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (run % 3 == 0)
            {
                damaged = damaged[..random.Next(2, damaged.Length)];
            }

            var (problem, _) = await _world.ListAsync(damaged);
            Assert.True(problem is null || problem.Contains("damaged", StringComparison.Ordinal) || problem.Contains("cut off", StringComparison.Ordinal)
                || problem.Contains("no archive", StringComparison.Ordinal), problem);
        }
    }

    private static byte[] Gzip(byte[] content, CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] Text(Random random, int length)
    {
        var words = Enumerable.Range(0, 3000).Select(_ => Encoding.ASCII.GetBytes(random.NextInt64().ToString("x")[..random.Next(1, 12)] + " ")).ToArray();
        var text = new byte[length];
        for (var filled = 0; filled < length;)
        {
            var word = words[random.Next(words.Length)];
            var piece = Math.Min(word.Length, length - filled);
            word.AsSpan(0, piece).CopyTo(text.AsSpan(filled));
            filled += piece;
        }

        return text;
    }

    private async Task<byte[]> ReadAsync(Digest manifest, string path)
    {
        await using var content = await _world.Files.ReadAsync(await _world.FindAsync(manifest), null, path, TestContext.Current.CancellationToken);
        var buffer = new byte[content!.Size];
        await content.ReadAsync(buffer, TestContext.Current.CancellationToken);
        return buffer;
    }
}
