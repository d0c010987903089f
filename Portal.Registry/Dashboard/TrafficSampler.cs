using Microsoft.Extensions.Logging;
using Portal.Registry.Observability.Metrics;
using Portal.Registry.Transport;
using Portal.Storage.History;

namespace Portal.Registry.Dashboard;

/// <summary>
/// Writes down, at the end of each minute in which there was something, what it brought. The first minute that is written
/// is the first whole one, and a registry at rest writes nothing.
/// </summary>
public sealed partial class TrafficSampler(
    RequestMetrics requests, TransferTotals transfer, StoredBytes stored, SampleStore samples, TimeProvider time, ILogger<TrafficSampler> logger)
    : SoleWorker
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // The sum over the whole index takes a while where there is much of it.
    private static readonly TimeSpan StorageInterval = TimeSpan.FromMinutes(10);

    private readonly long _started = time.GetTimestamp();
    private TrafficReading _written = TrafficReading.Of(requests, transfer);
    private volatile Moment? _last;
    private volatile Moment? _secondLast;
    private DateTimeOffset? _measured;
    private DateTimeOffset? _cleaned;
    private bool _isChanged = true;
    private long _rounds;

    /// <summary>How many minutes it has done with.</summary>
    public long Rounds => Interlocked.Read(ref _rounds);

    /// <summary>What the last one to two minutes brought, up to now, and how long they are.</summary>
    public (TrafficReading Traffic, TimeSpan Length) Recent()
    {
        var now = TrafficReading.Of(requests, transfer);
        return (_secondLast ?? _last) is { } before
            ? (now.Since(before.Reading), time.GetElapsedTime(before.At))
            : (now, time.GetElapsedTime(_started));
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        for (var isWhole = false; ; isWhole = true)
        {
            var now = time.GetUtcNow();
            var end = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Minute.Ticks), TimeSpan.Zero) + Minute;
            var wait = Task.Delay(end - now, time, stoppingToken);
            Interlocked.Increment(ref _rounds);
            await wait;
            _secondLast = _last;
            _last = new Moment(TrafficReading.Of(requests, transfer), time.GetTimestamp());
            if (isWhole)
            {
                await WriteAsync(end - Minute, stoppingToken);
            }
        }
    }

    private async Task WriteAsync(DateTimeOffset minute, CancellationToken cancellationToken)
    {
        var reading = _last!.Reading;
        var traffic = reading.Since(_written);
        (string, double)[] counts = [.. TrafficSeries.Of(traffic).Where(count => count.Value > 0)];
        _isChanged |= traffic.Changes > 0;
        var isDue = _isChanged && !(_measured > minute - StorageInterval) && (counts.Length > 0 || _measured is not null);
        if (counts.Length == 0 && !isDue)
        {
            return;
        }

        try
        {
            (string, double)[] levels = isDue ? [(TrafficSeries.Storage, await stored.MeasureAsync(cancellationToken))] : [];
            await samples.AddAsync(minute, counts, levels, cancellationToken);
            _written = reading;
            if (isDue)
            {
                (_measured, _isChanged) = (minute, false);
            }

            if (!(_cleaned > minute - TimeSpan.FromHours(1)))
            {
                await samples.RemoveOldAsync(minute, cancellationToken);
                _cleaned = minute;
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // What it is about stays in the counters, and comes with the next minute.
            Log.Failed(logger, exception);
        }
    }

    private sealed record Moment(TrafficReading Reading, long At);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The figures of a minute could not be written; they are added to the next one")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
