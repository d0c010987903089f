using System.Net;
using System.Net.Sockets;

namespace Portal.Registry.Transport;

/// <summary>
/// One server's hold on the process's listening sockets. Binding takes no client in yet: that begins and ends when the
/// server is told, so that of two servers on one socket one alone does.
/// </summary>
public sealed class ServerSockets(ListeningSockets sockets) : IDisposable
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();

    /// <summary>Done when clients are to be taken in.</summary>
    internal Task Begun => _begun.Task;

    /// <summary>Cancelled when no more clients are to be taken in.</summary>
    internal CancellationToken Ended => _ended.Token;

    /// <summary>From here on the server's listeners take clients in.</summary>
    public void BeginAccepting() => _begun.TrySetResult();

    /// <summary>From here on they take none in, while those who are there stay.</summary>
    public void EndAccepting() => _ended.Cancel();

    public void Dispose() => _ended.Dispose();

    internal ListeningSocket Hold(EndPoint end, Func<Socket> open) => sockets.Hold(this, end, open);

    internal void Release(ListeningSocket socket) => sockets.Release(this, socket);
}
