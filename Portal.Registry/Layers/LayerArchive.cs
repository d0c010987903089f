using Portal.Registry.Layers.Gzip;
using Portal.Storage.Layers;
using Portal.Storage.Reasons;

namespace Portal.Registry.Layers;

/// <summary>
/// A layer's bytes, unpacked while they are read: gzip, zstd or nothing, which its first bytes say and not its media type.
/// Whatever is wrong with them is an <see cref="LayerUnreadableException"/>; what the storage throws passes through.
/// </summary>
internal sealed class LayerArchive : ForwardStream
{
    private const int HeadSize = 1024;

    private readonly LayerBytes _packed;
    private readonly Stream _unpacked;
    private readonly LayerLimits _limits;
    private readonly IDisposable? _place;
    private long _length;

    private LayerArchive(LayerBytes packed, ReadOnlySpan<byte> head, LayerLimits limits, IDisposable? place)
    {
        (_packed, _limits, _place) = (packed, limits, place);
        _unpacked = Unpack(head);
    }

    private LayerArchive(LayerBytes packed, AccessPoint from, LayerLimits limits, IDisposable? place)
    {
        (_packed, _limits, _place, _length) = (packed, limits, place, from.Unpacked);
        _unpacked = new GzipReader(packed, from);
    }

    /// <summary>Bytes of the layer that were read from storage.</summary>
    public long PackedRead => _packed.Position;

    /// <summary>
    /// Called for each piece that is read, unpacked or packed, for what is packed may unpack to nothing for long; what it throws ends the reading.
    /// </summary>
    public Action? Reading
    {
        get => _packed.Reading;
        set => _packed.Reading = value;
    }

    /// <summary>Told of places in a gzip file where reading can begin another time; what it throws ends the reading.</summary>
    public Action<AccessPoint>? Passing { get; set; }

    /// <summary>Unpacked bytes that were read, or passed over by beginning in the middle.</summary>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <param name="layer">The stored bytes; closed with the archive.</param>
    /// <param name="mediaType">Says what bytes cannot: that they are encrypted.</param>
    /// <param name="place">Disposed with the archive, once there is one; null for nothing.</param>
    /// <exception cref="LayerUnreadableException">It is encrypted, or packed in a way that is not read here.</exception>
    public static async Task<LayerArchive> OpenAsync(
        Stream layer, string mediaType, LayerLimits limits, IDisposable? place, CancellationToken cancellationToken)
    {
        try
        {
            if (mediaType.Contains("+encrypted", StringComparison.OrdinalIgnoreCase))
            {
                throw new LayerUnreadableException(Encrypted);
            }

            var head = new byte[HeadSize];
            var length = await layer.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
            var packed = new LayerBytes(head.AsMemory(0, length), layer);
            return new LayerArchive(packed, head.AsSpan(0, length), limits, place);
        }
        catch
        {
            await layer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins in the middle of a gzip file.</summary>
    /// <param name="layer">The stored bytes from the one on in which <paramref name="from"/> lies; closed with the archive.</param>
    public static LayerArchive OpenAt(Stream layer, AccessPoint from, LayerLimits limits, IDisposable? place) =>
        new(new LayerBytes(default, layer, from.PackedBits >> 3), from, limits, place);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _unpacked.ReadAsync(buffer, cancellationToken);
            _length += read;
            Reading?.Invoke();
            if (_length > _limits.Unpacked)
            {
                throw new LayerUnreadableException(LayerFault.UnpacksTooFar, $"The layer unpacks to more than {_limits.Unpacked >> 30} GiB: what comes after that is not read.");
            }

            if (_length > _limits.UnpackedAnyway && _length / _limits.Ratio > PackedRead)
            {
                throw new LayerUnreadableException(LayerFault.UnpacksTooMuch, $"The layer unpacks to more than {_limits.Ratio} times its size: what comes after this is not read.");
            }

            return read;
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new LayerUnreadableException(LayerFault.Damaged, $"The compressed data is damaged or cut off: what comes after this cannot be read.");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _unpacked.DisposeAsync();
        await _packed.DisposeAsync();
        _place?.Dispose();
        await base.DisposeAsync();
    }

    private Stream Unpack(ReadOnlySpan<byte> head) => head switch
    {
        [0x1f, 0x8b, ..] => new GzipReader(_packed, point => Passing?.Invoke(point)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] or [>= 0x50 and <= 0x5f, 0x2a, 0x4d, 0x18, ..] => ZstdArchive.Open(_packed),
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => throw NotRead("xz"),
        [(byte)'B', (byte)'Z', (byte)'h', ..] => throw NotRead("bzip2"),
        _ => _packed,
    };

    private bool IsDamage(Exception exception)
    {
        // What the storage itself throws is no damage of the layer: it may be read the next time.
        return !_packed.HasFailed && (exception is InvalidDataException or EndOfStreamException || ZstdArchive.IsDamage(exception));
    }

    /// <summary>Why there is no archive of an encrypted layer.</summary>
    internal static Reason Encrypted => new(LayerFault.Encrypted, $"The layer is encrypted: only who has its key can read it.");

    private static LayerUnreadableException NotRead(string packing) =>
        new(LayerFault.PackedOtherwise, $"The layer is packed with {packing}, which is not read here.");
}
