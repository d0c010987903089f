using System.Buffers;
using System.Globalization;
using System.Text;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Web.Components;

namespace Portal.Web.Hosting;

/// <summary>The audit trail as CSV (RFC 4180), written while it is read: memory does not grow with it.</summary>
public static class AuditExport
{
    private const int LinesBetweenFlushes = 500;

    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>Maps the address. The filter is the query's, as the page writes it.</summary>
    public static void MapAuditExport(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(PortalUrls.AuditFile, (RequestDelegate)WriteAsync);
    }

    /// <summary>One line of the file, without its end.</summary>
    internal static string Line(AuditEntry entry) => string.Join(',', new[]
    {
        entry.Time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        entry.Action.ToString(),
        entry.Actor ?? "",
        entry.Address ?? "",
        entry.Target,
        entry.Detail?.ToString() ?? "",
    }.Select(Field));

    /// <summary>A field that spreadsheet programs take for text, whatever it begins with: names come from strangers.</summary>
    private static string Field(string text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
        {
            text = $"'{text}";
        }

        return text.AsSpan().ContainsAny(Special) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private static async Task WriteAsync(HttpContext context)
    {
        var visitor = context.RequestServices.GetRequiredService<Visitor>();
        visitor.Capture(context);
        var response = context.Response;
        IAsyncEnumerable<AuditEntry> entries;
        try
        {
            entries = context.RequestServices.GetRequiredService<AuditLog>().ReadAsync(
                visitor.Identity, AuditFilter.Parse(context.Request.Query).ToQuery(), context.RequestAborted);
        }
        catch (OciException exception) when (exception.Code is ErrorCode.Denied)
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync($"{exception.Message}\n", context.RequestAborted);
            return;
        }

        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = "attachment; filename=\"audit.csv\"";
        response.Headers.CacheControl = "no-store";
        await using var writer = new StreamWriter(response.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\r\n" };
        await writer.WriteLineAsync("time,action,actor,address,target,detail");
        var count = 0;
        await foreach (var entry in entries)
        {
            await writer.WriteLineAsync(Line(entry));
            if (++count % LinesBetweenFlushes == 0)
            {
                await writer.FlushAsync(context.RequestAborted);
            }
        }
    }
}
