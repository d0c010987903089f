using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Portal.Registry.Layers.Gzip;

/// <summary>The codes of a block while there is plenty of input and of room: nearly all of them.</summary>
/// <remarks>
/// It goes without checks of bounds, since a turn is known to stay inside. Of the input it reads <see cref="TurnInput"/> bytes at most; it
/// writes <see cref="OutputSlack"/> at most: two literals, the longest repeat, and what whole vectors write behind that, which is written over.
/// Whatever the bits are, they lead into the tables (<see cref="HuffmanTable.Entries"/>), and a distance is held against what is there.
/// </remarks>
internal static class CodeLoop
{
    /// <summary>Bytes that a turn may write behind what is full.</summary>
    public const int OutputSlack = 2 + 258 + (2 * Wide);

    // Two refills to begin with and two a turn: each reads eight bytes and goes on by seven at most.
    private const int TurnInput = (4 * 7) + 8;

    private const int Wide = 16;

    /// <summary>At [distance * 16]: which of the bytes so far back each of sixteen bytes repeats.</summary>
    private static ReadOnlySpan<byte> Repeated =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1,
        0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0,
        0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0,
        0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1,
        0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0,
    ];

    /// <summary>Unpacks until the block ends, the output is full, or the input goes short.</summary>
    /// <param name="position">The next bit of the input.</param>
    /// <param name="output">Has <see cref="OutputSlack"/> bytes of room from <paramref name="full"/> on.</param>
    /// <param name="end">Where the next byte goes; all before it may be repeated.</param>
    /// <returns>Whether the block has ended.</returns>
    /// <exception cref="InvalidDataException">It is not DEFLATE.</exception>
    public static bool Run(BlockCodes codes, ReadOnlySpan<byte> input, ref long position, Span<byte> output, ref int end, int full)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(full, output.Length - OutputSlack);
        ref var source = ref MemoryMarshal.GetReference(input);
        ref var target = ref MemoryMarshal.GetReference(output);
        ref var literals = ref MemoryMarshal.GetReference(codes.Literals.Entries);
        ref var distances = ref MemoryMarshal.GetReference(codes.Distances.Entries);
        var (literalBits, distanceBits) = (codes.Literals.RootBits, codes.Distances.RootBits);
        var literalMask = (1u << literalBits) - 1;
        var distanceMask = (1u << distanceBits) - 1;
        var next = (nint)(position >> 3);
        var lastTurn = (nint)(input.Length - TurnInput);
        var at = (nint)end;
        if (next > lastTurn || at >= full)
        {
            return false;
        }

        // Of the count only the lowest six bits mean anything, as of an entry that is taken from it.
        var bits = Read(ref source, next) >> (int)(position & 7);
        var count = 56 - (int)(position & 7);
        next += 7;
        var hasEnded = false;
        Refill(ref source, ref next, ref bits, ref count);
        var entry = Unsafe.Add(ref literals, (nint)((uint)bits & literalMask));
        do
        {
            // Of 56 bits two literals at the first look take 22 at most, a length 20.
            var held = bits;
            Take(entry, ref bits, ref count);
            if ((int)entry < 0)
            {
                Unsafe.Add(ref target, at++) = (byte)(entry >> 16);
                entry = Unsafe.Add(ref literals, (nint)((uint)bits & literalMask));
                held = bits;
                Take(entry, ref bits, ref count);
                if ((int)entry < 0)
                {
                    Unsafe.Add(ref target, at++) = (byte)(entry >> 16);
                    entry = Unsafe.Add(ref literals, (nint)((uint)bits & literalMask));
                    held = bits;
                    Take(entry, ref bits, ref count);
                }

                Refill(ref source, ref next, ref bits, ref count);
                if ((int)entry < 0)
                {
                    Unsafe.Add(ref target, at++) = (byte)(entry >> 16);
                    entry = Unsafe.Add(ref literals, (nint)((uint)bits & literalMask));
                    continue;
                }
            }

            if ((entry & HuffmanTable.Other) != 0)
            {
                if ((entry & HuffmanTable.Longer) == HuffmanTable.Longer)
                {
                    entry = Unsafe.Add(ref literals, HuffmanTable.Follow(entry, held, literalBits));
                    Take(entry, ref bits, ref count);
                }

                if ((int)entry < 0)
                {
                    Unsafe.Add(ref target, at++) = (byte)(entry >> 16);
                    Refill(ref source, ref next, ref bits, ref count);
                    entry = Unsafe.Add(ref literals, (nint)((uint)bits & literalMask));
                    continue;
                }

                if ((entry & HuffmanTable.Other) != 0)
                {
                    hasEnded = (entry & HuffmanTable.EndOfBlock) == HuffmanTable.EndOfBlock ? true : throw Inflater.Damaged();
                    break;
                }
            }

            // 36 bits are left, and a distance takes 28 at most.
            var length = (int)(entry >> 16) + HuffmanTable.ExtraOf(entry, held);
            entry = Unsafe.Add(ref distances, (nint)((uint)bits & distanceMask));
            if ((entry & HuffmanTable.Other) != 0)
            {
                entry = (entry & HuffmanTable.Longer) == HuffmanTable.Longer
                    ? Unsafe.Add(ref distances, HuffmanTable.Follow(entry, bits, distanceBits))
                    : throw Inflater.Damaged();
                if ((entry & HuffmanTable.Other) != 0)
                {
                    throw Inflater.Damaged();
                }
            }

            var distance = (int)(entry >> 16) + HuffmanTable.ExtraOf(entry, bits);
            Take(entry, ref bits, ref count);
            if (distance > at)
            {
                throw Inflater.Damaged();
            }

            // The next entry is on its way while bytes are copied.
            Refill(ref source, ref next, ref bits, ref count);
            entry = Unsafe.Add(ref literals, (nint)((uint)bits & literalMask));
            Repeat(ref Unsafe.Add(ref target, at), distance, length);
            at += length;
        }
        while (next <= lastTurn && at < full);

        position = (next * 8L) - (count & 63);
        end = (int)at;
        return hasEnded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(ref byte source, nint next)
    {
        var read = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, next));
        return BitConverter.IsLittleEndian ? read : BinaryPrimitives.ReverseEndianness(read);
    }

    /// <summary>As <see cref="BitReader.Refill"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Refill(ref byte source, ref nint next, ref ulong bits, ref int count)
    {
        bits |= Read(ref source, next) << count;
        next += 7 - ((count >> 3) & 7);
        count |= 56;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(uint entry, ref ulong bits, ref int count)
    {
        bits >>= (int)entry;
        count -= (int)entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Repeat(ref byte to, int distance, int length)
    {
        ref var from = ref Unsafe.Subtract(ref to, distance);
        if (distance >= Wide)
        {
            Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
            Vector128.LoadUnsafe(ref from, Wide).StoreUnsafe(ref to, Wide);
            for (var copied = 2 * Wide; copied < length; copied += Wide)
            {
                Vector128.LoadUnsafe(ref from, (nuint)copied).StoreUnsafe(ref to, (nuint)copied);
            }

            return;
        }

        // The same vector again and again, each time as much further as whole repeats of it are.
        var which = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Repeated), (nuint)(distance * Wide));
        var repeat = Vector128.ShuffleNative(Vector128.LoadUnsafe(ref from), which);
        var step = Wide - (Wide % distance);
        for (var copied = 0; copied < length; copied += step)
        {
            repeat.StoreUnsafe(ref to, (nuint)copied);
        }
    }
}
