using System.Numerics;
using System.Runtime.CompilerServices;

namespace Portal.Registry.Layers.Gzip;

/// <summary>
/// Unpacks DEFLATE (RFC 1951) out of a buffer. .NET's own does the same and faster, but says nothing of where blocks begin and cannot begin in
/// the middle, which is what it is for.
/// </summary>
internal sealed class Inflater
{
    /// <summary>How far back a block may repeat.</summary>
    public const int WindowSize = 32 * 1024;

    /// <summary>Bytes that a step needs of the input, unless it ends before; a block's codes take the most.</summary>
    public const int StepSize = 1024;

    /// <summary>Bytes that have to lie behind the input, whatever they are.</summary>
    public const int Slack = 64;

    private const int Full = WindowSize + (128 * 1024);
    private const int LongestMatch = 258;

    private readonly byte[] _output = new byte[Full + LongestMatch];
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
        else
        {
            var bits = new BitReader(input, (int)(position >> 3));
            bits.Refill();
            bits.Skip((int)(position & 7));
            if (_state == State.Header)
            {
                ReadHeader(ref bits);
            }
            else
            {
                ReadCodes(ref bits, length, isAll);
            }

            position = bits.BitPosition;
        }

        if (position > (long)length * 8)
        {
            // What came before the cut is still to be had.
            _state = State.CutOff;
        }
    }

    internal static EndOfStreamException CutOff() => new("The compressed data is cut off.");

    internal static InvalidDataException Damaged() => new("The compressed data is damaged.");

    private void ReadHeader(ref BitReader bits)
    {
        _isLast = bits.Take(1) == 1;
        var type = bits.Take(2);
        _isFixed = type == 1;
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
                _state = State.Codes;
                break;
            case 2:
                _brought.Read(ref bits);
                _codes = _brought;
                _state = State.Codes;
                break;
            default:
                throw Damaged();
        }
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

    private void ReadCodes(ref BitReader bits, int inputLength, bool isAll)
    {
        var literals = _codes.Literals.Entries;
        var distances = _codes.Distances.Entries;
        var literalMask = _codes.Literals.RootMask;
        var distanceMask = _codes.Distances.RootMask;
        var rootOfLiterals = BitOperations.PopCount(literalMask);
        var rootOfDistances = BitOperations.PopCount(distanceMask);
        var output = _output.AsSpan();
        var inputEnd = isAll ? inputLength + (Slack / 4) : inputLength - (Slack / 4);
        var lastBit = (long)inputLength * 8;
        var end = _end;
        var before = end;
        while (end < Full && bits.Position < inputEnd && bits.BitPosition <= lastBit)
        {
            before = end;

            // The longest code of a length and its bits, and those of a distance, are 48.
            bits.Refill();
            var entry = Find(ref bits, literals, literalMask, rootOfLiterals);
            if (HuffmanTable.KindOf(entry) == HuffmanKind.Literal)
            {
                output[end++] = (byte)(entry >> 16);
                continue;
            }

            if (HuffmanTable.KindOf(entry) == HuffmanKind.EndOfBlock)
            {
                EndBlock();
                break;
            }

            if (HuffmanTable.KindOf(entry) != HuffmanKind.Base)
            {
                throw Damaged();
            }

            var length = (int)((entry >> 16) + bits.TakeHeld((int)(entry >> 8) & 0xf));
            entry = Find(ref bits, distances, distanceMask, rootOfDistances);
            var distance = (int)((entry >> 16) + bits.TakeHeld((int)(entry >> 8) & 0xf));
            if (HuffmanTable.KindOf(entry) != HuffmanKind.Base || distance > end)
            {
                throw Damaged();
            }

            Repeat(output, end, distance, length);
            end += length;
        }

        _end = bits.BitPosition <= lastBit ? end : before;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Find(ref BitReader bits, ReadOnlySpan<uint> entries, uint mask, int root)
    {
        var entry = entries[(int)((uint)bits.Bits & mask)];
        if (HuffmanTable.KindOf(entry) == HuffmanKind.Longer)
        {
            var longer = (uint)(bits.Bits >> root) & ((1u << (int)((entry >> 8) & 0xf)) - 1);
            entry = entries[(int)((entry >> 16) + longer)];
        }

        bits.Skip((int)(entry & 0xff));
        return entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Repeat(Span<byte> output, int end, int distance, int length)
    {
        if (distance >= length)
        {
            output.Slice(end - distance, length).CopyTo(output[end..]);
        }
        else if (distance == 1)
        {
            output.Slice(end, length).Fill(output[end - 1]);
        }
        else
        {
            for (var copied = 0; copied < length; copied++)
            {
                output[end + copied] = output[end + copied - distance];
            }
        }
    }

    private void EndBlock() => _state = _isLast ? State.Ended : State.Header;
}
