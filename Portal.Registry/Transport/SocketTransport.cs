using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Portal.Registry.Transport;

/// <summary>
/// TCP and unix sockets for Kestrel, made for blobs: bodies are received in large pieces (<see cref="SocketInput"/>), and
/// answers go from the request's own thread into the socket (<see cref="SocketOutput"/>). So a blob takes few calls into
/// the kernel and few changes of threads.
/// </summary>
public sealed class SocketTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private const int Backlog = 1024;
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(50);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint;

    /// <exception cref="AddressInUseException">Another process listens there.</exception>
    /// <exception cref="IOException">Where a unix socket should be is something else, or no directory for it.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
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
            return new ValueTask<IConnectionListener>(new SocketListener(socket, path));
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

    /// <param name="path">The file of a unix socket, which ends with the listener; null for TCP.</param>
    private sealed class SocketListener(Socket socket, string? path) : IConnectionListener
    {
        private int _isUnbound;

        public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                try
                {
                    var client = await socket.AcceptAsync(cancellationToken);
                    if (path is null)
                    {
                        client.NoDelay = true;
                    }

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
            if (Interlocked.Exchange(ref _isUnbound, 1) == 0)
            {
                socket.Dispose();
                if (path is not null)
                {
                    File.Delete(path);
                }
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync(CancellationToken.None);
    }
}
