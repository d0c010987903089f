using System.Buffers.Binary;
using System.IO.Compression;

namespace Portal.Registry.Layers.Gzip;

/// <summary>
/// Access points of one layer, in a file: each as two numbers, its kind and its window, which is compressed. The distance between them grows with the
/// layer, so that there are at most some 1,300, of at most 32 KiB each.
/// </summary>
internal sealed class AccessPointFile : IDisposable
{
    /// <summary>Unpacked bytes from one point to the next; a 256th of all those before when that is more.</summary>
    public const long Distance = 4 << 20;

    private const int HeadSize = 21;

    private static ReadOnlySpan<byte> Signature => "points 1"u8;

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
    /// <returns>Null when there is none, or the file is missing or damaged: what is read is read from its beginning then.</returns>
    public static AccessPoint? Find(string path, long unpacked)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 512);
            Span<byte> head = stackalloc byte[HeadSize];
            file.ReadExactly(head[..Signature.Length]);
            if (!head[..Signature.Length].SequenceEqual(Signature))
            {
                return null;
            }

            (long Bits, long Unpacked, AccessPlace Place, long At)? found = null;
            while (file.Position < file.Length)
            {
                file.ReadExactly(head);
                var point = (
                    Bits: BinaryPrimitives.ReadInt64LittleEndian(head),
                    Unpacked: BinaryPrimitives.ReadInt64LittleEndian(head[8..]),
                    Place: (AccessPlace)head[20],
                    At: file.Position);
                if (point.Unpacked > unpacked)
                {
                    break;
                }

                found = point;
                file.Position += Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(head[16..]), 0, 2 * Inflater.WindowSize);
            }

            return found is { } last ? new AccessPoint(last.Bits, last.Unpacked, last.Place, Window(file, last.At)) : null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> Window(FileStream file, long at)
    {
        file.Position = at;
        using var unpacking = new DeflateStream(file, CompressionMode.Decompress, leaveOpen: true);
        var window = new byte[Inflater.WindowSize];
        return window.AsMemory(0, unpacking.ReadAtLeast(window, window.Length, throwOnEndOfStream: false));
    }
}
