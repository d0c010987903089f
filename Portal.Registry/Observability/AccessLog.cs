using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Portal.Registry.Observability;

/// <summary>One line a request in Apache's combined format, as upstream writes it to standard output.</summary>
public sealed class AccessLog(TextWriter output, TimeProvider time)
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);

    /// <summary>Writes the line of a request that is done.</summary>
    /// <param name="user">The signed-in user; null for anonymous.</param>
    public void Write(HttpContext context, string? user)
    {
        var request = context.Request;
        var now = time.GetLocalNow();
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ClientAddress.Of(context)} - {Name(user)} [{now:dd/MMM/yyyy:HH:mm:ss} {Offset(now)}] \"{request.Method} {Clean(request.Path + request.QueryString)} {request.Protocol}\" {context.Response.StatusCode} {RequestLogEntry.Written(context) ?? 0} \"{Clean(request.Headers.Referer)}\" \"{Clean(request.Headers.UserAgent)}\""));
    }

    private static string Offset(DateTimeOffset now) => now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", string.Empty, StringComparison.Ordinal);

    /// <summary>A name stands without quotes: a space in it would look like the end of it.</summary>
    private static string Name(string? user) => string.IsNullOrEmpty(user) ? "-" : Clean(user).Replace(" ", "\\x20", StringComparison.Ordinal);

    /// <summary>What a client sent must not forge a line or end a quoted field.</summary>
    private static string Clean(string? text)
    {
        return text is null ? string.Empty : string.Concat(text.Select(c => c is '"' or '\\' || char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));
    }
}
