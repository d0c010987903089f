using Microsoft.Extensions.Logging;

namespace Portal.Registry.Observability;

/// <summary>
/// The log of something that outlives applications: lines go to the log of the one that serves now, and wait for the
/// first one.
/// </summary>
/// <param name="category">The full name of what writes.</param>
public sealed class CurrentLogger(string category) : ILogger
{
    private const int MaxWaiting = 100;

    private readonly Lock _turn = new();
    private readonly List<Action<ILogger>> _waiting = [];
    private volatile ILogger? _current;

    /// <summary>From now on, here.</summary>
    public void Use(ILoggerFactory factory)
    {
        lock (_turn)
        {
            var current = factory.CreateLogger(category);
            _waiting.ForEach(write => write(current));
            _waiting.Clear();
            _current = current;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _current?.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => _current?.IsEnabled(logLevel) is not false;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (_current is null)
        {
            lock (_turn)
            {
                if (_current is null)
                {
                    if (_waiting.Count < MaxWaiting)
                    {
                        _waiting.Add(logger => logger.Log(logLevel, eventId, state, exception, formatter));
                    }

                    return;
                }
            }
        }

        _current.Log(logLevel, eventId, state, exception, formatter);
    }
}
