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
        return Plain(context.Connection.RemoteIpAddress);
    }

    /// <summary>The client itself where proxies are in between: the last address in <c>X-Forwarded-For</c> that is no trusted proxy's.</summary>
    /// <param name="trustedProxies">Who is believed about whom it forwards for.</param>
    public static IPAddress? Of(HttpContext context, IReadOnlyList<IPNetwork> trustedProxies)
    {
        var address = Of(context);
        var hops = context.Request.Headers["X-Forwarded-For"].ToString();
        while (address is not null && IsIn(address, trustedProxies) && hops.Length > 0)
        {
            var comma = hops.LastIndexOf(',');
            if (!IPAddress.TryParse(hops.AsSpan(comma + 1).Trim(), out var hop))
            {
                break;
            }

            address = Plain(hop);
            hops = comma < 0 ? string.Empty : hops[..comma];
        }

        return address;
    }

    /// <returns><c>address:port</c>; null on a unix socket.</returns>
    public static string? WithPort(HttpContext context)
    {
        return Of(context) is { } address ? new IPEndPoint(address, context.Connection.RemotePort).ToString() : null;
    }

    internal static bool IsIn(IPAddress address, IReadOnlyList<IPNetwork> networks)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : address;
}
