using System.Buffers.Binary;

namespace Portal.Registry.Layers.Gzip;

/// <summary>Takes bits out of bytes, the lowest first. After <paramref name="input"/>'s place there have to be eight bytes more than are asked for.</summary>
/// <param name="input">Bytes.</param>
/// <param name="position">Which of them comes next.</param>
internal ref struct BitReader(ReadOnlySpan<byte> input, int position)
{
    private readonly ReadOnlySpan<byte> _input = input;
    private int _position = position;
    private int _count;
    private ulong _bits;

    /// <summary>Where the next bit is, in bits from the first byte.</summary>
    public readonly long BitPosition => ((long)_position * 8) - _count;

    /// <summary>Sees to it that at least 56 bits are held.</summary>
    public void Refill()
    {
        // What is read of the byte above the count is read once more: the same bits at the same place.
        _bits |= BinaryPrimitives.ReadUInt64LittleEndian(_input[_position..]) << _count;
        _position += (63 - _count) >> 3;
        _count |= 56;
    }

    public void Skip(int count)
    {
        _bits >>= count;
        _count -= count;
    }

    /// <summary>Takes bits that are held.</summary>
    public uint TakeHeld(int count)
    {
        var taken = (uint)_bits & ((1u << count) - 1);
        Skip(count);
        return taken;
    }

    public uint Take(int count)
    {
        Refill();
        return TakeHeld(count);
    }

    /// <summary>Takes a code that is held, and the bits that follow it.</summary>
    /// <param name="value">What they come to together.</param>
    /// <returns>The code's entry.</returns>
    public uint TakeHeld(HuffmanTable table, out int value)
    {
        var entry = table.Entries[(int)_bits & ((1 << table.RootBits) - 1)];
        if ((entry & HuffmanTable.Longer) == HuffmanTable.Longer)
        {
            entry = table.Entries[HuffmanTable.Follow(entry, _bits, table.RootBits)];
        }

        value = HuffmanTable.ValueOf(entry) + HuffmanTable.ExtraOf(entry, _bits);
        Skip(HuffmanTable.LengthOf(entry));
        return entry;
    }
}
