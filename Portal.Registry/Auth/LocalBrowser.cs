using System.Net;

namespace Portal.Registry.Auth;

/// <summary>Tells a browser on the machine itself from others.</summary>
public static class LocalBrowser
{
    /// <summary>
    /// A proxy on the machine does not make its visitors local, and a host name other than the machine's own may be a trap
    /// of another page (DNS rebinding).
    /// </summary>
    /// <param name="address">The browser's end of the connection; null when it is not known.</param>
    /// <param name="host">The host that the browser asked for, as <c>localhost:5080</c>.</param>
    /// <param name="isForwarded">A proxy brought the request: the connection's end is the proxy's.</param>
    public static bool Is(IPAddress? address, string? host, bool isForwarded)
    {
        return !isForwarded
            && address is not null
            && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            && Uri.TryCreate($"http://{host}", UriKind.Absolute, out var asked)
            && (asked.Host == "localhost" || (IPAddress.TryParse(asked.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip)));
    }
}
