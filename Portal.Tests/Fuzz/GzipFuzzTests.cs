using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Portal.Tests.Fixtures;
using Portal.Tests.Unit.Layers;

namespace Portal.Tests.Fuzz;

/// <summary>Layers in gzip of every kind, whole and damaged: unpacked, or refused, as .NET's own does.</summary>
public sealed class GzipFuzzTests : IDisposable
{
    private static readonly byte[] Head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0];

    // Few lists are kept, so that there are no thousands to look through.
    private readonly ImageWorld _world = new(maxSize: 10_000);

    public void Dispose() => _world.Dispose();

    [Fact]
    public Task Layer_OfAnyBlocks_IsUnpackedAsByDotNet() => FuzzRun.RepeatAsync(150, async random =>
    {
        var (packed, unpacked) = Pack(random);

        Assert.Equal(unpacked, Unpack(packed));
        var (problem, content) = await ReadAsync(packed);
        Assert.Null(problem);
        Assert.Equal(unpacked[512..], content);
    });

    [Fact]
    public async Task Layer_ThatIsDamaged_IsRefusedOrUnpackedAsByDotNet()
    {
        var layers = Enumerable.Range(0, 20).Select(seed => Pack(new Random(seed), members: 1, most: 4000)).ToArray();
        await FuzzRun.RepeatAsync(600, async random =>
        {
            // Its head stays: what is said there besides is not looked at here.
            var damaged = random.Pick(layers).Packed.ToArray();
            for (var edits = random.Next(1, 3); edits > 0; edits--)
            {
                damaged[random.Next(Head.Length, damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            damaged = random.Next(3) == 0 ? damaged[..random.Next(Head.Length, damaged.Length)] : damaged;
            var (problem, content) = await ReadAsync(damaged);

            // What is cut off is not always told by .NET: then its checksum is missing.
            if (Unpack(damaged) is { } unpacked && Trailer(unpacked).AsSpan().SequenceEqual(damaged.AsSpan()[^8..]))
            {
                Assert.Null(problem);
                Assert.Equal(unpacked[Math.Min(512, unpacked.Length)..], content);
            }
            else
            {
                Assert.NotNull(problem);
            }
        });
    }

    /// <summary>A layer of one file, and what is in it: one member or some, each of what a compressor makes or of odd blocks.</summary>
    private static (byte[] Packed, byte[] Unpacked) Pack(Random random, int members = 4, int most = 200_000)
    {
        var content = new byte[512 * random.Next(1, 1 << random.Next(1, int.Log2(most / 512)))];
        var archive = new LayerBuilder().Raw("file"u8.ToArray(), content: content).Tar(isEnded: false);
        var (packed, unpacked) = (new List<byte>(), new List<byte>());
        var border = 512;
        for (var left = random.Next(1, members + 1); left > 0; left--)
        {
            var end = left == 1 ? archive.Length : random.Next(border, archive.Length + 1);
            var head = archive.AsSpan(unpacked.Count, border - unpacked.Count);
            if (random.Next(3) == 0)
            {
                byte[] member = [.. head, .. Words(random, end - border)];
                packed.AddRange(Compress(random, member));
                unpacked.AddRange(member);
            }
            else
            {
                var (member, blocks) = MakeBlocks(random, head, end - border);
                packed.AddRange(member);
                unpacked.AddRange(blocks);
            }

            border = end;
        }

        return ([.. packed], [.. unpacked]);
    }

    private static (byte[] Member, List<byte> Unpacked) MakeBlocks(Random random, ReadOnlySpan<byte> head, int count)
    {
        var blocks = new DeflateBlocks(random);
        blocks.Store(head);
        for (var isLast = false; !isLast;)
        {
            var piece = random.Next(3) == 0 ? Math.Min(count, 65535) : random.Next(Math.Min(count, 65535) + 1);
            count -= piece;
            isLast = count == 0 && random.Next(3) > 0;
            if (random.Next(4) == 0)
            {
                blocks.Store(Words(random, piece), isLast);
            }
            else
            {
                blocks.Codes(piece, random.Next(4) == 0, isLast);
            }
        }

        return ([.. Head, .. blocks.Packed(), .. Trailer([.. blocks.Unpacked])], blocks.Unpacked);
    }

    private static byte[] Trailer(byte[] unpacked)
    {
        var trailer = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.HashToUInt32(unpacked));
        BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(4), unpacked.Length);
        return trailer;
    }

    private static byte[] Compress(Random random, byte[] content)
    {
        using var packed = new MemoryStream();
        var options = new ZLibCompressionOptions { CompressionLevel = random.Next(10), CompressionStrategy = (ZLibCompressionStrategy)random.Next(5) };
        using (var gzip = new GZipStream(packed, options, leaveOpen: true))
        {
            for (var written = 0; written < content.Length;)
            {
                var piece = random.Next(content.Length - written) + 1;
                gzip.Write(content, written, piece);
                written += piece;
                gzip.Flush();
            }
        }

        return packed.ToArray();
    }

    private static byte[] Words(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        var words = Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, length / 8).Select(_ => random.Next(1 << random.Next(1, 20)))));
        words.AsSpan(0, Math.Min(random.Next(length + 1), words.Length)).CopyTo(noise);
        return noise;
    }

    /// <summary>As .NET does it; null when it refuses.</summary>
    private static byte[]? Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        try
        {
            gzip.CopyTo(unpacked);
            return unpacked.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private async Task<(string? Problem, byte[] Content)> ReadAsync(byte[] packed)
    {
        var manifest = await _world.PutAsync(packed);
        using var tree = await _world.OpenAsync(manifest);
        if (tree.Layers[0].Problem is { } problem)
        {
            return (problem.ToString(), []);
        }

        await using var file = await _world.Files.ReadAsync(await _world.FindAsync(manifest), null, "file", TestContext.Current.CancellationToken);
        var content = new byte[file?.Size ?? 0];
        if (file is not null)
        {
            await file.ReadAsync(content, TestContext.Current.CancellationToken);
        }

        return (null, content);
    }
}
