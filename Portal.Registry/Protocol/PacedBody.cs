using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Portal.Registry.Transport;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>
/// A request's body that has to keep coming. What arrived before a client became too slow is handed out; the read after
/// it fails. Whoever reads may keep what a read brought, but has to have examined all of it.
/// </summary>
public sealed class PacedBody : PipeReader, IAsyncDisposable
{
    private readonly PipeReader _body;
    private readonly DataRate _rate;
    private readonly ErrorCode _code;
    private readonly IAsyncDisposable? _watch;
    private long _received;
    private ReadOnlySequence<byte> _last;
    private long _kept;
    private volatile bool _isWaiting;
    private volatile bool _isGivenUp;

    /// <param name="code">What a client is told that is too slow.</param>
    public PacedBody(PipeReader body, DataRate rate, ErrorCode code)
    {
        (_body, _rate, _code) = (body, rate, code);
        _watch = rate.Watch(() => new ClientProgress(Volatile.Read(ref _received), _isWaiting), GiveUp);
    }

    /// <summary>The body of a request, in place of the server's own bounds, which know neither layers nor windows.</summary>
    public static PacedBody Of(RegistryRequest request, DataRate rate, ErrorCode code)
    {
        request.TakeBodyOfAnySize();
        request.Context.Features.Get<IHttpMinRequestBodyDataRateFeature>()?.MinDataRate = null;
        return new PacedBody(ChunkedBody.Of(request.Context), rate, code);
    }

    /// <exception cref="OciException">The client was too slow for a whole window.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            _isWaiting = true;
            var read = await _body.ReadAsync(cancellationToken);
            _isWaiting = false;
            if (Take(ref read))
            {
                return read;
            }

            if (_isGivenUp)
            {
                throw new OciException(
                    _code,
                    $"the body came in slower than {_rate} (portal.limits.mindatarate, portal.limits.graceperiod)");
            }
        }
    }

    public override bool TryRead(out ReadResult result) => _body.TryRead(out result) && Take(ref result);

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _kept = _last.Slice(consumed).Length;
        _last = default;
        _body.AdvanceTo(consumed, examined);
    }

    /// <exception cref="NotSupportedException">Always: it is how a slow client is given up.</exception>
    public override void CancelPendingRead() => throw new NotSupportedException();

    public override void Complete(Exception? exception = null) => _body.Complete(exception);

    public ValueTask DisposeAsync() => _watch?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void GiveUp()
    {
        _isGivenUp = true;
        _body.CancelPendingRead();
    }

    /// <returns>False when the read brought nothing, since it was given up.</returns>
    private bool Take(ref ReadResult read)
    {
        var fresh = read.Buffer.Length - _kept;
        if (read.IsCanceled && fresh == 0)
        {
            _body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return false;
        }

        // Something came at the last instant: another window, then.
        _isGivenUp = false;
        Volatile.Write(ref _received, _received + fresh);
        _last = read.Buffer;
        read = new ReadResult(read.Buffer, isCanceled: false, read.IsCompleted);
        return true;
    }
}
