namespace Portal.Web.Hosting;

/// <summary>What every answer of the pages' listener tells a browser to refuse.</summary>
public static class SecurityHeaders
{
    // Inline styles are what the component library writes; scripts come from this host's files alone.
    private const string ContentSecurityPolicy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
        + "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            // Last of all: an answer that fails loses the headers it had, and the page that says so needs them, too.
            context.Response.OnStarting(
                static response =>
                {
                    var headers = ((HttpResponse)response).Headers;
                    headers.TryAdd("Content-Security-Policy", ContentSecurityPolicy);
                    headers.TryAdd("X-Content-Type-Options", "nosniff");
                    headers.TryAdd("Referrer-Policy", "same-origin");
                    headers.TryAdd("X-Frame-Options", "DENY");
                    return Task.CompletedTask;
                },
                context.Response);
            return next(context);
        });
    }
}
