namespace Portal.Tests.Fuzz;

/// <summary>
/// Blocks of DEFLATE (RFC 1951) that no compressor would write: stored, with fixed codes and with codes of all lengths that a block may bring,
/// and repeats from as far back as there is anything.
/// </summary>
internal sealed class DeflateBlocks(Random random)
{
    private static readonly int[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly int[] LengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly int[] LengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly List<byte> _packed = [];
    private ulong _bits;
    private int _held;

    /// <summary>What the blocks unpack to.</summary>
    public List<byte> Unpacked { get; } = [];

    /// <summary>The blocks so far, after the last one.</summary>
    public byte[] Packed()
    {
        Align();
        return [.. _packed];
    }

    public void Store(ReadOnlySpan<byte> content, bool isLast = false)
    {
        Put(isLast ? 1 : 0, 3);
        Align();
        Put(content.Length, 16);
        Put(~content.Length & 0xffff, 16);
        Align();
        _packed.AddRange(content);
        Unpacked.AddRange(content);
    }

    /// <summary>A block of literals and repeats that unpacks to so many bytes.</summary>
    public void Codes(int count, bool isFixed, bool isLast = false)
    {
        // What there is to choose from: few literals and distances make short codes, all of them long ones.
        var literals = Enumerable.Range(0, 1 << random.Next(9)).Select(_ => random.Next(256)).ToArray();
        var repeats = random.Next(3) == 0 ? 0 : random.Next(1, 100);
        var longest = random.Pick([3, 10, 40, 258]);
        var farthest = random.Pick([1, 2, 20, 300, 32768]);
        var symbols = new List<(int Symbol, int Extra, int ExtraBits, bool IsDistance)>();
        for (var end = Unpacked.Count + count; Unpacked.Count < end;)
        {
            if (Unpacked.Count == 0 || end - Unpacked.Count < 3 || random.Next(100) >= repeats)
            {
                var literal = random.Pick(literals);
                symbols.Add((literal, 0, 0, false));
                Unpacked.Add((byte)literal);
                continue;
            }

            var length = random.Next(3, Math.Min(longest, end - Unpacked.Count) + 1);
            var distance = random.Next(1, Math.Min(farthest, Unpacked.Count) + 1);
            var kind = length == 258 && random.Next(4) > 0 ? 28 : Array.FindLastIndex(LengthBase, 27, value => value <= length);
            symbols.Add((257 + kind, length - LengthBase[kind], LengthExtra[kind], false));
            var (place, extraBits, first) = DistanceOf(distance);
            symbols.Add((place, distance - first, extraBits, true));
            for (var copied = 0; copied < length; copied++)
            {
                Unpacked.Add(Unpacked[^distance]);
            }
        }

        symbols.Add((256, 0, 0, false));
        Put(isLast ? 1 : 0, 1);
        Put(isFixed ? 1 : 2, 2);
        var lengths = isFixed
            ? [.. Enumerable.Range(0, 288).Select(symbol => symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8)]
            : RandomLengths(286, 15, [.. symbols.Where(item => !item.IsDistance).Select(item => item.Symbol)]);
        var distances = isFixed ? [.. Enumerable.Repeat(5, 30)] : RandomLengths(30, 15, [.. symbols.Where(item => item.IsDistance).Select(item => item.Symbol)]);
        if (!isFixed)
        {
            PutLengths(lengths, distances);
        }

        var (codes, distanceCodes) = (CodesOf(lengths), CodesOf(distances));
        foreach (var (symbol, extra, extraBits, isDistance) in symbols)
        {
            Put((isDistance ? distanceCodes : codes)[symbol], (isDistance ? distances : lengths)[symbol]);
            Put(extra, extraBits);
        }
    }

    private static (int Symbol, int ExtraBits, int First) DistanceOf(int distance)
    {
        var first = 1;
        for (var symbol = 0; ; symbol++)
        {
            var extraBits = Math.Max(0, (symbol / 2) - 1);
            if (distance < first + (1 << extraBits))
            {
                return (symbol, extraBits, first);
            }

            first += 1 << extraBits;
        }
    }

    /// <summary>Lengths of a prefix code: it begins as one code, and any of them becomes two until there are enough.</summary>
    private int[] RandomLengths(int count, int most, HashSet<int> used)
    {
        var lengths = new int[count];
        for (var more = random.Next(4) == 0 ? random.Next(count - used.Count + 1) : 0; more > 0; more--)
        {
            used.Add(random.Next(count));
        }

        if (used.Count == 1 && count == 30)
        {
            // The only code of distances need not have a sibling.
            lengths[used.First()] = 1;
            return lengths;
        }

        while (used.Count == 1)
        {
            used.Add(random.Next(count));
        }

        var codes = new List<int> { 0 };
        var isSteep = random.Next(2) == 0;
        while (codes.Count < used.Count)
        {
            var split = isSteep && random.Next(3) > 0 ? codes.Count - 1 : random.Next(codes.Count);
            if (codes[split] < most)
            {
                codes[split]++;
                codes.Add(codes[split]);
            }
        }

        var order = used.ToArray();
        random.Shuffle(order);
        foreach (var (place, symbol) in order.Index())
        {
            lengths[symbol] = codes[place];
        }

        return lengths;
    }

    /// <summary>The codes' lengths, packed themselves (3.2.7).</summary>
    private void PutLengths(int[] literals, int[] distances)
    {
        var literalCount = Math.Max(257, Array.FindLastIndex(literals, length => length > 0) + 1);
        var distanceCount = Math.Max(1, Array.FindLastIndex(distances, length => length > 0) + 1);
        int[] all = [.. literals[..literalCount], .. distances[..distanceCount]];
        var symbols = new List<(int Symbol, int Extra, int ExtraBits)>();
        for (var place = 0; place < all.Length;)
        {
            var run = all.Skip(place).TakeWhile(length => length == all[place]).Count();
            var times = random.Next(1, run + 1);
            if (all[place] == 0 && times >= 3)
            {
                times = Math.Min(times, 138);
                symbols.Add(times > 10 ? (18, times - 11, 7) : (17, times - 3, 3));
            }
            else if (place > 0 && all[place - 1] == all[place] && times >= 3)
            {
                times = Math.Min(times, 6);
                symbols.Add((16, times - 3, 2));
            }
            else
            {
                times = 1;
                symbols.Add((all[place], 0, 0));
            }

            place += times;
        }

        var lengths = RandomLengths(19, 7, [.. symbols.Select(item => item.Symbol)]);
        var codes = CodesOf(lengths);
        var count = Math.Max(4, Array.FindLastIndex(LengthOrder, symbol => lengths[symbol] > 0) + 1);
        Put(literalCount - 257, 5);
        Put(distanceCount - 1, 5);
        Put(count - 4, 4);
        foreach (var symbol in LengthOrder[..count])
        {
            Put(lengths[symbol], 3);
        }

        foreach (var (symbol, extra, extraBits) in symbols)
        {
            Put(codes[symbol], lengths[symbol]);
            Put(extra, extraBits);
        }
    }

    /// <summary>The codes of such lengths (3.2.2), the first bit lowest.</summary>
    private static int[] CodesOf(int[] lengths)
    {
        var codes = new int[lengths.Length];
        var next = 0;
        for (var length = 1; length <= 15; length++)
        {
            next <<= 1;
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] == length)
                {
                    codes[symbol] = Enumerable.Range(0, length).Sum(bit => ((next >> bit) & 1) << (length - 1 - bit));
                    next++;
                }
            }
        }

        return codes;
    }

    private void Put(int value, int count)
    {
        _bits |= (ulong)(uint)value << _held;
        for (_held += count; _held >= 8; _held -= 8)
        {
            _packed.Add((byte)_bits);
            _bits >>= 8;
        }
    }

    private void Align() => Put(0, -_held & 7);
}
