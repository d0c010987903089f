using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Portal.Storage.Journal;

/// <summary>
/// One file of the journal: records behind each other, each with its length and checksum before it, so that a write that was
/// cut off is seen and dropped.
/// </summary>
internal sealed class JournalSegment : IDisposable
{
    private const string Extension = ".journal";
    private const int HeadSize = 8;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private long _length;

    private JournalSegment(string path, long start, SafeFileHandle file)
    {
        (_path, Start, _file) = (path, start, file);
    }

    public long Start { get; }

    public long End => Start + Volatile.Read(ref _length);

    /// <summary>The files of a folder, oldest first.</summary>
    public static IEnumerable<string> ListFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*" + Extension)
            .Where(path => long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Order(StringComparer.Ordinal);

    public static JournalSegment Create(string folder, long start)
    {
        var path = Path.Combine(folder, start.ToString("D19", CultureInfo.InvariantCulture) + Extension);
        return new JournalSegment(path, start, File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read));
    }

    /// <summary>Opens a file that is there, and cuts off what is no whole record.</summary>
    public static JournalSegment Open(string path)
    {
        var start = long.Parse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture);
        var segment = new JournalSegment(path, start, File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));
        var found = RandomAccess.GetLength(segment._file);
        segment._length = found;
        var position = start;
        while (segment.Read(position, 1024 * 1024).Next is var next && next > position)
        {
            position = next;
        }

        segment._length = position - start;
        if (segment._length < found)
        {
            RandomAccess.SetLength(segment._file, segment._length);
        }

        return segment;
    }

    /// <returns>The position behind it.</returns>
    public long Append(ReadOnlySpan<byte> record)
    {
        var size = HeadSize + record.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer, record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(4), Checksum(record));
            record.CopyTo(buffer.AsSpan(HeadSize));
            RandomAccess.Write(_file, buffer.AsSpan(0, size), _length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        // A write that failed in its middle is written over by the next one.
        Volatile.Write(ref _length, _length + size);
        return End;
    }

    public JournalRecords Read(long position, int mostBytes)
    {
        var records = new List<ReadOnlyMemory<byte>>();
        var buffer = ReadBytes(position, mostBytes);
        var rest = buffer.AsMemory();
        while (LengthOf(rest.Span) is { } length)
        {
            if (rest.Length < HeadSize + length)
            {
                if (records.Count > 0 || buffer.Length >= HeadSize + length)
                {
                    break;
                }

                // A single record that is larger than what was asked for; or one that was cut off.
                rest = buffer = ReadBytes(position, HeadSize + length);
                if (rest.Length < HeadSize + length)
                {
                    break;
                }
            }

            var record = rest.Slice(HeadSize, length);
            if (BinaryPrimitives.ReadUInt32LittleEndian(rest.Span[4..]) != Checksum(record.Span))
            {
                break;
            }

            records.Add(record);
            position += HeadSize + length;
            rest = rest[(HeadSize + length)..];
        }

        return new JournalRecords(records, position);
    }

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Delete()
    {
        // Its file is closed when the last flush that is under way is done with it.
        _file.Dispose();
        File.Delete(_path);
    }

    public void Dispose() => _file.Dispose();

    /// <returns>Null when there is no head, or none that one of ours could be.</returns>
    private int? LengthOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= HeadSize && BinaryPrimitives.ReadInt32LittleEndian(bytes) is var length and > 0 && length <= _length
            ? length
            : null;

    private byte[] ReadBytes(long position, int count)
    {
        var offset = position - Start;
        var buffer = new byte[Math.Max(0, Math.Min(count, Volatile.Read(ref _length) - offset))];
        var filled = 0;
        while (filled < buffer.Length && RandomAccess.Read(_file, buffer.AsSpan(filled), offset + filled) is var read and > 0)
        {
            filled += read;
        }

        return filled == buffer.Length ? buffer : buffer[..filled];
    }

    /// <summary>CRC-32C.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        foreach (var single in bytes[(words.Length * sizeof(ulong))..])
        {
            sum = BitOperations.Crc32C(sum, single);
        }

        return ~sum;
    }
}
