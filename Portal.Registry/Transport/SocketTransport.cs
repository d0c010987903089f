using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Portal.Registry.Transport;

/// <summary>
/// TCP for Kestrel, made for blobs: bodies are received in large pieces (<see cref="SocketInput"/>), and answers go from
/// the request's own thread into the socket (<see cref="SocketOutput"/>). So a blob takes few calls into the kernel and
/// few changes of threads. Unix sockets stay with Kestrel's own transport.
/// </summary>
public sealed class SocketTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const int Backlog = 1024;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    /// <exception cref="AddressInUseException">Another process listens there.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return new ValueTask<IConnectionListener>(new SocketListener(socket));
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw exception.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new AddressInUseException(exception.Message, exception)
                : exception;
        }
    }

    private sealed class SocketListener(Socket socket) : IConnectionListener
    {
        public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var client = await socket.AcceptAsync(cancellationToken);
                    client.NoDelay = true;
                    return new SocketConnection(client);
                }
                catch (Exception exception) when (exception is ObjectDisposedException
                    or SocketException { SocketErrorCode: SocketError.OperationAborted })
                {
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
            socket.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);
    }
}
