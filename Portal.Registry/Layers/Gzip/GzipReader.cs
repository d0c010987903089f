using System.Buffers.Binary;
using System.IO.Hashing;

namespace Portal.Registry.Layers.Gzip;

/// <summary>
/// Unpacks gzip (RFC 1952): one member or many after one another, from the beginning or from an <see cref="AccessPoint"/>. What is no gzip after
/// a member's end is passed over. Checksums are held against those members that were read whole.
/// </summary>
internal sealed class GzipReader : ForwardStream
{
    private const int InputSize = 64 * 1024;
    private const byte HasChecksum = 2, HasExtra = 4, HasName = 8, HasComment = 16;

    private readonly byte[] _input = new byte[InputSize + Inflater.Slack];
    private readonly Inflater _inflater = new();
    private readonly Crc32 _checksum = new();
    private readonly Stream _packed;
    private readonly Action<AccessPoint>? _passing;
    private long _before;
    private long _position;
    private int _length;
    private bool _isAll;
    private bool _isInMember;
    private bool _isWhole;
    private bool _hasEnded;
    private long _unpacked;
    private long _inMember;

    /// <param name="packed">From the file's beginning; not closed here.</param>
    /// <param name="passing">Told of each place where reading could begin: its window counts during the call.</param>
    public GzipReader(Stream packed, Action<AccessPoint>? passing)
    {
        (_packed, _passing) = (packed, passing);
    }

    /// <param name="packed">From the byte on in which <paramref name="from"/> lies; not closed here.</param>
    public GzipReader(Stream packed, AccessPoint from)
    {
        (_packed, _before, _position, _unpacked, _isInMember) = (packed, from.PackedBits >> 3, from.PackedBits & 7, from.Unpacked, true);
        _inflater.Begin(from.Place, from.Window.Span);
    }

    public override long Position
    {
        get => _unpacked;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_inflater.Output.IsEmpty && !_hasEnded)
        {
            await FillAsync(cancellationToken);
            if (!_isInMember)
            {
                await BeginMemberAsync(cancellationToken);
            }
            else if (_inflater.HasEnded)
            {
                EndMember();
            }
            else
            {
                if (_inflater.Place is { } place)
                {
                    _passing?.Invoke(new AccessPoint((_before * 8) + _position, _unpacked, place, _inflater.Window));
                }

                Unpack();
            }
        }

        var read = Math.Min(buffer.Length, _inflater.Output.Length);
        _inflater.Output[..read].CopyTo(buffer.Span);
        _inflater.Take(read);
        _unpacked += read;
        return read;
    }

    private void Unpack()
    {
        _inflater.Step(_input, ref _position, _length, _isAll);
        if (_isWhole)
        {
            _checksum.Append(_inflater.Output);
            _inMember += _inflater.Output.Length;
        }
    }

    private async Task BeginMemberAsync(CancellationToken cancellationToken)
    {
        var at = (int)(_position >> 3);
        if (_length - at < 10 || _input[at] != 0x1f || _input[at + 1] != 0x8b || _input[at + 2] != 8)
        {
            // A first member is there: who opened this has seen it.
            _hasEnded = _before + at > 0 ? true : throw Inflater.Damaged();
            return;
        }

        var flags = _input[at + 3];
        _position += 10 * 8;
        if ((flags & HasExtra) != 0)
        {
            var length = await NextAsync(cancellationToken) | (await NextAsync(cancellationToken) << 8);
            for (; length > 0; length--)
            {
                await NextAsync(cancellationToken);
            }
        }

        foreach (var text in (byte[])[HasName, HasComment])
        {
            while ((flags & text) != 0 && await NextAsync(cancellationToken) != 0)
            {
                // A name or a comment, up to its zero.
            }
        }

        if ((flags & HasChecksum) != 0)
        {
            await NextAsync(cancellationToken);
            await NextAsync(cancellationToken);
        }

        _checksum.Reset();
        _inflater.Begin(AccessPlace.Block, []);
        (_isInMember, _isWhole, _inMember) = (true, true, 0);
    }

    private void EndMember()
    {
        var at = (int)((_position + 7) >> 3);
        if (_length - at < 8)
        {
            throw Inflater.CutOff();
        }

        var trailer = _input.AsSpan(at, 8);
        if (_isWhole && (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != _checksum.GetCurrentHashAsUInt32()
            || BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)_inMember))
        {
            throw Inflater.Damaged();
        }

        _position = (at + 8) * 8L;
        _isInMember = false;
    }

    private async ValueTask<int> NextAsync(CancellationToken cancellationToken)
    {
        await FillAsync(cancellationToken);
        if (_position >> 3 >= _length)
        {
            throw Inflater.CutOff();
        }

        var next = _input[_position >> 3];
        _position += 8;
        return next;
    }

    /// <summary>Sees to it that there is enough for a step, or all that is left.</summary>
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var at = (int)(_position >> 3);
        if (_isAll || _length - at >= Inflater.StepSize)
        {
            return;
        }

        _input.AsSpan(at, _length - at).CopyTo(_input);
        (_before, _position, _length) = (_before + at, _position & 7, _length - at);
        while (_length < Inflater.StepSize && !_isAll)
        {
            var read = await _packed.ReadAsync(_input.AsMemory(_length, InputSize - _length), cancellationToken);
            _length += read;
            _isAll = read == 0;
        }
    }
}
