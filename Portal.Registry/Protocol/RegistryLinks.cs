using System.Net;
using System.Text;
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

    public string Prefix => prefix;

    /// <param name="path">What follows <c>/v2/</c>.</param>
    public string To(HttpRequest request, string path)
    {
        return $"{Origin(request)}{prefix}v2/{path}";
    }

    /// <summary>Whether the request came through a proxy whose headers are believed.</summary>
    public bool IsTrusted(HttpContext context)
    {
        // A unix socket has no address: only what runs on this machine reaches it.
        return ClientAddress.Of(context) is not { } address || ClientAddress.IsIn(address, trustedProxies);
    }

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

        var authority = request.Host.Value;
        if (IsTrusted(request.HttpContext))
        {
            var (forwardedScheme, forwardedHost) = Forwarded(request.Headers);
            scheme = forwardedScheme is "http" or "https" ? forwardedScheme : scheme;
            authority = IsAuthority(forwardedHost) ? forwardedHost : authority;
        }

        // An HTTP/1.0 client may send no Host at all; a relative address is right for it too.
        return string.IsNullOrEmpty(authority) ? string.Empty : $"{scheme}://{authority}";
    }

    private static (string? Scheme, string? Host) Forwarded(IHeaderDictionary headers)
    {
        if (headers["Forwarded"] is [{ Length: > 0 } forwarded, ..])
        {
            string? scheme = null;
            string? host = null;
            foreach (var pair in forwarded.Split(',', 2)[0].Split(';', StringSplitOptions.TrimEntries))
            {
                var (key, value) = pair.Split('=', 2) is [var left, var right] ? (left, right.Trim('"')) : (pair, string.Empty);
                scheme = key.Equals("proto", StringComparison.OrdinalIgnoreCase) ? value : scheme;
                host = key.Equals("host", StringComparison.OrdinalIgnoreCase) ? value : host;
            }

            return (scheme, host);
        }

        return (First(headers["X-Forwarded-Proto"]), First(headers["X-Forwarded-Host"]));
    }

    private static string? First(Microsoft.Extensions.Primitives.StringValues values)
    {
        return values is [{ } value, ..] ? value.Split(',', 2)[0].Trim() : null;
    }

    private static bool IsAuthority(string? text)
    {
        // A header carries ASCII alone: an internationalized name has its "xn--" form there.
        return !string.IsNullOrEmpty(text)
            && Ascii.IsValid(text)
            && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var uri)
            && uri is { UserInfo: "", PathAndQuery: "/", Fragment: "" };
    }
}
