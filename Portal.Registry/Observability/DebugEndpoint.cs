using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Health;
using Portal.Registry.Observability.Metrics;

namespace Portal.Registry.Observability;

/// <summary>The debug listener: health and counters, for those who run the registry. Nothing on it is secret.</summary>
/// <param name="health">The checks of the <c>health</c> section.</param>
/// <param name="sources">Whatever has figures for Prometheus.</param>
/// <param name="metricsPath">Where they are; null for nowhere.</param>
public sealed class DebugEndpoint(
    HealthState health, RequestMetrics requests, IEnumerable<MetricsSource> sources, string? metricsPath)
{
    private const string Json = "application/json; charset=utf-8";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "text/plain", "only GET and HEAD\n"u8.ToArray());
        }

        return context.Request.Path.Value switch
        {
            "/debug/health" => WriteHealthAsync(context),
            "/debug/vars" => WriteAsync(context, StatusCodes.Status200OK, Json, Build(WriteVariables)),
            { } path when path == metricsPath => WriteAsync(
                context, StatusCodes.Status200OK, MetricsText.ContentType, Encoding.UTF8.GetBytes(MetricsText.Write(sources))),
            _ => WriteAsync(context, StatusCodes.Status404NotFound, "text/plain", Encoding.UTF8.GetBytes(
                $"there are /debug/health, /debug/vars{(metricsPath is null ? "" : $" and {metricsPath}")}\n")),
        };
    }

    /// <summary>Upstream's form: a map of what fails, from the check's name to its message.</summary>
    private Task WriteHealthAsync(HttpContext context)
    {
        var failing = health.Failing;
        var body = Build(json =>
        {
            json.WriteStartObject();
            foreach (var check in failing)
            {
                json.WriteString(check.Name, check.Message);
            }

            json.WriteEndObject();
        });
        return WriteAsync(context, failing.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, Json, body);
    }

    /// <summary>As Go's expvar, with names of its "memstats" where they have a meaning here.</summary>
    private void WriteVariables(Utf8JsonWriter json)
    {
        var memory = GC.GetGCMemoryInfo();
        json.WriteStartObject();
        json.WriteStartObject("memstats");
        json.WriteNumber("Alloc", GC.GetTotalMemory(forceFullCollection: false));
        json.WriteNumber("TotalAlloc", GC.GetTotalAllocatedBytes());
        json.WriteNumber("Sys", Environment.WorkingSet);
        json.WriteNumber("HeapSys", memory.TotalCommittedBytes);
        json.WriteNumber("NumGC", GC.CollectionCount(0));
        json.WriteNumber("PauseTotalNs", (long)GC.GetTotalPauseDuration().TotalNanoseconds);
        json.WriteEndObject();
        json.WriteStartObject("registry");
        json.WriteStartObject("inflight");
        foreach (var (handler, count) in requests.UnderWay)
        {
            json.WriteNumber(handler, count);
        }

        json.WriteEndObject();
        json.WriteStartArray("requests");
        foreach (var (key, durations) in requests.Series)
        {
            json.WriteStartObject();
            json.WriteString("handler", key.Handler);
            json.WriteString("method", key.Method);
            json.WriteNumber("code", key.Status);
            json.WriteNumber("count", durations.Count);
            json.WriteNumber("seconds", new TimeSpan(durations.Sum).TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static byte[] Build(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static async Task WriteAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
