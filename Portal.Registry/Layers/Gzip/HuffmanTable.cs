namespace Portal.Registry.Layers.Gzip;

/// <summary>What an entry of a <see cref="HuffmanTable"/> is about.</summary>
internal enum HuffmanKind : byte
{
    Invalid,
    Literal,
    Base,
    EndOfBlock,
    Longer,
}

/// <summary>
/// The codes of a block (RFC 1951, 3.2.2), to be looked up by the next bits: by the first <paramref name="rootBits"/> of them, and in a
/// second part of the table for longer codes. An entry is 8 bits of the code's length, 4 of how many bits follow it, 4 of its kind, and a value.
/// </summary>
internal sealed class HuffmanTable(int rootBits, int maxSymbols)
{
    public const int MaxLength = 15;

    private readonly uint[] _entries = new uint[(1 << rootBits) + (maxSymbols << (MaxLength - rootBits))];

    public uint RootMask => (1u << rootBits) - 1;

    public ReadOnlySpan<uint> Entries => _entries;

    public static uint Entry(HuffmanKind kind, int value, int extraBits = 0) => ((uint)value << 16) | ((uint)kind << 12) | ((uint)extraBits << 8);

    public static HuffmanKind KindOf(uint entry) => (HuffmanKind)((entry >> 12) & 0xf);

    /// <param name="lengths">How long each symbol's code is; 0 for one without a code.</param>
    /// <param name="symbols">What each symbol stands for.</param>
    /// <exception cref="InvalidDataException">No codes have such lengths.</exception>
    public void Build(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> symbols)
    {
        Span<int> counts = stackalloc int[MaxLength + 1];
        foreach (var length in lengths)
        {
            counts[length]++;
        }

        counts[0] = 0;
        Span<int> next = stackalloc int[MaxLength + 2];
        var left = 1;
        var longest = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            left = (left << 1) - counts[length];
            next[length + 1] = (next[length] + counts[length]) << 1;
            longest = counts[length] > 0 ? length : longest;
            if (left < 0)
            {
                throw Inflater.Damaged();
            }
        }

        // A single code of one bit, or none at all, is what encoders write of distances that are not used.
        if (left > 0 && longest > 1)
        {
            throw Inflater.Damaged();
        }

        var root = 1 << rootBits;
        var longerBits = Math.Max(0, longest - rootBits);
        var end = root;
        _entries.AsSpan(0, root).Clear();
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            int length = lengths[symbol];
            if (length == 0)
            {
                continue;
            }

            var code = Reverse(next[length]++, length);
            var entry = symbols[symbol] | (uint)length;
            if (length <= rootBits)
            {
                Spread(_entries.AsSpan(0, root), code, length, entry);
                continue;
            }

            ref var first = ref _entries[code & (root - 1)];
            if (KindOf(first) != HuffmanKind.Longer)
            {
                first = Entry(HuffmanKind.Longer, end, longerBits);
                _entries.AsSpan(end, 1 << longerBits).Clear();
                end += 1 << longerBits;
            }

            Spread(_entries.AsSpan((int)(first >> 16), 1 << longerBits), code >> rootBits, length - rootBits, entry);
        }
    }

    private static void Spread(Span<uint> entries, int code, int length, uint entry)
    {
        for (var index = code; index < entries.Length; index += 1 << length)
        {
            entries[index] = entry;
        }
    }

    private static int Reverse(int code, int length)
    {
        var reversed = 0;
        for (var bit = 0; bit < length; bit++)
        {
            reversed = (reversed << 1) | ((code >> bit) & 1);
        }

        return reversed;
    }
}
