using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Portal.Registry.Transport;

/// <summary>
/// Writes answers straight into a client's socket. A flush ends when the kernel has taken everything, so a slow client
/// slows its own request and fills no memory. Not safe for two threads at once, as no pipe writer is.
/// </summary>
internal sealed class SocketOutput : PipeWriter
{
    private const int SmallBuffer = 4 * 1024;
    private const int LargeBuffer = 64 * 1024;

    private readonly Socket _socket;
    private readonly ConnectionTransfer _transfer;
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[]? _buffer;
    private int _used;
    private bool _isClosed;

    public SocketOutput(Socket socket, ConnectionTransfer transfer)
    {
        (_socket, _transfer) = (socket, transfer);
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _full.Sum(part => (long)part.Count) + _used;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_used);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer is null ? 0 : _buffer.Length - _used);
        _used += bytes;
    }

    /// <summary>Gives up a flush under way. The client then has an answer cut off anywhere, so it loses the connection.</summary>
    public override void CancelPendingFlush() => _socket.Dispose();

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await using var cancellation = cancellationToken.UnsafeRegister(static output => ((SocketOutput)output!).CancelPendingFlush(), this);
        try
        {
            foreach (var part in _full)
            {
                await SendAsync(part);
            }

            await SendAsync(_buffer.AsMemory(0, _used));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _isClosed = true;
            CancelPendingFlush();
        }

        Release();
        return new FlushResult(isCanceled: false, isCompleted: _isClosed);
    }

    /// <summary>Sends no more. What was not flushed is left to the garbage collector: a send that was given up may still hold it.</summary>
    public override void Complete(Exception? exception = null)
    {
        _isClosed = true;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> content)
    {
        while (content.Length > 0 && !_isClosed)
        {
            var sent = await _socket.SendAsync(content);
            _transfer.Sent(sent);
            content = content[sent..];
        }
    }

    private void Reserve(int sizeHint)
    {
        if (_buffer is null)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, SmallBuffer));
        }
        else if (_buffer.Length - _used < Math.Max(sizeHint, 1))
        {
            _full.Add(new ArraySegment<byte>(_buffer, 0, _used));
            _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, LargeBuffer));
            _used = 0;
        }
    }

    private void Release()
    {
        foreach (var part in _full)
        {
            ArrayPool<byte>.Shared.Return(part.Array!);
        }

        _full.Clear();
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }

        _used = 0;
    }
}
