using Microsoft.Extensions.Logging;

namespace Portal.Registry.Observability;

/// <summary>
/// Logs of what outlives the application that it writes to: each line goes to the one that is named then, and the first few
/// wait for the first that is.
/// </summary>
internal sealed class RelayedLogs : ILoggerFactory
{
    private const int MostWaiting = 20;

    private readonly Lock _turn = new();
    private readonly List<Action<ILoggerFactory>> _waiting = [];
    private volatile ILoggerFactory? _target;

    /// <summary>Names where lines go from now on.</summary>
    public void To(ILoggerFactory target)
    {
        lock (_turn)
        {
            _target = target;
            _waiting.ForEach(line => line(target));
            _waiting.Clear();
        }
    }

    public ILogger CreateLogger(string categoryName) => new Relay(this, categoryName);

    /// <exception cref="NotSupportedException">Always: the application's log has them.</exception>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private void Write(Action<ILoggerFactory> line)
    {
        if (_target is { } target)
        {
            line(target);
            return;
        }

        lock (_turn)
        {
            if (_target is { } named)
            {
                line(named);
            }
            else if (_waiting.Count < MostWaiting)
            {
                _waiting.Add(line);
            }
        }
    }

    private sealed class Relay(RelayedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logs._target?.CreateLogger(category).IsEnabled(logLevel) is not false;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs.Write(target => target.CreateLogger(category).Log(logLevel, eventId, state, exception, formatter));
    }
}
