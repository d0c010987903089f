using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Portal.Bench;

/// <summary>
/// One keep-alive connection, blocking and as cheap as can be: client and server share the processors, so each
/// instruction here would be counted against both servers.
/// </summary>
public sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[1024 * 1024];
    private readonly string _host;

    public HttpConnection(int port)
    {
        _host = $"127.0.0.1:{port}";
        _socket.Connect(IPAddress.Loopback, port);
        _socket.ReceiveTimeout = 120_000;
    }

    /// <summary>Sends a request whose body, if any, is small, and reads the answer to its end.</summary>
    public HttpAnswer Send(string method, string path, ReadOnlySpan<byte> body = default)
    {
        SendHead(method, path, $"Content-Length: {body.Length}");
        if (!body.IsEmpty)
        {
            Write(body);
        }

        return Receive(hasBody: method != "HEAD");
    }

    /// <param name="header">One more line of the head.</param>
    public void SendHead(string method, string path, string header)
    {
        Write(Head(method, path, header));
    }

    public byte[] Head(string method, string path, string header)
    {
        return Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {_host}\r\nAccept: */*\r\nAccept: application/vnd.oci.image.manifest.v1+json\r\nContent-Type: application/octet-stream\r\n{header}\r\n\r\n");
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>Reads one answer; its body is counted and let go.</summary>
    public HttpAnswer Receive(bool hasBody)
    {
        var filled = 0;
        int end;
        while ((end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
        {
            filled += Read(_buffer.AsSpan(filled));
        }

        var head = Encoding.ASCII.GetString(_buffer, 0, end);
        var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        var answer = new HttpAnswer(status, head);
        return hasBody ? answer with { BodyLength = ReceiveBody(answer, filled - end - 4) } : answer;
    }

    public void Dispose()
    {
        _socket.Dispose();
    }

    /// <returns>Its bytes, with the framing of a chunked one.</returns>
    private long ReceiveBody(HttpAnswer answer, long received)
    {
        if (answer["Content-Length"] is { } header)
        {
            var length = long.Parse(header, CultureInfo.InvariantCulture);
            while (received < length)
            {
                received += Read(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, length - received)));
            }

            return length;
        }

        if (answer["Transfer-Encoding"] is null)
        {
            return 0;
        }

        // Chunked: nothing of ours has the end of the last chunk within it, and no answer follows unasked.
        var tail = new byte[5];
        var start = answer.Head.Length + 4;
        Keep(tail, _buffer.AsSpan(start, (int)received));
        while (!tail.AsSpan().SequenceEqual("0\r\n\r\n"u8))
        {
            var read = Read(_buffer);
            Keep(tail, _buffer.AsSpan(0, read));
            received += read;
        }

        return received;
    }

    /// <summary>Moves the last bytes that came through a window.</summary>
    private static void Keep(Span<byte> window, ReadOnlySpan<byte> next)
    {
        if (next.Length >= window.Length)
        {
            next[^window.Length..].CopyTo(window);
            return;
        }

        window[next.Length..].CopyTo(window);
        next.CopyTo(window[^next.Length..]);
    }

    private int Read(Span<byte> into)
    {
        var read = _socket.Receive(into);
        return read > 0 ? read : throw new IOException("the server closed the connection");
    }
}

/// <param name="Head">Status line and headers as they came.</param>
public sealed record HttpAnswer(int Status, string Head)
{
    public long BodyLength { get; init; }

    /// <summary>The value of a header; null without it.</summary>
    public string? this[string name] => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim())
        .FirstOrDefault();

    /// <summary>Ends the run when the server did not do what a figure is taken of.</summary>
    public HttpAnswer Expect(int status)
    {
        return Status == status ? this : throw new BenchException($"the server answered {Status} in place of {status}:\n{Head}");
    }
}
