using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Portal.Bench;

/// <summary>An endpoint for events, which answers each after five milliseconds, as one elsewhere in a network would.</summary>
public sealed class EventSink
{
    private const int Latency = 5;

    private static readonly byte[] Answer = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    private static readonly Lazy<EventSink> Only = new(() => new EventSink());

    private EventSink()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Address = new Uri($"http://{listener.LocalEndpoint}/");
        Threads.Begin(() => Accept(listener));
    }

    /// <summary>The one of this process; it listens from the first use on.</summary>
    public static EventSink Shared => Only.Value;

    public Uri Address { get; }

    private static void Accept(TcpListener listener)
    {
        while (true)
        {
            var client = listener.AcceptTcpClient();
            Threads.Begin(() => Serve(client));
        }
    }

    private static void Serve(TcpClient client)
    {
        using var closing = client;
        using var reader = new BufferedStream(client.GetStream());
        using var never = new ManualResetEventSlim();
        try
        {
            while (ReadHead(reader) is { } length)
            {
                for (var left = length; left > 0; left--)
                {
                    if (reader.ReadByte() < 0)
                    {
                        return;
                    }
                }

                never.Wait(Latency);
                client.GetStream().Write(Answer);
            }
        }
        catch (IOException)
        {
            // Its server was ended.
        }
    }

    /// <returns>The length of the body; null at the end.</returns>
    private static int? ReadHead(BufferedStream reader)
    {
        var length = 0;
        for (var line = ReadLine(reader); line.Length > 0; line = ReadLine(reader))
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        return length == 0 ? null : length;
    }

    private static string ReadLine(BufferedStream reader)
    {
        var line = new StringBuilder();
        for (var next = reader.ReadByte(); next is >= 0 and not '\n'; next = reader.ReadByte())
        {
            line.Append((char)next);
        }

        return line.ToString().TrimEnd('\r');
    }
}
