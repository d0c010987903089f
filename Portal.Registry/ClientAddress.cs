using System.Net;
using Microsoft.AspNetCore.Http;

namespace Portal.Registry;

/// <summary>The client's end of a connection.</summary>
public static class ClientAddress
{
    /// <returns>
    /// The address, an IPv4 one as such even where the listener takes both kinds; null on a unix socket.
    /// </returns>
    public static IPAddress? Of(HttpContext context)
    {
        return context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4()
            : context.Connection.RemoteIpAddress;
    }

    /// <returns><c>address:port</c>; null on a unix socket.</returns>
    public static string? WithPort(HttpContext context)
    {
        return Of(context) is { } address ? new IPEndPoint(address, context.Connection.RemotePort).ToString() : null;
    }
}
