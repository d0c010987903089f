namespace Portal.Registry.Layers.Gzip;

/// <summary>
/// Unpacks DEFLATE (RFC 1951) out of a buffer. .NET's own does the same, but says nothing of where blocks begin and cannot begin in the middle,
/// which is what it is for.
/// </summary>
internal sealed class Inflater
{
    /// <summary>How far back a block may repeat.</summary>
    public const int WindowSize = 32 * 1024;

    /// <summary>Bytes that a step needs of the input, unless it ends before; a block's codes take the most.</summary>
    public const int StepSize = 1024;

    /// <summary>Bytes that have to lie behind the input, whatever they are.</summary>
    public const int Slack = 64;

    // With the slack as much as is not yet a large object, which the collector would run for.
    private const int Full = WindowSize + (48 * 1024);

    private readonly byte[] _output = new byte[Full + CodeLoop.OutputSlack];
    private readonly BlockCodes _brought = new();
    private BlockCodes _codes = BlockCodes.Fixed;
    private int _taken;
    private int _end;
    private State _state;
    private bool _isLast;
    private bool _isFixed;
    private int _stored;

    private enum State
    {
        Header,
        Stored,
        Codes,
        Ended,
        CutOff,
    }

    /// <summary>Unpacked bytes that nobody took yet.</summary>
    public ReadOnlySpan<byte> Output => _output.AsSpan(_taken.._end);

    /// <summary>What comes next, if it can be begun with; null if not.</summary>
    public AccessPlace? Place => _state switch
    {
        State.Header => AccessPlace.Block,
        State.Codes when _isFixed => _isLast ? AccessPlace.LastFixedCodes : AccessPlace.FixedCodes,
        _ => null,
    };

    /// <summary>Whether the last block was read to its end.</summary>
    public bool HasEnded => _state == State.Ended;

    /// <summary>The last bytes that were unpacked.</summary>
    public ReadOnlyMemory<byte> Window => _output.AsMemory(Math.Max(0, _end - WindowSize).._end);

    /// <summary>Begins, with what may repeat bytes of <paramref name="window"/>. All <see cref="Output"/> is to be taken before.</summary>
    public void Begin(AccessPlace place, ReadOnlySpan<byte> window)
    {
        window.CopyTo(_output);
        (_taken, _end) = (window.Length, window.Length);
        (_state, _isLast) = (place == AccessPlace.Block ? State.Header : State.Codes, place == AccessPlace.LastFixedCodes);
        _isFixed = place != AccessPlace.Block;
        if (_isFixed)
        {
            _codes = BlockCodes.Fixed;
        }
    }

    public void Take(int count) => _taken += count;

    /// <summary>Unpacks until a block ends, the output is full or the input goes short. There is to be no output that nobody took.</summary>
    /// <param name="input">Packed bytes, with <see cref="Slack"/> behind <paramref name="length"/> of them.</param>
    /// <param name="position">Bits of them that were read already; afterwards those that are read now, at most <paramref name="length"/> bytes.</param>
    /// <param name="isAll">Whether nothing follows, so that there may be less than <see cref="StepSize"/>.</param>
    /// <exception cref="InvalidDataException">It is not DEFLATE.</exception>
    /// <exception cref="EndOfStreamException">It is cut off.</exception>
    public void Step(ReadOnlySpan<byte> input, ref long position, int length, bool isAll)
    {
        if (_state == State.CutOff)
        {
            throw CutOff();
        }

        if (_end >= Full)
        {
            _output.AsSpan(_end - WindowSize, WindowSize).CopyTo(_output);
            (_taken, _end) = (WindowSize, WindowSize);
        }

        if (_state == State.Stored)
        {
            Copy(input[..length], ref position);
        }
        else if (_state == State.Header)
        {
            ReadHeader(input, ref position);
        }
        else
        {
            ReadCodes(input, ref position, length, isAll);
        }

        if (position > (long)length * 8)
        {
            // What came before the cut is still to be had.
            _state = State.CutOff;
        }
    }

    internal static EndOfStreamException CutOff() => new("The compressed data is cut off.");

    internal static InvalidDataException Damaged() => new("The compressed data is damaged.");

    private void ReadHeader(ReadOnlySpan<byte> input, ref long position)
    {
        var bits = Begin(input, position);
        _isLast = bits.Take(1) == 1;
        var type = bits.Take(2);
        _isFixed = type == 1;
        _state = State.Codes;
        switch (type)
        {
            case 0:
                bits.Skip((int)(-bits.BitPosition & 7));
                bits.Refill();
                var (length, complement) = (bits.TakeHeld(16), bits.TakeHeld(16));
                _stored = length == (~complement & 0xffff) ? (int)length : throw Damaged();
                _state = State.Stored;
                break;
            case 1:
                _codes = BlockCodes.Fixed;
                break;
            case 2:
                _brought.Read(ref bits);
                _codes = _brought;
                break;
            default:
                throw Damaged();
        }

        position = bits.BitPosition;
    }

    private void Copy(ReadOnlySpan<byte> input, ref long position)
    {
        var piece = Math.Min(Math.Min(_stored, Full - _end), input.Length - (int)(position >> 3));
        if (piece == 0 && _stored > 0)
        {
            throw CutOff();
        }

        input.Slice((int)(position >> 3), piece).CopyTo(_output.AsSpan(_end));
        _end += piece;
        _stored -= piece;
        position += (long)piece * 8;
        if (_stored == 0)
        {
            EndBlock();
        }
    }

    private void ReadCodes(ReadOnlySpan<byte> input, ref long position, int length, bool isAll)
    {
        if (CodeLoop.Run(_codes, input[..length], ref position, _output, ref _end, Full))
        {
            EndBlock();
        }
        else if (isAll)
        {
            ReadLastCodes(input, ref position, length);
        }
    }

    /// <summary>One code after another, up to where the input may be cut off.</summary>
    private void ReadLastCodes(ReadOnlySpan<byte> input, ref long position, int length)
    {
        var bits = Begin(input, position);
        while (_end < Full && _state == State.Codes && position <= length * 8L)
        {
            // The longest code of a length and its bits, and those of a distance, are 48.
            bits.Refill();
            var entry = bits.TakeHeld(_codes.Literals, out var value);
            var distance = 0;
            if ((entry & (HuffmanTable.Literal | HuffmanTable.Other)) == 0 && (bits.TakeHeld(_codes.Distances, out distance) & HuffmanTable.Other) != 0)
            {
                throw Damaged();
            }

            position = bits.BitPosition;
            if (position > length * 8L)
            {
                break;
            }

            if ((entry & HuffmanTable.Literal) != 0)
            {
                _output[_end++] = (byte)value;
            }
            else if ((entry & HuffmanTable.Other) == 0)
            {
                Repeat(distance, value);
            }
            else if ((entry & HuffmanTable.EndOfBlock) == HuffmanTable.EndOfBlock)
            {
                EndBlock();
            }
            else
            {
                throw Damaged();
            }
        }
    }

    private void Repeat(int distance, int length)
    {
        if (distance > _end)
        {
            throw Damaged();
        }

        for (; length > 0; length--)
        {
            _output[_end] = _output[_end - distance];
            _end++;
        }
    }

    private static BitReader Begin(ReadOnlySpan<byte> input, long position)
    {
        var bits = new BitReader(input, (int)(position >> 3));
        bits.Refill();
        bits.Skip((int)(position & 7));
        return bits;
    }

    private void EndBlock() => _state = _isLast ? State.Ended : State.Header;
}
