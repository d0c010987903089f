using Microsoft.AspNetCore.Connections;
using Portal.Registry.Transport;

namespace Portal.Registry.Tls;

/// <summary>Tells a client that speaks HTTP to a TLS listener so: a handshake that fails would say nothing to it.</summary>
public static class PlainRequests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // What upstream says, word for word.
    private static readonly byte[] Refusal =
        "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"u8.ToArray();

    /// <summary>A connection middleware, for before TLS.</summary>
    public static ConnectionDelegate Refuse(ConnectionDelegate next) => async connection =>
    {
        switch (await FirstBytes.JudgeAsync(connection, Patience, content => content.IsEmpty ? null : char.IsAsciiLetterUpper((char)content.FirstSpan[0])))
        {
            case true:
                await connection.Transport.Output.WriteAsync(Refusal, connection.ConnectionClosed);
                break;
            case false:
                await next(connection);
                break;
            default:
                break;
        }
    };
}
