using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Storage.History;

namespace Portal.Registry.Health;

/// <summary>
/// Writes down when checks begin to fail and heal. A check does not wait for the disk, which may be what fails; of changes
/// that wait for it, the oldest give way. The database is opened with the first change.
/// </summary>
/// <param name="history">Where they are kept.</param>
public sealed partial class HealthJournal(Func<HealthHistory> history, ILogger<HealthJournal> logger) : BackgroundService
{
    private const int MaxWaiting = 1000;

    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    private readonly Channel<HealthChange> _waiting =
        Channel.CreateBounded<HealthChange>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Raised after a change was written, on the writer's thread: it must return at once and not throw.</summary>
    public event Action? Written;

    /// <summary>Takes a state to write down, where it is another one than the last.</summary>
    public void Add(HealthChange change) => _waiting.Writer.TryWrite(change);

    /// <summary>Ends, after what waits is written, unless the disk does not answer.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(LastPatience, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _waiting.Writer.TryComplete();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (_waiting.Reader.TryRead(out var change))
            {
                try
                {
                    if (await history().RecordAsync(change, CancellationToken.None))
                    {
                        Written?.Invoke();
                    }
                }
                catch (Exception exception)
                {
                    Log.NotWritten(logger, exception, change.Check);
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "A change of the health check {Check} could not be written down")]
        public static partial void NotWritten(ILogger logger, Exception exception, string check);
    }
}
