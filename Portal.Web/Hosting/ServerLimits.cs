using Microsoft.AspNetCore.Server.Kestrel.Core;
using Portal.Registry.Configuration;

namespace Portal.Web.Hosting;

/// <summary>The limits that the server itself holds, for both listeners, before a request is anyone's.</summary>
public static class ServerLimits
{
    public static void Limit(this KestrelServerOptions server, LimitsConfiguration limits)
    {
        server.Limits.MaxRequestLineSize = limits.RequestLine;
        server.Limits.MaxRequestHeadersTotalSize = limits.HeaderSize;
        server.Limits.MaxRequestHeaderCount = limits.HeaderCount;
        server.Limits.KeepAliveTimeout = limits.IdleTimeout;
        server.Limits.RequestHeadersTimeout = limits.HeadTimeout;
    }
}
