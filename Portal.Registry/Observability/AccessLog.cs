using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Portal.Registry.Observability;

/// <summary>One line a request in Apache's combined format, as upstream writes it to standard output.</summary>
public sealed class AccessLog(RequestDelegate next, TextWriter output, TimeProvider time)
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        finally
        {
            Write(context);
        }
    }

    private void Write(HttpContext context)
    {
        var request = context.Request;
        var now = time.GetLocalNow();
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ClientAddress.Of(context)} - - [{now:dd/MMM/yyyy:HH:mm:ss} {Offset(now)}] \"{request.Method} {Clean(request.Path + request.QueryString)} {request.Protocol}\" {context.Response.StatusCode} {context.Response.ContentLength ?? 0} \"{Clean(request.Headers.Referer)}\" \"{Clean(request.Headers.UserAgent)}\""));
    }

    private static string Offset(DateTimeOffset now) => now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", string.Empty, StringComparison.Ordinal);

    /// <summary>What a client sent must not forge a line or end a quoted field.</summary>
    private static string Clean(string? text)
    {
        return text is null ? string.Empty : string.Concat(text.Select(c => c is '"' or '\\' || char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));
    }
}
