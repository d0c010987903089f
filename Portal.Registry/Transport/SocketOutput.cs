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

    // Stands for a file's bytes in the hands of a caller that only counts them. Nobody reads it or writes to it.
    private static readonly byte[] StandIn = GC.AllocateUninitializedArray<byte>(LargestFilePiece);

    private readonly Socket _socket;
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[]? _buffer;
    private int _used;
    private FileStream? _file;
    private long _fileOffset;
    private int _fileUsed;
    private bool _isClosed;

    /// <summary>How much of a file one flush may send, in bytes.</summary>
    public const int LargestFilePiece = 4 * 1024 * 1024;

    public SocketOutput(Socket socket)
    {
        _socket = socket;
    }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _full.Sum(part => (long)part.Count) + _used + _fileUsed;

    /// <summary>
    /// Until it is disposed, what is advanced over are the file's bytes, from its position on: the kernel sends them from
    /// its own memory, and whatever is in the buffers handed out meanwhile is not looked at.
    /// </summary>
    /// <remarks>To be called when everything before is flushed, and disposed when the last piece is.</remarks>
    public FileTurn BeginFile(FileStream file)
    {
        (_file, _fileOffset, _fileUsed) = (file, file.Position, 0);
        return new FileTurn(this);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_file is not null)
        {
            return StandIn.AsMemory(_fileUsed);
        }

        Reserve(sizeHint);
        return _buffer.AsMemory(_used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_file is not null)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, StandIn.Length - _fileUsed);
            _fileUsed += bytes;
            return;
        }

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
            if (_fileUsed > 0 && !_isClosed)
            {
                await SendFileAsync(_file!, _fileOffset, _fileUsed);
                (_fileOffset, _fileUsed) = (_fileOffset + _fileUsed, 0);
            }
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
            content = content[await _socket.SendAsync(content)..];
        }
    }

    private async Task SendFileAsync(FileStream file, long offset, int count)
    {
        using var sending = new SocketAsyncEventArgs { SendPacketsElements = [new SendPacketsElement(file, offset, count)] };
        var done = new TaskCompletionSource();
        sending.Completed += (_, _) => done.SetResult();
        if (_socket.SendPacketsAsync(sending))
        {
            await done.Task;
        }

        if (sending.SocketError != SocketError.Success)
        {
            throw new SocketException((int)sending.SocketError);
        }

        if (sending.BytesTransferred != count)
        {
            throw new InvalidDataException("the file is shorter than it was a moment ago");
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

    /// <summary>A file under way.</summary>
    internal readonly struct FileTurn(SocketOutput output) : IDisposable
    {
        public void Dispose()
        {
            output._file = null;
        }
    }
}
