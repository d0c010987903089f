using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Portal.Registry.Protocol;

/// <summary>
/// A body in chunks (RFC 9112, 7.1), which is how Docker pushes layers, handed out where it was received. The server's own
/// reader copies each byte once more and stands still while a piece is worked on.
/// </summary>
/// <remarks>
/// It takes chunks whose size stands alone on its line. At anything else, the last chunk, an extension or nonsense, it
/// leaves the connection's input just before that line and hands over to the server's reader, whose business that is.
/// Whoever reads has to examine all of a read, and may keep some of it.
/// </remarks>
public sealed class ChunkedBody(PipeReader input, PipeReader rest) : PipeReader
{
    // 7 hex digits: chunks up to 256 MiB. A line that is longer, or does not end, is for the server's reader to judge.
    private const int LongestSize = 7;
    private const int LongestLine = LongestSize + 2;

    // As long as the server itself reads over a body.
    private static readonly TimeSpan LongestLeave = TimeSpan.FromSeconds(5);

    private ReadOnlySequence<byte> _raw;
    private ReadOnlySequence<byte> _content;
    private Place _start = new(IsInside: false, 0);
    private long _kept;
    private bool _isWhole;
    private bool _isHandedOver;
    private bool _isBroken;

    /// <summary>Whether somebody stopped reading in the midst of a chunk: the server's reader could not go on there.</summary>
    public bool IsInside => !_isHandedOver && (_isBroken || _start.IsInside);

    /// <summary>The body of a request, by this reader where it may be read so; it is then among the request's features.</summary>
    public static PipeReader Of(HttpContext context)
    {
        var request = context.Request;
        if (!HttpProtocol.IsHttp11(request.Protocol)
            || request.Headers.TransferEncoding is not ["chunked"]
            || request.Headers.Expect.Count > 0
            || context.Features.Get<IConnectionTransportFeature>() is not { } connection)
        {
            return request.BodyReader;
        }

        var body = new ChunkedBody(connection.Transport.Input, request.BodyReader);
        context.Features.Set(body);
        return body;
    }

    /// <summary>
    /// Reads over the rest of a chunk in whose midst somebody stopped reading, since the server's reader, which reads over
    /// what is left of a body that was refused, begins at a line. A client that is still sending would otherwise find its
    /// connection broken before it sees the answer. Call it when the answer is written. It is still inside behind it when
    /// the rest is broken, breaks off or goes on for too long.
    /// </summary>
    public async Task LeaveAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(LongestLeave, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            while (IsInside && !_isBroken)
            {
                var read = await input.ReadAsync(either.Token);
                Decode(read.Buffer);
                AdvanceTo(_content.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Nobody reads on.
        }
    }

    /// <exception cref="BadHttpRequestException">The body breaks off, or a chunk is longer than it said.</exception>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (!_isHandedOver)
        {
            var read = await input.ReadAsync(cancellationToken);
            Decode(read.Buffer);
            if (_content.Length > _kept || read.IsCanceled)
            {
                return new ReadResult(_content, read.IsCanceled, isCompleted: false);
            }

            if (_isWhole && _kept > 0)
            {
                // Once more, so that it can be let go: the server's reader begins at what is first in the input.
                return new ReadResult(_content, isCanceled: false, isCompleted: false);
            }

            if (_isWhole)
            {
                _isHandedOver = true;
                input.AdvanceTo(PositionOf(_content.End));
            }
            else if (read.IsCompleted)
            {
                input.AdvanceTo(read.Buffer.Start);
                throw new BadHttpRequestException("Unexpected end of request content.");
            }
            else
            {
                input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }

        return await rest.ReadAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_isHandedOver)
        {
            rest.AdvanceTo(consumed, examined);
            return;
        }

        _kept = _content.Slice(consumed).Length;
        var position = PositionOf(consumed);
        _start = PlaceOf(consumed);

        // What is the server's stays unexamined: nothing may come behind it, and the next read must not wait for more.
        input.AdvanceTo(position, _isWhole ? PositionOf(_content.End) : _raw.End);
    }

    public override void CancelPendingRead()
    {
        (_isHandedOver ? rest : input).CancelPendingRead();
    }

    public override void Complete(Exception? exception = null) => rest.Complete(exception);

    /// <summary>Finds the content in what has come, up to a line that is for the server's reader.</summary>
    private void Decode(ReadOnlySequence<byte> raw)
    {
        _raw = raw;
        var place = _start;
        var first = new Piece(raw.Start, place);
        var last = first;
        _isWhole = false;
        while (!raw.IsEmpty && !_isWhole)
        {
            if (place is { IsInside: true, Left: > 0 })
            {
                foreach (var memory in raw.Slice(0, Math.Min(place.Left, raw.Length)))
                {
                    last = last.Append(memory, raw.Start, place);
                    raw = raw.Slice(memory.Length);
                    place = place with { Left = place.Left - memory.Length };
                }
            }
            else if (ReadLine(ref raw, place.IsInside) is { } size)
            {
                if (place.IsInside && size < 0)
                {
                    _isBroken = true;
                    input.AdvanceTo(_raw.Start);
                    throw new BadHttpRequestException("Bad chunk suffix.");
                }

                _isWhole = size < 0;
                place = place.IsInside || _isWhole ? new Place(IsInside: false, 0) : new Place(IsInside: true, size);
            }
            else
            {
                break;
            }
        }

        last = last.Append(ReadOnlyMemory<byte>.Empty, raw.Start, place);
        _content = new ReadOnlySequence<byte>(first, 0, last, 0);
    }

    /// <summary>Reads the end of a chunk, or the size of the next one.</summary>
    /// <returns>The size, 0 for an end; -1 for a line that is the server's, or no end; null when more has to come first.</returns>
    private static long? ReadLine(ref ReadOnlySequence<byte> raw, bool isEnd)
    {
        Span<byte> line = stackalloc byte[LongestLine];
        line = line[..(int)Math.Min(LongestLine, raw.Length)];
        raw.Slice(0, line.Length).CopyTo(line);
        var end = line.IndexOf("\r\n"u8);
        if (isEnd)
        {
            if (line.Length < 2)
            {
                return null;
            }

            raw = end == 0 ? raw.Slice(2) : raw;
            return end == 0 ? 0 : -1;
        }

        if (end < 0 && line.Length < LongestLine)
        {
            return null;
        }

        if (end <= 0 || !Utf8Parser.TryParse(line[..end], out int size, out var digits, 'x') || digits != end || size <= 0)
        {
            return -1;
        }

        raw = raw.Slice(end + 2);
        return size;
    }

    /// <summary>Where in the input a position of the content is.</summary>
    private SequencePosition PositionOf(SequencePosition content)
    {
        var piece = (Piece)content.GetObject()!;
        return _raw.GetPosition(content.GetInteger(), piece.Raw);
    }

    private static Place PlaceOf(SequencePosition content)
    {
        var place = ((Piece)content.GetObject()!).Place;
        return place with { Left = place.Left - content.GetInteger() };
    }

    /// <param name="IsInside">Between a chunk's size and the end of line behind its content.</param>
    /// <param name="Left">Bytes of its content to come.</param>
    private readonly record struct Place(bool IsInside, long Left);

    /// <summary>Content that lies together in the input, and where.</summary>
    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(SequencePosition raw, Place place) => (Raw, Place) = (raw, place);

        public SequencePosition Raw { get; }

        public Place Place { get; }

        public Piece Append(ReadOnlyMemory<byte> content, SequencePosition raw, Place place)
        {
            var next = new Piece(raw, place) { Memory = content, RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
