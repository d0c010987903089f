using System.Numerics;
using System.Runtime.CompilerServices;

namespace Portal.Registry.Layers.Gzip;

/// <summary>
/// The codes of a block (RFC 1951, 3.2.2), to be looked up by the next bits: by the first <see cref="RootBits"/> of them, and in a second
/// part of the table for longer codes.
/// </summary>
/// <remarks>
/// An entry, from its lowest bit on: 6 bits of how many bits the code and what follows it have, so that it can be shifted by as it is; at 8,
/// how many the code has alone, with two bits of nothing behind it for the same purpose; <see cref="Other"/> and <see cref="Literal"/>; and at
/// 16 a value. Nothing but a code's entry says that it has bits.
/// </remarks>
/// <param name="mostRootBits">At most so many bits are looked up at once; longer codes take a second look.</param>
internal sealed class HuffmanTable(int mostRootBits, int maxSymbols)
{
    public const int MaxLength = 15;

    /// <summary>The value is a byte.</summary>
    public const uint Literal = 1u << 31;

    /// <summary>Neither a literal nor a length or distance: one of those below, or no code at all.</summary>
    public const uint Other = 1u << 15;

    /// <summary>The value says where in the table the look goes on, what stands in the place of the code's bits by how many more.</summary>
    public const uint Longer = Other | (1u << 14);

    public const uint EndOfBlock = Other | (1u << 7);

    // A second part of 2^n entries has at least n + 1 codes in it.
    private readonly uint[] _entries = new uint[(1 << mostRootBits) + ((maxSymbols << (MaxLength - mostRootBits)) / (MaxLength + 1 - mostRootBits))];

    public int RootBits { get; private set; }

    /// <summary>Whatever the bits are, the first look and the second lead into it.</summary>
    public ReadOnlySpan<uint> Entries => _entries;

    public static uint Entry(uint kind, int value, int extraBits = 0) => ((uint)value << 16) | kind | (uint)extraBits;

    public static int ValueOf(uint entry) => (int)((entry & ~Literal) >> 16);

    /// <summary>How many bits are to be taken.</summary>
    public static int LengthOf(uint entry) => (int)(entry & 63);

    /// <summary>The number in the bits that follow the code; 0 where none do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ExtraOf(uint entry, ulong bits) => (int)((bits & ((1UL << (int)entry) - 1)) >> (int)(entry >> 8));

    /// <summary>Where the second look goes.</summary>
    /// <param name="bits">Those that the first one was for.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Follow(uint entry, ulong bits, int rootBits) => (int)((entry >> 16) + ((uint)(bits >> rootBits) & ((1u << (int)((entry >> 8) & 0xf)) - 1)));

    /// <param name="lengths">How long each symbol's code is; 0 for one without a code.</param>
    /// <param name="symbols">What each symbol stands for.</param>
    /// <param name="mayLack">Whether there may be a single code of one bit, or none at all: what encoders write of what is not used.</param>
    /// <exception cref="InvalidDataException">No codes have such lengths.</exception>
    public void Build(ReadOnlySpan<byte> lengths, ReadOnlySpan<uint> symbols, bool mayLack = true)
    {
        Span<int> counts = stackalloc int[MaxLength + 1];
        counts.Clear();
        foreach (var length in lengths)
        {
            counts[length]++;
        }

        var longest = Check(counts, mayLack);
        Span<ushort> ordered = stackalloc ushort[lengths.Length];
        ordered = Order(lengths, counts, ordered);

        // Codes begin with their highest bit, and bits come lowest first: they are counted up the other way round.
        RootBits = Math.Clamp(longest, 1, mostRootBits);
        var entries = _entries.AsSpan();
        entries[0] = Other;
        var code = 0u;
        for (var length = 1; length <= RootBits; length++)
        {
            // What is known by fewer bits is known whatever the next one is.
            entries[..(1 << (length - 1))].CopyTo(entries[(1 << (length - 1))..]);
            foreach (var symbol in ordered[..counts[length]])
            {
                entries[(int)code] = symbols[symbol] + EntryOf(length);
                code = Next(code, length);
            }

            ordered = ordered[counts[length]..];
        }

        BuildLonger(code, longest, counts, ordered, symbols);
    }

    private void BuildLonger(uint code, int longest, ReadOnlySpan<int> counts, ReadOnlySpan<ushort> ordered, ReadOnlySpan<uint> symbols)
    {
        var rootMask = (1u << RootBits) - 1;
        var first = uint.MaxValue;
        var part = Span<uint>.Empty;
        var end = 1 << RootBits;
        for (var length = RootBits + 1; length <= longest; length++)
        {
            for (var left = counts[length]; left > 0; left--)
            {
                if ((code & rootMask) != first)
                {
                    first = code & rootMask;
                    var bits = length - RootBits;
                    for (var filled = left; filled < 1 << bits; bits++)
                    {
                        filled = (filled << 1) + counts[RootBits + bits + 1];
                    }

                    _entries[first] = Entry(Longer, end) | ((uint)bits << 8);
                    part = _entries.AsSpan(end, 1 << bits);
                    end += part.Length;
                }

                var entry = symbols[ordered[0]] + EntryOf(length);
                for (var index = (int)(code >> RootBits); index < part.Length; index += 1 << (length - RootBits))
                {
                    part[index] = entry;
                }

                ordered = ordered[1..];
                code = Next(code, length);
            }
        }
    }

    /// <returns>How long the longest code is.</returns>
    private static int Check(ReadOnlySpan<int> counts, bool mayLack)
    {
        var left = 1;
        var longest = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            left = (left << 1) - counts[length];
            longest = counts[length] > 0 ? length : longest;
            if (left < 0)
            {
                throw Inflater.Damaged();
            }
        }

        return left == 0 || (mayLack && longest <= 1) ? longest : throw Inflater.Damaged();
    }

    /// <returns>The symbols that have codes: those with the shortest first, then as they are counted.</returns>
    private static Span<ushort> Order(ReadOnlySpan<byte> lengths, ReadOnlySpan<int> counts, Span<ushort> ordered)
    {
        Span<int> places = stackalloc int[MaxLength + 2];
        places[..2].Clear();
        for (var length = 1; length <= MaxLength; length++)
        {
            places[length + 1] = places[length] + counts[length];
        }

        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            if (lengths[symbol] > 0)
            {
                ordered[places[lengths[symbol]]++] = (ushort)symbol;
            }
        }

        return ordered[..places[MaxLength]];
    }

    private static uint EntryOf(int length) => (uint)((length << 8) + length);

    private static uint Next(uint code, int length)
    {
        var highest = 1u << BitOperations.Log2(code ^ ((1u << length) - 1));
        return (code & (highest - 1)) | highest;
    }
}
