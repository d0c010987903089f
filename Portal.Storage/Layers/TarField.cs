using System.Buffers.Binary;

namespace Portal.Storage.Layers;

/// <summary>Fields of a tar header (POSIX.1-1988 "ustar", and what GNU made of it).</summary>
internal static class TarField
{
    public const int BlockSize = 512;

    private static readonly Range Checksum = 148..156;

    public static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field;

    /// <summary>Octal digits, or a large number in base 256.</summary>
    /// <returns>Null when it is neither, or more than a <see cref="long"/> holds.</returns>
    public static long? Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return Binary(field);
        }

        var digits = Text(field).Trim(" "u8);
        var value = 0L;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7' || value > long.MaxValue >> 3)
            {
                return null;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return value;
    }

    /// <summary>Whether the block is a header. Old programs summed signed bytes.</summary>
    public static bool IsSound(ReadOnlySpan<byte> block)
    {
        if (Number(block[Checksum]) is not { } expected)
        {
            return false;
        }

        // The checksum itself counts as spaces.
        var (sum, negative) = Sum(block[..BlockSize]);
        var (own, ownNegative) = Sum(block[Checksum]);
        var unsigned = sum - own + (8 * ' ');
        return expected == unsigned || expected == unsigned - (256 * (negative - ownNegative));
    }

    private static (int Sum, int Negative) Sum(ReadOnlySpan<byte> bytes)
    {
        var (sum, negative) = (0, 0);
        foreach (var value in bytes)
        {
            sum += value;
            negative += value >> 7;
        }

        return (sum, negative);
    }

    private static long? Binary(ReadOnlySpan<byte> field)
    {
        // The first bit says that it is binary; the next one is the sign.
        var isNegative = (field[0] & 0x40) != 0;
        var head = field[..^8];
        var value = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        var filler = isNegative ? (byte)0xff : (byte)0;
        var isSmall = head.IsEmpty
            ? field.Length == 8
            : (byte)((head[0] & 0x7f) | (isNegative ? 0x80 : 0)) == filler && !head[1..].ContainsAnyExcept(filler);
        if (head.IsEmpty)
        {
            value = isNegative ? value : value & long.MaxValue;
        }

        return isSmall && value < 0 == isNegative ? value : null;
    }
}
