using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Portal.Registry.Layers.Gzip;

/// <summary>
/// Access points of one layer, in a file: each as where it is, its kind, a checksum and its window, which is compressed. The distance between them grows with the
/// layer, so that there are at most some 1,300, of at most 32 KiB each.
/// </summary>
internal sealed class AccessPointFile : IDisposable
{
    /// <summary>Unpacked bytes from one point to the next; a 256th of all those before when that is more.</summary>
    public const long Distance = 4 << 20;

    private const int HeadSize = 29;
    private const int ChecksumAt = HeadSize - 4;

    private static ReadOnlySpan<byte> Signature => "points 2"u8;

    private readonly string _path;
    private readonly string _temporary;
    private FileStream? _file;
    private long _next = Distance;

    /// <param name="path">Where the file will be, when there is a point.</param>
    public AccessPointFile(string path)
    {
        (_path, _temporary) = (path, $"{path}.{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Keeps the point, if it is far enough from the one before.</summary>
    public void Add(AccessPoint point)
    {
        if (point.Unpacked < _next)
        {
            return;
        }

        if (_file is null)
        {
            _file = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            _file.Write(Signature);
        }

        using var window = new MemoryStream();
        using (var packing = new DeflateStream(window, CompressionLevel.Fastest, leaveOpen: true))
        {
            packing.Write(point.Window.Span);
        }

        Span<byte> head = stackalloc byte[HeadSize];
        BinaryPrimitives.WriteInt64LittleEndian(head, point.PackedBits);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], point.Unpacked);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], (int)window.Length);
        head[20] = (byte)point.Place;
        BinaryPrimitives.WriteInt32LittleEndian(head[21..], point.Window.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[ChecksumAt..], Checksum(head, window.GetBuffer().AsSpan(0, (int)window.Length)));
        _file.Write(head);
        _file.Write(window.GetBuffer().AsSpan(0, (int)window.Length));
        _next = point.Unpacked + Math.Max(Distance, point.Unpacked / 256);
    }

    /// <summary>Puts the points where they are looked for.</summary>
    public void Save()
    {
        if (_file is not null)
        {
            _file.Dispose();
            _file = null;
            File.Move(_temporary, _path, overwrite: true);
        }
    }

    public void Dispose()
    {
        if (_file is not null)
        {
            _file.Dispose();
            File.Delete(_temporary);
        }
    }

    /// <summary>The last point at or before an unpacked byte.</summary>
    /// <returns>Null when there is none, or the file is missing or damaged: what is read is read from its beginning then, and a damaged file is deleted.</returns>
    public static AccessPoint? Find(string path, long unpacked)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 512);
            return Find(file, unpacked);
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            Discard(path);
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static AccessPoint? Find(FileStream file, long unpacked)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        file.ReadExactly(head[..Signature.Length]);
        if (!head[..Signature.Length].SequenceEqual(Signature))
        {
            throw new InvalidDataException("There are no access points in it.");
        }

        // What a damaged head leads to has no checksum that fits; one that is passed over does no harm.
        long? found = null;
        while (file.Position < file.Length)
        {
            var at = file.Position;
            file.ReadExactly(head);
            if (BinaryPrimitives.ReadInt64LittleEndian(head[8..]) > unpacked)
            {
                break;
            }

            found = at;
            file.Position += Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(head[16..]), 0, 2 * Inflater.WindowSize);
        }

        return found is { } last ? Read(file, last) : null;
    }

    private static AccessPoint Read(FileStream file, long at)
    {
        Span<byte> head = stackalloc byte[HeadSize];
        file.Position = at;
        file.ReadExactly(head);
        var packed = new byte[Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(head[16..]), 0, 2 * Inflater.WindowSize)];
        file.ReadExactly(packed);
        var bits = BinaryPrimitives.ReadInt64LittleEndian(head);
        var length = BinaryPrimitives.ReadInt32LittleEndian(head[21..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[ChecksumAt..]) != Checksum(head, packed) || bits < 0 || length is < 0 or > Inflater.WindowSize)
        {
            throw new InvalidDataException("The access point is damaged.");
        }

        var window = new byte[length];
        using var unpacking = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        unpacking.ReadExactly(window);
        return new AccessPoint(bits, BinaryPrimitives.ReadInt64LittleEndian(head[8..]), (AccessPlace)head[20], window);
    }

    /// <summary>Of a point's head, up to where the checksum is, and its compressed window.</summary>
    private static uint Checksum(ReadOnlySpan<byte> head, ReadOnlySpan<byte> packed)
    {
        var checksum = new Crc32();
        checksum.Append(head[..ChecksumAt]);
        checksum.Append(packed);
        return checksum.GetCurrentHashAsUInt32();
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is found to be damaged another time.
        }
    }
}
