using System.Net.Sockets;
using System.Text;

namespace Portal.Tests.Fixtures;

/// <summary>A request that no HTTP library would send, on a socket of its own.</summary>
public sealed class RawRequest : IDisposable
{
    private readonly TcpClient _socket = new();

    private RawRequest()
    {
    }

    /// <summary>Sends the head of a request with a body, and returns when the server has begun to read the body.</summary>
    /// <param name="head">The request line and what headers it needs; lines end with LF.</param>
    public static async Task<RawRequest> StartAsync(Uri address, string head)
    {
        var request = new RawRequest();
        await request._socket.ConnectAsync(address.Host, address.Port);
        await request.WriteAsync(Encoding.ASCII.GetBytes(
            $"{head}\nHost: {address.Authority}\nExpect: 100-continue\nConnection: close\n\n".ReplaceLineEndings("\r\n")));
        var interim = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await request._socket.GetStream().ReadExactlyAsync(interim).AsTask().WaitAsync(Patience.Deadline);
        Assert.StartsWith("HTTP/1.1 100 ", Encoding.ASCII.GetString(interim), StringComparison.Ordinal);
        return request;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> content) => _socket.GetStream().WriteAsync(content);

    /// <summary>The whole answer as text: the server closes the connection behind it.</summary>
    public async Task<string> ReadAnswerAsync()
    {
        using var reader = new StreamReader(_socket.GetStream(), Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(Patience.Deadline);
    }

    /// <summary>An answer with an error as text, up to the error's end: the server may wait for more before it closes.</summary>
    public async Task<string> ReadErrorAsync()
    {
        using var reader = new StreamReader(_socket.GetStream(), Encoding.UTF8, leaveOpen: true);
        var answer = new StringBuilder();
        var piece = new char[1024];
        while (answer.Length < 2 || answer.ToString(answer.Length - 2, 2) != "]}")
        {
            var read = await reader.ReadAsync(piece).AsTask().WaitAsync(Patience.Deadline);
            Assert.NotEqual(0, read);
            answer.Append(piece, 0, read);
        }

        return answer.ToString();
    }

    /// <summary>Hangs up.</summary>
    public void Dispose()
    {
        _socket.Dispose();
    }
}
