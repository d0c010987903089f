using System.Net.Sockets;

namespace Portal.Registry.Transport;

/// <summary>
/// How far a connection's client has taken what was sent to it, as the kernel knows it from acknowledgements. A send
/// that ended says little (the kernel holds megabytes for a slow client) and one under way says nothing.
/// </summary>
/// <remarks>Linux alone tells it; elsewhere it is never the client's turn.</remarks>
public sealed class TcpProgress(Socket socket)
{
    private const int Tcp = 6;
    private const int TcpInfo = 11;

    // Where the members lie in Linux's "struct tcp_info", which only ever grows at its end.
    private const int Unacknowledged = 24;
    private const int BytesAcknowledged = 120;
    private const int BytesNotSent = 144;
    private const int Length = 148;

    public ClientProgress Look()
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        Span<byte> info = stackalloc byte[256];
        try
        {
            if (socket.GetRawSocketOption(Tcp, TcpInfo, info) < Length)
            {
                return default;
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Nothing left to watch: who sends learns that the connection is gone.
            return default;
        }

        return new ClientProgress(
            BitConverter.ToInt64(info[BytesAcknowledged..]),
            BitConverter.ToUInt32(info[Unacknowledged..]) > 0 || BitConverter.ToUInt32(info[BytesNotSent..]) > 0);
    }
}
