using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portal.Registry.Configuration;

namespace Portal.Web.Hosting;

/// <summary>The doors of the process.</summary>
public enum Listener
{
    /// <summary>Clients of the registry: <c>/v2/</c> and nothing else.</summary>
    Registry,

    /// <summary>People: the pages.</summary>
    Portal,

    /// <summary>Those who run the registry: health, counters, metrics.</summary>
    Debug,
}

/// <summary>
/// Which listener took a connection. It is a mark on the connection itself: a Host header can be forged, and a port
/// number is another one behind a container's port mapping.
/// </summary>
public static class ListenerMark
{
    /// <summary>Opens a listener whose every connection carries the mark. Without TLS it speaks HTTP/1.1.</summary>
    /// <param name="configure">What else each connection of this listener goes through.</param>
    /// <returns>How many addresses the listener has.</returns>
    public static int Listen(
        this KestrelServerOptions server, ListenAddress address, Listener listener, Action<ListenOptions>? configure = null)
    {
        var marked = Mark(listener, configure);
        if (address.Host.Length == 0)
        {
            server.ListenAnyIP(address.Port, marked);
        }
        else if (IPAddress.TryParse(address.Host, out var ip))
        {
            server.Listen(ip, address.Port, marked);
        }
        else if (address.Host == "localhost")
        {
            server.ListenLocalhost(address.Port, marked);
        }
        else
        {
            var addresses = Dns.GetHostAddresses(address.Host);
            foreach (var resolved in addresses)
            {
                server.Listen(resolved, address.Port, marked);
            }

            return addresses.Length;
        }

        return 1;
    }

    /// <summary>The same, at an end of another kind than a port.</summary>
    public static int Listen(this KestrelServerOptions server, EndPoint end, Listener listener, Action<ListenOptions> configure)
    {
        server.Listen(end, Mark(listener, configure));
        return 1;
    }

    /// <summary>The listener that took the request's connection.</summary>
    public static Listener GetListener(this HttpContext context)
    {
        return context.Features.GetRequiredFeature<MarkFeature>().Listener;
    }

    private static Action<ListenOptions> Mark(Listener listener, Action<ListenOptions>? configure) => options =>
    {
        // Without TLS a browser or client cannot choose HTTP/2, and Kestrel would warn about it.
        options.Protocols = HttpProtocols.Http1;
        options.Use(next => connection =>
        {
            connection.Features.Set(new MarkFeature(listener));
            return next(connection);
        });
        configure?.Invoke(options);
    };

    private sealed record MarkFeature(Listener Listener);
}
