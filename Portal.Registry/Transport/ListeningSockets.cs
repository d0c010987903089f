using System.Net;
using System.Net.Sockets;

namespace Portal.Registry.Transport;

/// <summary>
/// Listening sockets that outlive the server that listens on them. While the portal is rebuilt with another configuration
/// nobody takes clients in, but the kernel lets them wait instead of refusing them; whoever binds to the same end next
/// goes on with the same socket.
/// </summary>
public sealed class ListeningSockets : IDisposable
{
    private readonly Lock _turn = new();
    private readonly List<(string End, Socket Socket)> _kept = [];
    private CancellationTokenSource _accepting = new();
    private bool _isPaused;

    /// <summary>Cancelled when no more clients are to be taken in.</summary>
    internal CancellationToken Accepting
    {
        get
        {
            lock (_turn)
            {
                return _accepting.Token;
            }
        }
    }

    /// <summary>From here on no listener takes a client in, and sockets that are let go are kept.</summary>
    public void Pause()
    {
        lock (_turn)
        {
            _isPaused = true;
            _accepting.Cancel();
        }
    }

    /// <summary>Lets listeners that bind from here on take clients in; first they take over what was kept.</summary>
    public void Resume()
    {
        lock (_turn)
        {
            _isPaused = false;
            _accepting.Dispose();
            _accepting = new CancellationTokenSource();
        }
    }

    /// <summary>Closes what nobody took over, since another configuration listens elsewhere.</summary>
    public void CloseKept()
    {
        lock (_turn)
        {
            foreach (var (end, socket) in _kept)
            {
                Close(end, socket);
            }

            _kept.Clear();
        }
    }

    public void Dispose()
    {
        CloseKept();
        _accepting.Dispose();
    }

    /// <returns>The socket that listened at this end; null when there is none.</returns>
    internal Socket? Take(EndPoint end)
    {
        lock (_turn)
        {
            var index = _kept.FindIndex(kept => kept.End == end.ToString());
            if (index < 0)
            {
                return null;
            }

            var socket = _kept[index].Socket;
            _kept.RemoveAt(index);
            return socket;
        }
    }

    /// <summary>Closes a socket that is listened to no more, or keeps it for the next one to come.</summary>
    /// <param name="end">What it was bound to, as it was asked for: port 0 stays port 0.</param>
    internal void Release(EndPoint end, Socket socket)
    {
        lock (_turn)
        {
            if (_isPaused)
            {
                _kept.Add((end.ToString()!, socket));
            }
            else
            {
                Close(end.ToString()!, socket);
            }
        }
    }

    private static void Close(string end, Socket socket)
    {
        var isFile = socket.AddressFamily is AddressFamily.Unix;
        socket.Dispose();
        if (isFile)
        {
            File.Delete(end);
        }
    }
}
