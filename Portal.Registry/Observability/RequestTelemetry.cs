using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Protocol;

namespace Portal.Registry.Observability;

/// <summary>
/// A span and a measured duration for each request of the registry, by OpenTelemetry's conventions for HTTP servers. It
/// knows no exporter: it is made when one is there, and lives as long as the process.
/// </summary>
public sealed class RequestTelemetry : IDisposable
{
    /// <summary>The name under which spans and figures are asked for.</summary>
    public const string SourceName = "RegistryPortal";

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"];

    private readonly ActivitySource _spans = new(SourceName);
    private readonly Meter _meter = new(SourceName);
    private readonly Histogram<double> _durations;

    public RequestTelemetry()
    {
        _durations = _meter.CreateHistogram("http.server.request.duration", "s", "Duration of HTTP server requests.", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [.005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10],
        });
    }

    /// <summary>Begins the span, which goes on with the client's trace if there is one.</summary>
    /// <returns>Null when nobody wants it.</returns>
    internal System.Diagnostics.Activity? Begin(HttpContext context, RequestLogEntry entry)
    {
        if (!_spans.HasListeners())
        {
            return null;
        }

        // Whatever the server itself has begun is nobody's parent: it is not sent anywhere.
        System.Diagnostics.Activity.Current = null;
        var headers = context.Request.Headers;
        ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var parent);
        var span = _spans.StartActivity(MethodOf(context), ActivityKind.Server, parent);
        if (span is { IsAllDataRequested: true })
        {
            var request = context.Request;
            span.SetTag("http.request.method", MethodOf(context));
            span.SetTag("url.path", request.Path.Value);
            span.SetTag("url.scheme", request.Scheme);
            span.SetTag("server.address", request.Host.Host);
            span.SetTag("server.port", request.Host.Port ?? (request.IsHttps ? 443 : 80));
            span.SetTag("network.protocol.version", request.Protocol.Replace("HTTP/", string.Empty, StringComparison.Ordinal));
            span.SetTag("client.address", ClientAddress.Of(context)?.ToString());
            span.SetTag("registry.request.id", entry.Id);
            if (headers.UserAgent is { Count: > 0 } agent)
            {
                span.SetTag("user_agent.original", agent.ToString());
            }
        }

        return span;
    }

    /// <summary>Tells what became of it. The span ends when it is disposed.</summary>
    internal void End(System.Diagnostics.Activity? span, HttpContext context, RequestLogEntry entry, TimeSpan duration)
    {
        var status = context.Response.StatusCode;
        var route = RouteOf(entry.Kind);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("http.response.status_code", status);
            if (route is not null)
            {
                span.DisplayName = $"{MethodOf(context)} {route}";
                span.SetTag("http.route", route);
            }

            if (entry.Repository.ToString() is { Length: > 0 } repository)
            {
                span.SetTag("registry.repository", repository);
            }

            if (entry.Variable.Value.Length > 0 && entry.Kind is not RouteKind.Upload)
            {
                span.SetTag("registry.reference", entry.Variable.Value);
            }

            if (status >= StatusCodes.Status500InternalServerError)
            {
                span.SetStatus(ActivityStatusCode.Error, entry.Code);
                span.SetTag("error.type", status.ToString(CultureInfo.InvariantCulture));
            }
        }

        if (_durations.Enabled)
        {
            var tags = new TagList
            {
                { "http.request.method", MethodOf(context) },
                { "http.response.status_code", status },
                { "url.scheme", context.Request.Scheme },
                { "http.route", route },
            };
            _durations.Record(duration.TotalSeconds, tags);
        }
    }

    public void Dispose()
    {
        _spans.Dispose();
        _meter.Dispose();
    }

    /// <summary>What a client makes up has no place in names and labels.</summary>
    private static string MethodOf(HttpContext context) => Methods.Contains(context.Request.Method) ? context.Request.Method : "_OTHER";

    private static string? RouteOf(RouteKind? kind) => kind switch
    {
        RouteKind.Base => "/v2/",
        RouteKind.Catalog => "/v2/_catalog",
        RouteKind.Tags => "/v2/{name}/tags/list",
        RouteKind.Manifest => "/v2/{name}/manifests/{reference}",
        RouteKind.Blob => "/v2/{name}/blobs/{digest}",
        RouteKind.Uploads => "/v2/{name}/blobs/uploads/",
        RouteKind.Upload => "/v2/{name}/blobs/uploads/{uuid}",
        RouteKind.Referrers => "/v2/{name}/referrers/{digest}",
        RouteKind.V1Ping => "/v1/_ping",
        RouteKind.V1Search => "/v1/search",
        _ => null,
    };
}
