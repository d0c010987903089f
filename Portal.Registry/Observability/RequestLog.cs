using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;

namespace Portal.Registry.Observability;

/// <summary>Numbers each request, tells the client the number, puts it on every line, and says when the request is done.</summary>
/// <param name="access">Gets a line for each request, unless <c>log.accesslog.disabled</c> says otherwise.</param>
/// <param name="isTrusted">Whether the request came through a proxy whose own number for it is kept.</param>
public sealed partial class RequestLog(
    LiveConfiguration live, AccessLog access, Func<HttpContext, bool> isTrusted, ILogger<RequestLog> logger, TimeProvider time)
{
    private readonly RequestIds _ids = new();

    /// <summary>Begins a request. Its number is the answer's header, and the context's trace identifier, from here on.</summary>
    /// <returns>To be given to <see cref="End"/>.</returns>
    public RequestLogEntry Begin(HttpContext context)
    {
        var id = RequestIds.Of(context.Request) is { } kept && isTrusted(context) ? kept : _ids.Next();
        context.TraceIdentifier = id;
        context.Response.Headers[RequestIds.Header] = id;
        var entry = new RequestLogEntry(id, context, time.GetTimestamp());
        entry.Scope = logger.BeginScope(entry);
        return entry;
    }

    public void End(RequestLogEntry entry, HttpContext context, TimeSpan duration)
    {
        if (!live.Current.Log.AccessLogDisabled)
        {
            access.Write(context, entry.User);
        }

        // A client's mistake is no fault of the registry: it must not drown what an operator has to look at.
        var level = entry.IsOurFault ? LogLevel.Error : LogLevel.Information;
        if (logger.IsEnabled(level))
        {
            entry.Complete(duration);
            if (entry.IsAbandoned)
            {
                Log.Abandoned(logger);
            }
            else if (entry.Error is null)
            {
                Log.Completed(logger);
            }
            else
            {
                Log.CompletedWithError(logger, level);
            }
        }

        entry.Forget();
        entry.Scope?.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "response completed")]
        public static partial void Completed(ILogger logger);

        [LoggerMessage(LogLevel.Information, "response abandoned: the client went away")]
        public static partial void Abandoned(ILogger logger);

        [LoggerMessage("response completed with error")]
        public static partial void CompletedWithError(ILogger logger, LogLevel level);
    }
}
