using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Reporting;

namespace Portal.Tests.Fixtures;

/// <summary>Errors for a <see cref="ReportWorld{TSender}"/>.</summary>
public static partial class ReportedErrors
{
    /// <summary>An exception that was thrown, with what caused it.</summary>
    public static Exception Thrown(string message = "the disk is gone")
    {
        try
        {
            try
            {
                throw new IOException("input/output error");
            }
            catch (IOException cause)
            {
                throw new InvalidOperationException(message, cause);
            }
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }
    }

    [LoggerMessage(LogLevel.Error, "it failed: {What}")]
    public static partial void Failed(ILogger logger, Exception exception, string what);

    [LoggerMessage(LogLevel.Critical, "it failed for good")]
    public static partial void FailedForGood(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Warning, "it is doubtful")]
    public static partial void Doubtful(ILogger logger, Exception exception);

    [LoggerMessage(LogLevel.Error, "it failed without an exception")]
    public static partial void Wordless(ILogger logger);
}

/// <summary>A log whose errors go to one service, on the clock of a test.</summary>
/// <param name="createSender">Makes the sender of the service.</param>
public sealed class ReportWorld<TSender>(Secret key, TimeProvider time, Func<ReportQueue, ILogger<TSender>, TSender> createSender) : IAsyncDisposable
    where TSender : ReportSender
{
    private readonly LogSink<TSender> _said = new();
    private ILoggerFactory? _log;
    private TSender? _sender;

    /// <summary>What the sender itself says.</summary>
    public IReadOnlyCollection<string> Said => _said.Lines;

    public ILogger Log { get; private set; } = null!;

    public async Task StartAsync()
    {
        var queue = new ReportQueue();
        _log = LoggerFactory.Create(logging => logging.AddProvider(new ReportLoggerProvider(queue, [key], time)));
        Log = _log.CreateLogger("Portal.Tests.Subject");
        _sender = createSender(queue, _said);
        await _sender.StartAsync(CancellationToken.None);
    }

    public Task StopAsync() => _sender!.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_sender is not null)
        {
            await StopAsync();
            _sender.Dispose();
        }

        _log?.Dispose();
    }
}
