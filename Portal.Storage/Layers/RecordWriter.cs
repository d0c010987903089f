using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Layers;

/// <summary>
/// Writes a file of records from beginning to end, and numbers into what was written before. <see cref="Seal"/> puts the
/// hash of it all behind it: a file without that, or with another one, is no such file.
/// </summary>
internal sealed class RecordWriter(SafeFileHandle file) : IDisposable
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _used;
    private long _flushed;

    /// <summary>Where the next byte goes.</summary>
    public long Position => _flushed + _used;

    public void Byte(byte value) => Room(1)[0] = value;

    /// <summary>Any number; small ones take little, negative ones ten bytes.</summary>
    public void Number(long value)
    {
        var rest = (ulong)value;
        while (rest >= 0x80)
        {
            Byte((byte)(rest | 0x80));
            rest >>= 7;
        }

        Byte((byte)rest);
    }

    /// <summary>A number that <see cref="Patch"/> can write again.</summary>
    public void Fixed(long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);

    public void Hash(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Room(16), value);

    public void Text(ReadOnlySpan<char> value)
    {
        Number(value.Length);
        var bytes = MemoryMarshal.AsBytes(value);
        while (!bytes.IsEmpty)
        {
            var piece = Math.Min(bytes.Length, 4096);
            bytes[..piece].CopyTo(Room(piece));
            bytes = bytes[piece..];
        }
    }

    /// <summary>Writes <see cref="Fixed"/> numbers anew.</summary>
    public void Patch(long position, ReadOnlySpan<long> values)
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (position >= _flushed)
        {
            bytes.CopyTo(_buffer.AsSpan((int)(position - _flushed)));
            return;
        }

        // It may lie across the border of what is in the file already.
        Flush();
        RandomAccess.Write(file, bytes, position);
    }

    /// <summary>Puts what is still held into the file.</summary>
    public void Flush()
    {
        RandomAccess.Write(file, _buffer.AsSpan(0, _used), _flushed);
        _flushed += _used;
        _used = 0;
    }

    /// <summary>Ends the file.</summary>
    public void Seal()
    {
        Flush();
        RandomAccess.Write(file, HashOf(file, _flushed), _flushed);
    }

    /// <summary>Whether a file was sealed and is as it was then.</summary>
    /// <param name="length">Bytes before the seal.</param>
    public static bool IsSealed(SafeFileHandle file, out long length)
    {
        length = RandomAccess.GetLength(file) - SHA256.HashSizeInBytes;
        if (length < 0)
        {
            return false;
        }

        Span<byte> seal = stackalloc byte[SHA256.HashSizeInBytes];
        return RandomAccess.Read(file, seal, length) == seal.Length && seal.SequenceEqual(HashOf(file, length));
    }

    public void Dispose()
    {
        _buffer = [];
        file.Dispose();
    }

    private static byte[] HashOf(SafeFileHandle file, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[64 * 1024];
        for (var position = 0L; position < length;)
        {
            var read = RandomAccess.Read(file, piece.AsSpan(0, (int)Math.Min(piece.Length, length - position)), position);
            if (read == 0)
            {
                break;
            }

            hash.AppendData(piece, 0, read);
            position += read;
        }

        return hash.GetHashAndReset();
    }

    private Span<byte> Room(int count)
    {
        if (_used + count > _buffer.Length)
        {
            Flush();
        }

        _used += count;
        return _buffer.AsSpan(_used - count, count);
    }
}
