using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Portal.Registry.Layers.Gzip;

/// <summary>Takes bits out of bytes, the lowest first. After <paramref name="input"/>'s place there have to be eight bytes more than are asked for.</summary>
/// <param name="input">Bytes.</param>
/// <param name="position">Which of them comes next.</param>
internal ref struct BitReader(ReadOnlySpan<byte> input, int position)
{
    private readonly ReadOnlySpan<byte> _input = input;
    private int _position = position;
    private int _count;

    /// <summary>The next bits: at least 56 of them after <see cref="Refill"/>.</summary>
    public ulong Bits { get; private set; }

    /// <summary>The byte that was read last into <see cref="Bits"/>, and one more.</summary>
    public readonly int Position => _position;

    /// <summary>Where the next bit is, in bits from the first byte.</summary>
    public readonly long BitPosition => ((long)_position * 8) - _count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Refill()
    {
        // What is read of the byte above the count is read once more: the same bits at the same place.
        Bits |= BinaryPrimitives.ReadUInt64LittleEndian(_input[_position..]) << _count;
        _position += (63 - _count) >> 3;
        _count |= 56;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count)
    {
        Bits >>= count;
        _count -= count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint TakeHeld(int count)
    {
        var taken = (uint)Bits & ((1u << count) - 1);
        Skip(count);
        return taken;
    }

    public uint Take(int count)
    {
        Refill();
        return TakeHeld(count);
    }

    /// <summary>The value of the next code.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public int TakeSymbol(HuffmanTable table)
    {
        Refill();
        var entry = table.Entries[(int)((uint)Bits & table.RootMask)];
        if (HuffmanTable.KindOf(entry) != HuffmanKind.Literal)
        {
            throw Inflater.Damaged();
        }

        Skip((int)(entry & 0xff));
        return (int)(entry >> 16);
    }
}
