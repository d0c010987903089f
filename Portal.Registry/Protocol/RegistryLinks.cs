using System.Net;
using Microsoft.AspNetCore.Http;

namespace Portal.Registry.Protocol;

/// <summary>
/// The addresses that answers carry. Absolute from <c>http.host</c>; else relative, when the configuration wants that;
/// else from what a trusted proxy forwarded; else from the request's own Host and scheme.
/// </summary>
/// <param name="host"><c>http.host</c>, or null.</param>
/// <param name="relative"><c>http.relativeurls</c>.</param>
/// <param name="prefix"><c>http.prefix</c>: begins and ends with a slash.</param>
/// <param name="trustedProxies">Whose <c>Forwarded</c> and <c>X-Forwarded-*</c> headers are believed.</param>
public sealed class RegistryLinks(Uri? host, bool relative, string prefix, IReadOnlyList<IPNetwork> trustedProxies)
{
    private readonly string? _host = host?.GetLeftPart(UriPartial.Authority);

    // The last one that was asked for: most clients know the registry by one name.
    private volatile Known? _known;

    public string Prefix => prefix;

    /// <summary>The address of the registry as the client knows it, up to and with <c>/v2/</c>.</summary>
    public string Root(HttpRequest request)
    {
        var (scheme, authority) = Seen(request, request.Scheme);
        if (_known is { } known && known.Authority == authority && known.Scheme == scheme)
        {
            return known.Root;
        }

        var root = To(request, string.Empty);
        _known = new Known(scheme, authority, root);
        return root;
    }

    /// <param name="path">What follows <c>/v2/</c>.</param>
    public string To(HttpRequest request, string path)
    {
        return $"{Origin(request)}{prefix}v2/{path}";
    }

    /// <summary>Whether the request came through a proxy whose headers are believed.</summary>
    public bool IsTrusted(HttpContext context) => ForwardedOrigin.IsTrusted(context, trustedProxies);

    /// <summary>An absolute address on this host, whatever <c>http.relativeurls</c> says.</summary>
    /// <param name="path">Begins with a slash.</param>
    /// <param name="scheme">What counts unless <c>http.host</c> or a trusted proxy says another one; null for the connection's own.</param>
    /// <returns>Null when nothing tells the host, or it could not stand in a header's quotes.</returns>
    public string? Absolute(HttpRequest request, string path, string? scheme = null)
    {
        var origin = AbsoluteOrigin(request, scheme ?? request.Scheme);
        return origin.Length == 0 || origin.AsSpan().IndexOfAny('"', '\\') >= 0 ? null : origin + path;
    }

    private string Origin(HttpRequest request)
    {
        return relative && _host is null ? string.Empty : AbsoluteOrigin(request, request.Scheme);
    }

    private string AbsoluteOrigin(HttpRequest request, string scheme)
    {
        if (_host is not null)
        {
            return _host;
        }

        (scheme, var authority) = Seen(request, scheme);

        // An HTTP/1.0 client may send no Host at all; a relative address is right for it too.
        return string.IsNullOrEmpty(authority) ? string.Empty : $"{scheme}://{authority}";
    }

    /// <summary>By what the client came, through whatever trusted proxies.</summary>
    private (string Scheme, string? Authority) Seen(HttpRequest request, string scheme)
    {
        if (!IsTrusted(request.HttpContext))
        {
            return (scheme, request.Host.Value);
        }

        var forwarded = ForwardedOrigin.Of(request.Headers);
        return (forwarded.Scheme ?? scheme, forwarded.Host ?? request.Host.Value);
    }

    private sealed record Known(string Scheme, string? Authority, string Root);
}
