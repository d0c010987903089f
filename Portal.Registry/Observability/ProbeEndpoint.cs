using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Health;

namespace Portal.Registry.Observability;

/// <summary>
/// What orchestrators ask, without a sign-in: <c>/healthz</c>, whether the process is alive, and <c>/readyz</c>, whether
/// clients should be sent to it. The latter names the checks that fail, and no more.
/// </summary>
/// <param name="isEnding">Whether the application has begun to end, or to give way to another one.</param>
public sealed class ProbeEndpoint(HealthState health, Func<bool> isEnding)
{
    /// <summary>Whether the address is one of these.</summary>
    public static bool TakesPath(PathString path) => path == "/healthz" || path == "/readyz";

    public async Task InvokeAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var (failing, isEnds) = request.Path == "/readyz" ? (health.Failing, isEnding()) : ([], false);
        var body = Build(failing, isEnds);
        response.StatusCode = isEnds || failing.Count > 0 ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (HttpMethods.IsGet(request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static ReadOnlyMemory<byte> Build(IReadOnlyList<CheckState> failing, bool isEnding)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", isEnding ? "stopping" : failing.Count > 0 ? "failing" : "ok");
            if (failing.Count > 0)
            {
                json.WriteStartArray("failing");
                foreach (var check in failing)
                {
                    json.WriteStringValue(check.Name);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}
