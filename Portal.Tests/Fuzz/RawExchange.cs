using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Fuzz;

/// <summary>An answer as it came over the wire, to a request that may be no HTTP at all.</summary>
internal sealed class RawExchange
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    /// <summary>What the server itself refuses of a request that is not HTTP, before anybody sees it.</summary>
    private static readonly int[] StatusesOfBrokenHttp = [400, 405, 408, 411, 413, 414, 417, 431, 501, 505];

    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    private RawExchange(string head, byte[] body)
    {
        Body = body;
        var lines = head.Split("\r\n");
        Status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        foreach (var line in lines[1..])
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            _headers[line[..colon]] = line[(colon + 1)..].Trim();
        }
    }

    public int Status { get; }

    public byte[] Body { get; }

    /// <summary>Sends bytes on a connection of their own and reads until the server closes.</summary>
    /// <param name="isWhole">
    /// Whether an answer has to come by itself. Else the server may well wait for more: it is told after a moment that
    /// nothing follows, and no sooner, since it answers nobody who is gone.
    /// </param>
    /// <returns>The first final answer; null when the connection was closed without one.</returns>
    public static async Task<RawExchange?> SendAsync(Uri address, byte[] request, bool isWhole)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, deadline.Token);
        await using var stream = socket.GetStream();
        using var received = new MemoryStream();
        var isReset = false;
        var sending = SendAsync(stream, request, deadline.Token);
        try
        {
            var receiving = stream.CopyToAsync(received, deadline.Token);
            if (!isWhole && await Task.WhenAny(receiving, Task.Delay(Moment, deadline.Token)) != receiving)
            {
                socket.Client.Shutdown(SocketShutdown.Send);
            }

            await receiving;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // Refused before all of it was read: what was answered counts, and may be lost on the way.
            isReset = true;
        }

        await sending;
        var answer = Read(received.ToArray());
        Assert.True(answer is not null || !isWhole || isReset, "the connection was closed without an answer");
        return answer;
    }

    /// <summary>No answer blames the server, and a refusal below <c>/v2/</c> is the protocol's own.</summary>
    public void AssertSound(bool isBelowV2)
    {
        if (!_headers.ContainsKey("Docker-Distribution-API-Version") && StatusesOfBrokenHttp.Contains(Status) && Body.Length == 0)
        {
            return;
        }

        // 505 is the client's doing too: it asked for another version of HTTP.
        Assert.InRange(Status == 505 ? 400 : Status, 200, 499);
        if (Status < 400 || !isBelowV2)
        {
            return;
        }

        Assert.True(_headers.ContainsKey("Docker-Distribution-API-Version"), $"a bare {Status} of {Body.Length} bytes");
        Assert.Equal("application/json; charset=utf-8", _headers["Content-Type"]);
        if (Body.Length > 0)
        {
            using var json = JsonDocument.Parse(Body);
            Assert.All(json.RootElement.GetProperty("errors").EnumerateArray(), error => Assert.NotEmpty(error.GetProperty("code").GetString()!));
        }
    }

    private static async Task SendAsync(NetworkStream stream, byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(request, cancellationToken);
        }
        catch (IOException)
        {
            // The server closed before it had it all.
        }
    }

    private static RawExchange? Read(byte[] received)
    {
        var rest = received.AsSpan();
        while (rest.IndexOf("\r\n\r\n"u8) is >= 0 and var end)
        {
            var head = Encoding.Latin1.GetString(rest[..end]);
            rest = rest[(end + 4)..];
            if (!head.StartsWith("HTTP/1.1 1", StringComparison.Ordinal))
            {
                Assert.StartsWith("HTTP/1.1 ", head, StringComparison.Ordinal);
                var exchange = new RawExchange(head, []);
                return exchange._headers.TryGetValue("Content-Length", out var length) && int.Parse(length, CultureInfo.InvariantCulture) is var count && rest.Length >= count
                    ? new RawExchange(head, rest[..count].ToArray())
                    : exchange;
            }
        }

        return null;
    }
}
