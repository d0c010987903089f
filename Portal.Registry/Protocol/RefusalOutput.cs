using System.IO.Pipelines;
using System.Net;

namespace Portal.Registry.Protocol;

/// <summary>
/// A connection's output, in which <see cref="HeadRefusals"/> finds the server's bare refusals. Answers of our own pass
/// unseen, so that content which looks like one is never touched.
/// </summary>
internal sealed class RefusalOutput(PipeWriter output, HeadRefusals refusals, EndPoint? client) : PipeWriter
{
    private Memory<byte> _memory;
    private bool _isOurs;
    private bool _hasBegun;

    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    public override long UnflushedBytes => output.UnflushedBytes;

    /// <summary>From here until it is disposed, what is written is an answer of ours.</summary>
    public Answer BeginAnswer()
    {
        _isOurs = true;
        return new Answer(this);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        // A refusal is a head alone: whole in one piece, and the first of its flush.
        output.Advance(_isOurs || _hasBegun ? bytes : refusals.Complete(_memory.Span, bytes, client));
        _hasBegun = true;
        _memory = _memory[Math.Min(bytes, _memory.Length)..];
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        BeginPiece();
        return output.FlushAsync(cancellationToken);
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        BeginPiece();
        return output.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => output.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => output.CompleteAsync(exception);

    private void BeginPiece()
    {
        _hasBegun = false;
        _memory = default;
    }

    /// <summary>An answer under way.</summary>
    internal readonly struct Answer(RefusalOutput output) : IDisposable
    {
        public void Dispose()
        {
            output._isOurs = false;
        }
    }
}
