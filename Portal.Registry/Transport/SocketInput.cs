using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Portal.Registry.Transport;

/// <summary>
/// What a client sends, received ahead of whoever reads it. Pieces begin small, since most requests are, and grow while
/// they come full: a layer then takes few calls into the kernel. A connection at rest holds no buffer.
/// </summary>
internal sealed class SocketInput(Socket socket, ConnectionTransfer transfer)
{
    private const int SmallPiece = 4 * 1024;
    private const int LargePiece = 512 * 1024;

    // Received and not yet read: beyond it the client has to wait.
    private const int PauseAt = 2 * 1024 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(
        readerScheduler: PipeScheduler.ThreadPool,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: PauseAt,
        resumeWriterThreshold: PauseAt / 2,
        useSynchronizationContext: false));

    public PipeReader Reader => _pipe.Reader;

    /// <summary>Receives until the client has sent its last, or the connection breaks. Never throws: the reader learns why.</summary>
    public async Task ReceiveAsync()
    {
        Exception? failure = null;
        try
        {
            var piece = SmallPiece;
            while (true)
            {
                if (piece == SmallPiece)
                {
                    // Returns when something is there, so that waiting takes no memory.
                    await socket.ReceiveAsync(Memory<byte>.Empty);
                }

                var buffer = _pipe.Writer.GetMemory(piece);
                var received = await socket.ReceiveAsync(buffer);
                if (received == 0)
                {
                    break;
                }

                piece = received == buffer.Length || (piece == LargePiece && received >= LargePiece / 8) ? LargePiece : SmallPiece;
                transfer.Received(received);
                _pipe.Writer.Advance(received);
                if (await _pipe.Writer.FlushAsync() is { IsCompleted: true })
                {
                    break;
                }
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.TimedOut)
        {
            failure = new ConnectionResetException(exception.Message, exception);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            failure = new ConnectionAbortedException("the connection was closed here", exception);
        }

        await _pipe.Writer.CompleteAsync(failure);
    }
}
