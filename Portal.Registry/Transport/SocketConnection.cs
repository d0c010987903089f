using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Portal.Registry.Transport;

/// <summary>One client's connection, as Kestrel sees it.</summary>
internal sealed class SocketConnection : DefaultConnectionContext, IDuplexPipe
{
    private readonly Socket _socket;
    private readonly SocketInput _input;
    private readonly SocketOutput _output;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _receiving;
    private int _isShut;

    public SocketConnection(Socket socket)
        : base(Guid.NewGuid().ToString("N"))
    {
        _socket = socket;
        var transfer = new ConnectionTransfer();
        _input = new SocketInput(socket, transfer);
        _output = new SocketOutput(socket, transfer);
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        Transport = this;
        Features.Set(transfer);
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            Features.Set(new TcpProgress(socket));
        }

        _receiving = ReceiveAsync();
    }

    PipeReader IDuplexPipe.Input => _input.Reader;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Ends the connection at once: what is being received or sent fails.</summary>
    public override void Abort(ConnectionAbortedException abortReason) => Shut();

    public override async ValueTask DisposeAsync()
    {
        await _input.Reader.CompleteAsync();
        await _output.CompleteAsync();
        Shut();
        await _receiving;
        _closed.Dispose();
        await base.DisposeAsync();
    }

    private async Task ReceiveAsync()
    {
        await _input.ReceiveAsync();

        // Not on this thread alone: whoever listens may be a request that takes its time.
        await Task.Run(_closed.Cancel);
    }

    private void Shut()
    {
        if (Interlocked.Exchange(ref _isShut, 1) != 0)
        {
            return;
        }

        try
        {
            // Says goodbye properly, so that the client still gets what was sent last.
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The client was first, or an answer that could not be sent whole.
        }

        _socket.Dispose();
    }
}
