using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Layers;

/// <summary>Reads what <see cref="RecordWriter"/> wrote, from any place on. Several may read the same file.</summary>
/// <param name="end">Where records end.</param>
/// <exception cref="InvalidDataException">Members throw it when the file does not hold what they look for.</exception>
internal sealed class RecordReader(SafeFileHandle file, long start, long end, int bufferSize = 16 * 1024)
{
    // Longer than any name.
    private const int MaxText = FilePath.MaxLength;

    private readonly byte[] _buffer = new byte[bufferSize];
    private long _base = start;
    private int _next;
    private int _filled;

    public long Position
    {
        get => _base + _next;
        set
        {
            if (value >= _base && value <= _base + _filled)
            {
                _next = (int)(value - _base);
                return;
            }

            (_base, _next, _filled) = (value, 0, 0);
        }
    }

    public bool IsAtEnd => Position >= end;

    public byte Byte() => Take(1)[0];

    public long Number()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return (long)value;
            }
        }

        throw Damaged();
    }

    public int Small() => Number() is >= 0 and <= int.MaxValue and var value ? (int)value : throw Damaged();

    public long Fixed() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public UInt128 Hash() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    public string Text()
    {
        var length = Small();
        return length == 0 ? "" : length <= MaxText ? new string(MemoryMarshal.Cast<byte, char>(Take(2 * length))) : throw Damaged();
    }

    /// <summary>A text that begins with a part of the one before it.</summary>
    public string Text(string former, int shared)
    {
        var length = Small();
        return shared <= former.Length && length <= MaxText
            ? string.Concat(former.AsSpan(0, shared), MemoryMarshal.Cast<byte, char>(Take(2 * length)))
            : throw Damaged();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_filled - _next < count)
        {
            _buffer.AsSpan(_next, _filled - _next).CopyTo(_buffer);
            (_base, _filled, _next) = (_base + _next, _filled - _next, 0);
            while (_filled < count)
            {
                var wanted = (int)Math.Min(_buffer.Length - _filled, end - _base - _filled);
                var read = wanted > 0 ? RandomAccess.Read(file, _buffer.AsSpan(_filled, wanted), _base + _filled) : 0;
                _filled += read > 0 ? read : throw Damaged();
            }
        }

        _next += count;
        return _buffer.AsSpan(_next - count, count);
    }

    private static InvalidDataException Damaged() => new("A file of the index of layers is damaged.");
}
