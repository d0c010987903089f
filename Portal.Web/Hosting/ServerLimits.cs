using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portal.Registry.Configuration;

namespace Portal.Web.Hosting;

/// <summary>The limits that the server itself holds, for both listeners, before a request is anyone's.</summary>
public static class ServerLimits
{
    // Kestrel looks once a second, and takes no shorter grace.
    private static readonly TimeSpan LeastGrace = TimeSpan.FromSeconds(2);

    /// <summary>Sets the limits, and again whenever they change: they count for connections that come after it.</summary>
    public static void Limit(this KestrelServerOptions server, LiveConfiguration live)
    {
        server.Limit(live.Current.Portal.Limits);
        live.Changed += () => server.Limit(live.Current.Portal.Limits);
    }

    private static void Limit(this KestrelServerOptions server, LimitsConfiguration limits)
    {
        server.Limits.MaxRequestLineSize = limits.RequestLine;
        server.Limits.MaxRequestHeadersTotalSize = limits.HeaderSize;
        server.Limits.MaxRequestHeaderCount = limits.HeaderCount;

        // A field beyond this ends the whole connection; twice the bound of all fields lets that one answer first.
        server.Limits.Http2.MaxRequestHeaderFieldSize = 2 * Math.Max(limits.HeaderSize, limits.RequestLine);
        server.Limits.KeepAliveTimeout = limits.IdleTimeout;
        server.Limits.RequestHeadersTimeout = limits.HeadTimeout;

        // Bodies and blobs have a closer watch (PacedBody, BlobEndpoint). This one is for all other answers; the server's
        // own would give up an HTTP/2 connection that stands still for five seconds.
        server.Limits.MinResponseDataRate = limits.MinDataRate == 0
            ? null
            : new MinDataRate(limits.MinDataRate, limits.GracePeriod < LeastGrace ? LeastGrace : limits.GracePeriod);
    }
}
