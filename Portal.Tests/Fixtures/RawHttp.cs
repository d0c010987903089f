using System.Net.Sockets;
using System.Text;

namespace Portal.Tests.Fixtures;

/// <summary>Requests that no client library would send: byte by byte on a socket.</summary>
public static class RawHttp
{
    /// <summary>Sends a request, or its beginning, and hangs up the sending side.</summary>
    /// <param name="head">The request line and headers, each line ended by a line feed; <c>Host</c> and <c>Connection: close</c> are added.</param>
    /// <returns>All that the server answers until it closes the connection; empty when it just closes.</returns>
    public static async Task<string> SendAsync(Uri address, string head, byte[] body)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, deadline.Token);
        var lines = $"{head.TrimEnd('\n')}\nHost: {address.Authority}\nConnection: close\n\n";
        byte[] request = [.. Encoding.ASCII.GetBytes(lines.Replace("\n", "\r\n", StringComparison.Ordinal)), .. body];
        await socket.SendAsync(request, deadline.Token);
        socket.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        try
        {
            await using var stream = new NetworkStream(socket);
            await stream.CopyToAsync(answer, deadline.Token);
        }
        catch (IOException)
        {
            // A connection that is reset says as much as one that is closed.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
