using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Portal.Registry;

/// <summary>What a proxy says of the address that the client asked for (RFC 7239, and the headers from before it).</summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>; null when it is not told.</param>
/// <param name="Host"><c>host[:port]</c>; null when it is not told, or is none.</param>
public readonly record struct ForwardedOrigin(string? Scheme, string? Host)
{
    /// <summary>Reads the headers, which anybody can send: ask <see cref="IsTrusted"/> first.</summary>
    public static ForwardedOrigin Of(IHeaderDictionary headers)
    {
        var (scheme, host) = Read(headers);
        return new ForwardedOrigin(scheme is "http" or "https" ? scheme : null, IsAuthority(host) ? host : null);
    }

    /// <summary>Whether the request came through a proxy whose headers are believed.</summary>
    public static bool IsTrusted(HttpContext context, IReadOnlyList<IPNetwork> trustedProxies)
    {
        // A unix socket has no address: only what runs on this machine reaches it.
        return ClientAddress.Of(context) is not { } address || ClientAddress.IsIn(address, trustedProxies);
    }

    private static (string? Scheme, string? Host) Read(IHeaderDictionary headers)
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

    private static string? First(StringValues values)
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
