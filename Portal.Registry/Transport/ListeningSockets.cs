using System.Net;
using System.Net.Sockets;

namespace Portal.Registry.Transport;

/// <summary>
/// The listening sockets of the process. Two servers may hold the same one, while the portal of another configuration
/// takes the place of the one before: one stops accepting when the other begins, and no client is refused. A socket that
/// nobody holds any more is closed.
/// </summary>
public sealed class ListeningSockets
{
    private readonly Lock _turn = new();
    private readonly List<ListeningSocket> _open = [];
    private int _keepers;

    /// <summary>Keeps sockets open that nobody holds, until it is disposed: clients wait in the kernel's queue then.</summary>
    public IDisposable Keep()
    {
        lock (_turn)
        {
            _keepers++;
        }

        return new Keeper(this);
    }

    /// <summary>The socket that listens at an end, for a holder that does not hold it yet; a new one when there is none.</summary>
    /// <param name="end">What is asked for; port 0 asks for any port, and gets the one that another holder has of it.</param>
    /// <param name="open">Makes a socket that listens there.</param>
    internal ListeningSocket Hold(ServerSockets holder, EndPoint end, Func<Socket> open)
    {
        lock (_turn)
        {
            if (_open.Find(open => open.End.Equals(end) && !open.Holders.Contains(holder)) is not { } socket)
            {
                CloseOnSamePort(end);
                socket = new ListeningSocket(end, open());
                _open.Add(socket);
            }

            socket.Holders.Add(holder);
            return socket;
        }
    }

    internal void Release(ServerSockets holder, ListeningSocket socket)
    {
        lock (_turn)
        {
            socket.Holders.Remove(holder);
            if (_keepers == 0)
            {
                CloseUnheld();
            }
        }
    }

    /// <summary>What is kept for another address of the same port would be in the way of this one.</summary>
    private void CloseOnSamePort(EndPoint end)
    {
        if (end is IPEndPoint { Port: > 0 and var port })
        {
            Close(_open.FindAll(open => open.Holders.Count == 0 && open.End is IPEndPoint other && other.Port == port));
        }
    }

    private void CloseUnheld() => Close(_open.FindAll(open => open.Holders.Count == 0));

    private void Close(List<ListeningSocket> sockets)
    {
        foreach (var socket in sockets)
        {
            _open.Remove(socket);
            socket.Close();
        }
    }

    private sealed class Keeper(ListeningSockets sockets) : IDisposable
    {
        public void Dispose()
        {
            lock (sockets._turn)
            {
                if (--sockets._keepers == 0)
                {
                    sockets.CloseUnheld();
                }
            }
        }
    }
}

/// <summary>A socket that listens, and who holds it.</summary>
/// <param name="End">What it was bound to, as it was asked for: port 0 stays port 0.</param>
internal sealed record ListeningSocket(EndPoint End, Socket Socket)
{
    public HashSet<ServerSockets> Holders { get; } = [];

    public void Close()
    {
        Socket.Dispose();
        if (End is UnixDomainSocketEndPoint file)
        {
            File.Delete(file.ToString());
        }
    }
}
