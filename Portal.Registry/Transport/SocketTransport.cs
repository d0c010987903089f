using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Portal.Registry.Transport;

/// <summary>
/// TCP and unix sockets for Kestrel, made for blobs: bodies are received in large pieces (<see cref="SocketInput"/>), and
/// answers go from the request's own thread into the socket (<see cref="SocketOutput"/>). So a blob takes few calls into
/// the kernel and few changes of threads.
/// </summary>
public sealed class SocketTransport(ServerSockets sockets) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const int Backlog = 1024;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint;

    /// <exception cref="AddressInUseException">Another process listens there.</exception>
    /// <exception cref="IOException">Where a unix socket should be is something else, or no directory for it.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        return new ValueTask<IConnectionListener>(new SocketListener(sockets.Hold(endpoint, () => Open(endpoint)), sockets));
    }

    private static Socket Open(EndPoint endpoint)
    {
        var path = endpoint is UnixDomainSocketEndPoint ? endpoint.ToString() : null;
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, path is null ? ProtocolType.Tcp : ProtocolType.Unspecified);
        try
        {
            if (path is not null)
            {
                UnixSocketFile.MakeWay(path);
            }

            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new AddressInUseException($"{endpoint}: {exception.Message}", exception)
                : path is null ? exception : new IOException($"{path}: no socket can be made there: {exception.Message}", exception);
        }
        catch (IOException)
        {
            socket.Dispose();
            throw;
        }
    }

    private sealed class SocketListener : IConnectionListener
    {
        private readonly ListeningSocket _socket;
        private readonly ServerSockets _sockets;
        private readonly CancellationTokenSource _unbound = new();
        private readonly CancellationTokenSource _accepting;
        private int _isUnbound;

        public SocketListener(ListeningSocket socket, ServerSockets sockets)
        {
            (_socket, _sockets) = (socket, sockets);
            _accepting = CancellationTokenSource.CreateLinkedTokenSource(_unbound.Token, sockets.Ended);
            EndPoint = socket.Socket.LocalEndPoint!;
        }

        public EndPoint EndPoint { get; }

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    await _sockets.Begun.WaitAsync(_accepting.Token);
                    var client = await _socket.Socket.AcceptAsync(_accepting.Token);
                    if (_socket.End is IPEndPoint)
                    {
                        client.NoDelay = true;
                    }

                    return new SocketConnection(client);
                }
                catch (OperationCanceledException)
                {
                    // To the server a listener that returns nothing has ended; this one only takes no more in.
                    await Task.Delay(Timeout.Infinite, _unbound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return null;
                }
                catch (SocketException exception) when (exception.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
                {
                    // Clients wait in the backlog until another one leaves.
                    await Task.Delay(Breath, cancellationToken);
                }
                catch (SocketException)
                {
                    // That client went away before it was taken: the next one, then.
                }
            }
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            if (Interlocked.Exchange(ref _isUnbound, 1) == 0)
            {
                _unbound.Cancel();
                _sockets.Release(_socket);
            }

            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await UnbindAsync(CancellationToken.None);
            _accepting.Dispose();
            _unbound.Dispose();
        }
    }
}
