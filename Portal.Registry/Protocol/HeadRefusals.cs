using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Observability;
using Portal.Storage.Oci;

namespace Portal.Registry.Protocol;

/// <summary>
/// The protocol's errors for requests that the server refuses before anything of ours sees them: a head that is too
/// large, too slow or no HTTP. Kestrel answers those with a status and nothing else, and has no place to say more. Each gets
/// an id and a line of the log, as every other answer.
/// </summary>
public sealed partial class HeadRefusals
{
    private const int LongestBareHead = 256;

    // Where the status stands in "HTTP/1.1 431 ".
    private const int StatusFrom = 9;
    private const int StatusTo = 12;

    // As Kestrel writes it. Should it ever write it otherwise, its answer goes out as it is, and a test tells.
    private static readonly byte[] Bare = "Content-Length: 0\r\nConnection: close\r\n"u8.ToArray();

    private readonly RequestIds _ids = new();
    private readonly ILogger<HeadRefusals> _logger;
    private volatile Dictionary<string, (byte[] Headers, byte[] Body)> _errors;

    public HeadRefusals(LiveConfiguration live, ILogger<HeadRefusals> logger)
    {
        _logger = logger;
        _errors = Errors(live.Current.Portal.Limits);
        live.Changed += () => _errors = Errors(live.Current.Portal.Limits);
    }

    /// <summary>A connection middleware, for the registry's listener alone.</summary>
    public ConnectionDelegate Use(ConnectionDelegate next)
    {
        return connection =>
        {
            if (connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual("h2"u8) is true)
            {
                // HTTP/2 has no heads of this kind.
                return next(connection);
            }

            var output = new RefusalOutput(connection.Transport.Output, this, connection.RemoteEndPoint);
            connection.Features.Set(output);
            connection.Transport = new Duplex(connection.Transport.Input, output);
            return next(connection);
        };
    }

    /// <summary>Gives a bare refusal its error.</summary>
    /// <param name="buffer">Where the answer is written: its first bytes are the head.</param>
    /// <param name="length">Bytes of the head.</param>
    /// <param name="client">Who gets it.</param>
    /// <returns>Bytes of the answer; <paramref name="length"/> when it is no bare refusal.</returns>
    internal int Complete(Span<byte> buffer, int length, EndPoint? client)
    {
        if (length > LongestBareHead || !buffer.StartsWith("HTTP/1.1 "u8))
        {
            return length;
        }

        var head = buffer[..length];
        var bare = head.IndexOf(Bare);
        if (bare < 0
            || !head.EndsWith("\r\n\r\n"u8)
            || Encoding.ASCII.GetString(head[StatusFrom..StatusTo]) is not { } status
            || !_errors.TryGetValue(status, out var error))
        {
            return length;
        }

        var id = _ids.Next();
        var line = Encoding.ASCII.GetBytes($"{RequestIds.Header}: {id}\r\n");
        if (buffer.Length < length + error.Headers.Length + line.Length + error.Body.Length)
        {
            return length;
        }

        Log.Refused(_logger, status, id, client);

        // What stands behind it is the date. A client that asked by HEAD gets a body too: out here nobody knows the
        // method, and the connection ends.
        byte[] rest = [.. error.Headers, .. line, .. head[(bare + Bare.Length)..], .. error.Body];
        rest.CopyTo(buffer[bare..]);
        return bare + rest.Length;
    }

    private static Dictionary<string, (byte[] Headers, byte[] Body)> Errors(LimitsConfiguration limits) => new(StringComparer.Ordinal)
    {
        ["400"] = Error("the request's head is not well formed (RFC 9112)"),
        ["408"] = Error($"the request's head did not come within {limits.HeadTimeout.TotalSeconds} s (portal.limits.headtimeout)"),
        ["414"] = Error($"the request's first line has more than {limits.RequestLine} bytes (portal.limits.requestline)"),
        ["431"] = Error(
            $"the request has more than {limits.HeaderCount} headers (portal.limits.headercount), "
            + $"or they have more than {limits.HeaderSize} bytes together (portal.limits.headersize)"),
        ["505"] = Error("only HTTP/1.1 and HTTP/1.0 are spoken here"),
    };

    private static (byte[] Headers, byte[] Body) Error(string message)
    {
        var body = ErrorResponse.Serialize([new OciError(ErrorCode.Unsupported, message)]).ToArray();
        var headers = $"Content-Length: {body.Length}\r\nConnection: close\r\nContent-Type: {ErrorResponse.ContentType}\r\n"
            + "Docker-Distribution-API-Version: registry/2.0\r\n";
        return (Encoding.ASCII.GetBytes(headers), body);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "a request was refused with {Status} before it was read whole: request {Id} of {Client}")]
        public static partial void Refused(ILogger logger, string status, string id, EndPoint? client);
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
