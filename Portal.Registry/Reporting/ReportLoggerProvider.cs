using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry.Configuration;
using Portal.Registry.Observability;

namespace Portal.Registry.Reporting;

/// <summary>Hands log entries of level error and above that have an exception to a service's queue.</summary>
/// <param name="keys">What must never leave.</param>
public sealed class ReportLoggerProvider(ReportQueue queue, IReadOnlyList<Secret> keys, TimeProvider time) : ILoggerProvider, ISupportExternalScope
{
    // Of a request goes out what tells the error's place. Who sent it, and from where, does not.
    private static readonly HashSet<string> Told =
    [
        "http.request.id", "http.request.method", "http.request.host", "http.request.uri", "http.request.useragent",
        "vars.name", "vars.reference", "vars.digest", "vars.uuid",
    ];

    private IExternalScopeProvider? _scopes;

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <summary>What is said about reports that do not arrive is no reason for another one.</summary>
    public ILogger CreateLogger(string categoryName) =>
        categoryName.StartsWith("Portal.Registry.Reporting.", StringComparison.Ordinal) || categoryName.StartsWith("System.Net.Http.", StringComparison.Ordinal)
            ? NullLogger.Instance
            : new ReportLogger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(LogLevel level, string category, string message, Exception exception)
    {
        var fields = new List<KeyValuePair<string, object>>();
        _scopes?.ForEachScope(static (scope, fields) => (scope as RequestLogEntry)?.AddTo(fields), fields);
        var request = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in fields.Where(field => Told.Contains(field.Key)))
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            request[name] = ReportText.Clean(name == "http.request.uri" ? ReportText.WithoutQuery(text) : text, keys);
        }

        queue.Add(new ErrorReport(time.GetUtcNow(), level, category, ReportText.Clean(message, keys), exception, request));
    }

    private sealed class ReportLogger(ReportLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Error or LogLevel.Critical;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null && IsEnabled(logLevel))
            {
                provider.Add(logLevel, category, formatter(state, exception), exception);
            }
        }
    }
}
