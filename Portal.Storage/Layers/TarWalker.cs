using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Storage.Layers;

/// <summary>
/// Walks through an archive from its beginning: ustar, pax, GNU and what came before them. It holds one buffer, whatever
/// the archive says of itself, and unpacks nothing.
/// </summary>
/// <param name="archive">Unpacked bytes; not closed here.</param>
internal sealed class TarWalker(Stream archive)
{
    // What other programs take, too: names of a megabyte have no use.
    private const int MaxExtension = 1 << 20;
    private const int MaxOwnerName = 256;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private long _content;
    private long _padding;
    private bool _isFirst = true;

    /// <summary>How many bytes of the archive were passed.</summary>
    public long Position { get; private set; }

    /// <summary>Entries that were passed over because their names are too long.</summary>
    public int Unnamed { get; private set; }

    /// <summary>The next entry; what is left of the one before is skipped.</summary>
    /// <returns>Null at the archive's end.</returns>
    /// <exception cref="LayerUnreadableException">It is no archive, or is damaged or cut off here.</exception>
    public async ValueTask<LayerEntry?> NextAsync(CancellationToken cancellationToken)
    {
        var extension = new PaxRecords();
        while (true)
        {
            await SkipAsync(_content + _padding, cancellationToken);
            (_content, _padding) = (0, 0);
            if (!await FillAsync(TarField.BlockSize, cancellationToken))
            {
                return _end == _start && !_isFirst ? null : throw (_isFirst ? NoArchive() : CutOff());
            }

            var header = _buffer.AsMemory(_start, TarField.BlockSize);
            if (!header.Span.ContainsAnyExcept((byte)0))
            {
                return null;
            }

            if (!TarField.IsSound(header.Span))
            {
                throw _isFirst ? NoArchive() : Damaged();
            }

            _isFirst = false;
            var type = header.Span[156];
            var size = TarField.Number(header.Span[124..136]);
            if (size is null or < 0)
            {
                throw Damaged();
            }

            Advance(TarField.BlockSize);
            if (type is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K')
            {
                await ReadExtensionAsync(type, size.Value, extension, cancellationToken);
                continue;
            }

            if (await ReadEntryAsync(header, type, size.Value, extension, cancellationToken) is { } entry)
            {
                return entry;
            }

            extension = new PaxRecords();
        }
    }

    /// <summary>Reads the bytes of the entry that came last, and hashes them.</summary>
    public async ValueTask<UInt128> HashAsync(IncrementalHash hash, CancellationToken cancellationToken)
    {
        if (_content == 0)
        {
            return 0;
        }

        if (_content <= _end - _start)
        {
            // Most files are small, and what is kept of them at once is hashed at once: in half the time.
            var whole = (int)_content;
            Span<byte> hashed = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(_buffer.AsSpan(_start, whole), hashed);
            Advance(whole);
            _content = 0;
            return BinaryPrimitives.ReadUInt128BigEndian(hashed);
        }

        while (_content > 0)
        {
            if (_start == _end && !await FillAsync(1, cancellationToken))
            {
                throw CutOff();
            }

            var piece = (int)Math.Min(_content, _end - _start);
            hash.AppendData(_buffer, _start, piece);
            Advance(piece);
            _content -= piece;
        }

        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
    }

    private async ValueTask<LayerEntry?> ReadEntryAsync(
        ReadOnlyMemory<byte> block, byte type, long size, PaxRecords extension, CancellationToken cancellationToken)
    {
        // The buffer moves when more is read; a header is small.
        var header = block.ToArray();
        size = extension.Size ?? size;
        var isSparse = type == (byte)'S' || extension.IsSparse;
        var realSize = extension.RealSize;
        if (type == (byte)'S')
        {
            realSize = TarField.Number(header.AsSpan(483, 12)) is { } real and >= 0 ? real : throw Damaged();
            for (var isExtended = header[482] != 0; isExtended;)
            {
                isExtended = await FillAsync(TarField.BlockSize, cancellationToken) ? _buffer[_start + 504] != 0 : throw CutOff();
                Advance(TarField.BlockSize);
            }
        }

        var name = NameOf(header, extension);
        var kind = KindOf(type, name);
        if (kind is not (EntryKind.File or EntryKind.Other))
        {
            // Links and the like have no bytes, whatever their size says.
            size = 0;
        }

        if (size > long.MaxValue - Position - TarField.BlockSize)
        {
            throw Damaged();
        }

        (_content, _padding) = (size, PaddingOf(size));
        var link = extension.Link ?? TarField.Text(header.AsSpan(157, 100)).ToArray();
        if (name.Length > FilePath.MaxLength || link.Length > FilePath.MaxLength)
        {
            Unnamed++;
            return null;
        }

        var path = FilePath.Clean(name, out var isOdd);
        return new LayerEntry
        {
            Path = path,
            Kind = kind,
            Size = kind is EntryKind.File ? realSize ?? size : 0,
            Mode = (int)((TarField.Number(header.AsSpan(100, 8)) ?? 0) & 0xfff),
            UserId = extension.UserId ?? TarField.Number(header.AsSpan(108, 8)) ?? 0,
            GroupId = extension.GroupId ?? TarField.Number(header.AsSpan(116, 8)) ?? 0,
            User = Owner(extension.User, header.AsSpan(265, 32), header),
            Group = Owner(extension.Group, header.AsSpan(297, 32), header),
            Modified = extension.Modified ?? TarField.Number(header.AsSpan(136, 12)) ?? 0,
            Link = kind is EntryKind.SymbolicLink or EntryKind.HardLink ? FilePath.Decode(link) : "",
            Offset = kind is EntryKind.File ? Position : 0,
            Traits = (isSparse ? EntryTraits.Sparse : 0)
                | (isOdd ? EntryTraits.OddName : 0)
                | (extension.HasAttributes ? EntryTraits.Attributes : 0),
        };
    }

    private async ValueTask ReadExtensionAsync(byte type, long size, PaxRecords extension, CancellationToken cancellationToken)
    {
        if (size > MaxExtension)
        {
            throw Damaged();
        }

        var content = new byte[size];
        for (var filled = 0; filled < content.Length;)
        {
            if (_start == _end && !await FillAsync(1, cancellationToken))
            {
                throw CutOff();
            }

            var piece = Math.Min(content.Length - filled, _end - _start);
            _buffer.AsSpan(_start, piece).CopyTo(content.AsSpan(filled));
            Advance(piece);
            filled += piece;
        }

        await SkipAsync(PaddingOf(size), cancellationToken);
        switch (type)
        {
            case (byte)'L':
                extension.Path = TarField.Text(content).ToArray();
                break;
            case (byte)'K':
                extension.Link = TarField.Text(content).ToArray();
                break;
            case (byte)'x' when !extension.Read(content):
                throw Damaged();
            default:
                // A global header's records are the maker's remarks; nobody names files by them.
                break;
        }
    }

    private static byte[] NameOf(ReadOnlySpan<byte> header, PaxRecords extension)
    {
        if (extension.Path is { } path)
        {
            return path;
        }

        var name = TarField.Text(header[..100]);
        var prefix = header[257..263].SequenceEqual("ustar\0"u8) ? TarField.Text(header[345..500]) : [];
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    private static EntryKind KindOf(byte type, ReadOnlySpan<byte> name) => type switch
    {
        0 or (byte)'0' or (byte)'7' or (byte)'S' => name is [.., (byte)'/'] ? EntryKind.Folder : EntryKind.File,
        (byte)'1' => EntryKind.HardLink,
        (byte)'2' => EntryKind.SymbolicLink,
        (byte)'3' => EntryKind.CharacterDevice,
        (byte)'4' => EntryKind.BlockDevice,
        (byte)'5' => EntryKind.Folder,
        (byte)'6' => EntryKind.Pipe,
        _ => EntryKind.Other,
    };

    private static string Owner(byte[]? extended, ReadOnlySpan<byte> field, ReadOnlySpan<byte> header)
    {
        var name = extended ?? (header[257..262].SequenceEqual("ustar"u8) ? TarField.Text(field) : []);
        return Encoding.UTF8.GetString(name.Length > MaxOwnerName ? name[..MaxOwnerName] : name);
    }

    private async ValueTask SkipAsync(long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            if (_start == _end && !await FillAsync(1, cancellationToken))
            {
                throw CutOff();
            }

            var piece = (int)Math.Min(count, _end - _start);
            Advance(piece);
            count -= piece;
        }
    }

    private static long PaddingOf(long size) => -size & (TarField.BlockSize - 1);

    /// <returns>False when the archive ends before that many bytes.</returns>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < count)
        {
            var read = await archive.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private void Advance(int count)
    {
        _start += count;
        Position += count;
    }

    private static LayerUnreadableException NoArchive() => new(LayerFault.NoArchive, $"This is no archive of files.");

    private static LayerUnreadableException CutOff() => new(LayerFault.ArchiveCutOff, $"The archive is cut off: what comes after this is missing.");

    private static LayerUnreadableException Damaged() => new(LayerFault.ArchiveDamaged, $"The archive is damaged: what comes after this cannot be read.");
}
