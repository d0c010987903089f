using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Registry.Configuration;

namespace Portal.Registry.Observability;

/// <summary>Hands the lines of a mail hook's levels to its queue, written as the log writes them.</summary>
public sealed class MailLoggerProvider(MailHookConfiguration hook, MailQueue queue, LogLineFormatter formatter)
    : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider? _scopes;

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <summary>What <see cref="MailSender"/> says about mails that do not arrive is no reason for another mail.</summary>
    public ILogger CreateLogger(string categoryName) =>
        categoryName == typeof(MailSender).FullName ? NullLogger.Instance : new MailLogger(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class MailLogger(MailLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => provider.Wants(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (provider.Wants(logLevel))
            {
                provider.Add(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter!));
            }
        }
    }

    private bool Wants(LogLevel level) => hook.Levels.Contains(level is LogLevel.Trace ? LogLevel.Debug : level);

    private void Add<TState>(in LogEntry<TState> entry) =>
        queue.Add(entry.LogLevel, formatter.LineOf(entry, _scopes));
}
