using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;

namespace Portal.Registry.Auth;

/// <summary><c>portal.audit.retention</c>: removes old lines of the audit trail at the start, each day, and when the key changes.</summary>
/// <param name="isThere">Whether there is a database: where nothing was ever written, none is made.</param>
public sealed partial class AuditRetention(
    AuditStore store, Func<bool> isThere, LiveConfiguration live, TimeProvider time, ILogger<AuditRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _changed = new(0, 1);

    /// <summary>Removes what is older than it may be now.</summary>
    public async Task EnforceAsync(CancellationToken cancellationToken)
    {
        var retention = live.Current.Portal.AuditRetention;
        if (retention > TimeSpan.Zero && isThere()
            && await store.RemoveBeforeAsync(time.GetUtcNow() - retention, cancellationToken) is var count and not 0)
        {
            Log.Removed(logger, count, retention);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _changed.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the host waits for nothing here.
        await Task.Yield();
        var before = live.Current.Portal.AuditRetention.Ticks;
        live.Changed += Wake;
        try
        {
            while (true)
            {
                try
                {
                    await EnforceAsync(stoppingToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException)
                {
                    Log.Failed(logger, exception);
                }

                await WaitAsync(stoppingToken);
            }
        }
        finally
        {
            live.Changed -= Wake;
        }

        void Wake()
        {
            var now = live.Current.Portal.AuditRetention.Ticks;
            if (Interlocked.Exchange(ref before, now) != now && _changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    /// <summary>Until tomorrow, or until the key changes.</summary>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(Task.Delay(Interval, time, ended.Token), _changed.WaitAsync(ended.Token));
        await ended.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Count} lines of the audit trail, older than {Retention}, are removed")]
        public static partial void Removed(ILogger logger, int count, TimeSpan retention);

        [LoggerMessage(LogLevel.Error, "Old lines of the audit trail could not be removed; it is tried again tomorrow")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
