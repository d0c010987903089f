using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portal.Registry.Configuration;

namespace Portal.Web.Hosting;

/// <summary>The two doors of the process.</summary>
public enum Listener
{
    /// <summary>Clients of the registry: <c>/v2/</c> and nothing else.</summary>
    Registry,

    /// <summary>People: the pages.</summary>
    Portal,
}

/// <summary>
/// Which listener took a connection. It is a mark on the connection itself: a Host header can be forged, and a port
/// number is another one behind a container's port mapping.
/// </summary>
public static class ListenerMark
{
    /// <summary>Opens a listener whose every connection carries the mark.</summary>
    /// <param name="connections">What else each connection of this listener goes through.</param>
    public static void Listen(
        this KestrelServerOptions server,
        ListenAddress address,
        Listener listener,
        Func<ConnectionDelegate, ConnectionDelegate>? connections = null)
    {
        void Configure(ListenOptions options)
        {
            // Without TLS a browser or client cannot choose HTTP/2, and Kestrel would warn about it.
            options.Protocols = HttpProtocols.Http1;
            options.Use(next => connection =>
            {
                connection.Features.Set(new MarkFeature(listener));
                return next(connection);
            });
            if (connections is not null)
            {
                options.Use(connections);
            }
        }

        if (address.Host.Length == 0)
        {
            server.ListenAnyIP(address.Port, Configure);
        }
        else if (IPAddress.TryParse(address.Host, out var ip))
        {
            server.Listen(ip, address.Port, Configure);
        }
        else if (address.Host == "localhost")
        {
            server.ListenLocalhost(address.Port, Configure);
        }
        else
        {
            foreach (var resolved in Dns.GetHostAddresses(address.Host))
            {
                server.Listen(resolved, address.Port, Configure);
            }
        }
    }

    /// <summary>The listener that took the request's connection.</summary>
    public static Listener GetListener(this HttpContext context)
    {
        return context.Features.GetRequiredFeature<MarkFeature>().Listener;
    }

    private sealed record MarkFeature(Listener Listener);
}
