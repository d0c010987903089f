using Microsoft.Extensions.Logging;

namespace Portal.Registry.Observability;

/// <summary>Logs of what outlives the application that it writes to: each line goes to the one that is named then.</summary>
internal sealed class RelayedLogs : ILoggerFactory
{
    private volatile ILoggerFactory? _target;

    /// <summary>Where lines go now; null for nowhere.</summary>
    public ILoggerFactory? Target
    {
        get => _target;
        set => _target = value;
    }

    public ILogger CreateLogger(string categoryName) => new Relay(this, categoryName);

    /// <exception cref="NotSupportedException">Always: the application's log has them.</exception>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose() => _target = null;

    private sealed class Relay(RelayedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logs.Target?.CreateLogger(category).IsEnabled(logLevel) is true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs.Target?.CreateLogger(category).Log(logLevel, eventId, state, exception, formatter);
    }
}
