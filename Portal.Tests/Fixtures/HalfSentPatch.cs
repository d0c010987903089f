using System.Net.Sockets;
using System.Text;

namespace Portal.Tests.Fixtures;

/// <summary>A PATCH of an upload on a raw socket, half of its body sent: the server waits for the rest.</summary>
public sealed class HalfSentPatch : IDisposable
{
    private readonly TcpClient _socket = new();
    private readonly ReadOnlyMemory<byte> _rest;

    private HalfSentPatch(ReadOnlyMemory<byte> rest)
    {
        _rest = rest;
    }

    /// <summary>Returns when the server has begun to read the body: a request that it has not yet seen is none under way.</summary>
    public static async Task<HalfSentPatch> StartAsync(Uri address, string upload, byte[] content)
    {
        var patch = new HalfSentPatch(content.AsMemory(content.Length / 2));
        await patch._socket.ConnectAsync(address.Host, address.Port);
        var head = $"PATCH {upload} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: {content.Length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
        await patch._socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await patch._socket.GetStream().ReadExactlyAsync(new byte["HTTP/1.1 100 Continue\r\n\r\n".Length]).AsTask().WaitAsync(Patience.Deadline);
        await patch._socket.GetStream().WriteAsync(content.AsMemory(0, content.Length / 2));
        return patch;
    }

    /// <summary>Sends the other half.</summary>
    /// <returns>The whole answer, as text.</returns>
    public async Task<string> FinishAsync()
    {
        await _socket.GetStream().WriteAsync(_rest);
        using var reader = new StreamReader(_socket.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }

    public void Dispose()
    {
        _socket.Dispose();
    }
}
