using Microsoft.Extensions.Logging;
using Portal.Registry.Activity;
using Portal.Registry.Configuration;
using Portal.Storage.History;
using Portal.Storage.Maintenance;
using Portal.Storage.Reasons;

namespace Portal.Registry.Maintenance;

/// <summary><c>storage.maintenance.uploadpurging</c>: removes uploads that were given up, soon after the start and then again and again.</summary>
public sealed partial class UploadPurging(
    UploadPurger purger, UploadPurgingConfiguration configuration, RegistryPolicy policy, ActivityLog activity, TimeProvider time, ILogger<UploadPurging> logger)
    : SoleWorker
{
    // A registry that is started often gets its turn, and clients that come back after a restart are first.
    private static readonly TimeSpan LongestFirstDelay = TimeSpan.FromMinutes(10);

    /// <summary>Looks once at every upload.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        if (policy.ReadOnly)
        {
            return;
        }

        var (count, bytes) = (0, 0L);
        await foreach (var upload in purger.PurgeAsync(time.GetUtcNow() - configuration.Age, configuration.DryRun, cancellationToken))
        {
            count++;
            bytes += upload.Bytes;
            Log.Purged(logger, configuration.DryRun ? "would remove" : "removed", upload.Id, upload.Repository.ToString(), upload.Bytes, upload.Touched);
        }

        if (count > 0)
        {
            Log.Done(logger, configuration.DryRun ? "would remove" : "removed", count, bytes);
        }

        if (count > 0 && !configuration.DryRun)
        {
            activity.Add(ActivityKind.UploadPurge, count == 1
                ? new Reason(ActivityNote.OneUploadPurged, $"1 upload that nobody went on with, {bytes} bytes")
                : new Reason(ActivityNote.UploadsPurged, $"{count} uploads that nobody went on with, {bytes} bytes"));
        }
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        var delay = configuration.Interval < LongestFirstDelay ? configuration.Interval : LongestFirstDelay;
        while (true)
        {
            await Task.Delay(delay, time, stoppingToken);
            delay = configuration.Interval;
            try
            {
                await PurgeAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.Failed(logger, exception, configuration.Interval);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Did} upload {Upload} of {Repository}: {Bytes} bytes, touched last at {Touched}")]
        public static partial void Purged(ILogger logger, string did, Guid upload, string repository, long bytes, DateTimeOffset touched);

        [LoggerMessage(LogLevel.Information, "{Did} {Count} uploads that nobody went on with: {Bytes} bytes")]
        public static partial void Done(ILogger logger, string did, int count, long bytes);

        [LoggerMessage(LogLevel.Error, "uploads that nobody went on with could not be removed; trying again in {Interval}")]
        public static partial void Failed(ILogger logger, Exception exception, TimeSpan interval);
    }
}
