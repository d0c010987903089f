namespace Portal.Registry.Layers.Gzip;

/// <summary>The two tables of a block: of literals and lengths, and of distances.</summary>
internal sealed class BlockCodes
{
    private const int MaxLiterals = 288;
    private const int MaxDistances = 32;

    private static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private static ReadOnlySpan<byte> LengthExtra => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static readonly uint[] LengthSymbols = [.. Enumerable.Range(0, 19).Select(symbol => HuffmanTable.Entry(HuffmanTable.Literal, symbol))];
    private static readonly uint[] LiteralSymbols = MakeLiterals();
    private static readonly uint[] DistanceSymbols = MakeDistances();

    private readonly HuffmanTable _lengths = new(7, 19);

    /// <summary>The codes that a block need not bring (3.2.6); never to be read anew.</summary>
    public static BlockCodes Fixed { get; } = BuildFixed();

    public HuffmanTable Literals { get; } = new(11, MaxLiterals);

    public HuffmanTable Distances { get; } = new(8, MaxDistances);

    /// <summary>Reads the codes that a block brings (3.2.7).</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public void Read(ref BitReader bits)
    {
        var literals = (int)bits.Take(5) + 257;
        var distances = (int)bits.Take(5) + 1;
        var count = (int)bits.Take(4) + 4;
        if (literals > 286 || distances > 30)
        {
            throw Inflater.Damaged();
        }

        Span<byte> lengths = stackalloc byte[286 + 30];
        lengths.Clear();
        for (var index = 0; index < count; index++)
        {
            lengths[LengthOrder[index]] = (byte)bits.Take(3);
        }

        _lengths.Build(lengths[..19], LengthSymbols, mayLack: false);
        lengths.Clear();
        for (var filled = 0; filled < literals + distances;)
        {
            bits.Refill();
            if ((bits.TakeHeld(_lengths, out var symbol) & HuffmanTable.Literal) == 0)
            {
                throw Inflater.Damaged();
            }

            if (symbol < 16)
            {
                lengths[filled++] = (byte)symbol;
                continue;
            }

            var repeated = symbol == 16 ? (filled > 0 ? lengths[filled - 1] : throw Inflater.Damaged()) : (byte)0;
            var times = (int)(symbol switch { 16 => 3 + bits.TakeHeld(2), 17 => 3 + bits.TakeHeld(3), _ => 11 + bits.TakeHeld(7) });
            if (filled + times > literals + distances)
            {
                throw Inflater.Damaged();
            }

            lengths.Slice(filled, times).Fill(repeated);
            filled += times;
        }

        if (lengths[256] == 0)
        {
            throw Inflater.Damaged();
        }

        Literals.Build(lengths[..literals], LiteralSymbols);
        Distances.Build(lengths.Slice(literals, distances), DistanceSymbols);
    }

    private static BlockCodes BuildFixed()
    {
        var codes = new BlockCodes();
        Span<byte> lengths = stackalloc byte[MaxLiterals];
        lengths.Fill(8);
        lengths[144..256].Fill(9);
        lengths[256..280].Fill(7);
        codes.Literals.Build(lengths, LiteralSymbols);
        lengths[..MaxDistances].Fill(5);
        codes.Distances.Build(lengths[..MaxDistances], DistanceSymbols);
        return codes;
    }

    private static uint[] MakeLiterals()
    {
        var symbols = new uint[MaxLiterals];
        Array.Fill(symbols, HuffmanTable.Other);
        for (var literal = 0; literal < 256; literal++)
        {
            symbols[literal] = HuffmanTable.Entry(HuffmanTable.Literal, literal);
        }

        symbols[256] = HuffmanTable.EndOfBlock;
        var length = 3;
        for (var index = 0; index < LengthExtra.Length; index++)
        {
            symbols[257 + index] = HuffmanTable.Entry(0, index == 28 ? 258 : length, LengthExtra[index]);
            length += 1 << LengthExtra[index];
        }

        return symbols;
    }

    private static uint[] MakeDistances()
    {
        var symbols = new uint[MaxDistances];
        Array.Fill(symbols, HuffmanTable.Other);
        var distance = 1;
        for (var index = 0; index < 30; index++)
        {
            var extra = Math.Max(0, (index >> 1) - 1);
            symbols[index] = HuffmanTable.Entry(0, distance, extra);
            distance += 1 << extra;
        }

        return symbols;
    }
}
