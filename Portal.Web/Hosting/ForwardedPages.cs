using Portal.Registry;
using Portal.Registry.Configuration;

namespace Portal.Web.Hosting;

/// <summary>Lets pages behind a trusted proxy know the address that the browser has: its scheme, host, and the path below which they lie.</summary>
public static class ForwardedPages
{
    public static void UseForwarded(this IApplicationBuilder app, LiveConfiguration live)
    {
        app.Use((context, next) =>
        {
            if (ForwardedOrigin.IsTrusted(context, live.Current.Portal.TrustedProxies))
            {
                var request = context.Request;
                var origin = ForwardedOrigin.Of(request.Headers);
                request.Scheme = origin.Scheme ?? request.Scheme;
                request.Host = origin.Host is { } host ? new HostString(host) : request.Host;
                if (PrefixOf(request) is { } prefix)
                {
                    request.PathBase = prefix;
                    request.Path = request.Path.StartsWithSegments(prefix, out var rest) ? rest : request.Path;
                }
            }

            return next(context);
        });
    }

    private static PathString? PrefixOf(HttpRequest request)
    {
        var text = request.Headers["X-Forwarded-Prefix"].ToString().TrimEnd('/');
        return text.Length is > 1 and < 200
            && text[0] == '/'
            && !text.Contains("//", StringComparison.Ordinal)
            && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '/' or '-' or '_' or '.' or '~')
            ? new PathString(text)
            : null;
    }
}
