using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Blobs;
using Portal.Storage.Drivers;
using Portal.Storage.History;
using Portal.Storage.Maintenance;
using Portal.Storage.Oci;
using Portal.Storage.Reasons;
using Portal.Storage.Repositories;

namespace Portal.Registry.Maintenance;

/// <summary>
/// Garbage collections that administrators begin, while the registry serves. One runs at a time; how it ended is kept in
/// memory, and written to activity and audit trail. It ends with the application.
/// </summary>
public sealed partial class GarbageCollection(
    IStorageDriver driver,
    LocalRegistry registry,
    RepositoryLocks locks,
    RegistryService service,
    RegistryPolicy policy,
    LiveConfiguration live,
    Permissions permissions,
    ActivityLog activity,
    AuditTrail audit,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<GarbageCollection> logger) : IAsyncDisposable
{
    private readonly Lock _turn = new();
    private volatile GarbageRun? _run;
    private CancellationTokenSource? _stop;
    private Task _work = Task.CompletedTask;

    /// <summary>Raised when a collection begins and ends. Who is told must return at once.</summary>
    public event Action? Changed;

    /// <summary>What was written within this time stays.</summary>
    public TimeSpan Grace => live.Current.Portal.GarbageGrace;

    /// <summary>Why manifests without a tag cannot be removed; null when they can.</summary>
    public Reason? WhyNoManifests => policy.WhyNoDeletion;

    /// <summary>Why nothing can be removed; null when it can.</summary>
    public Reason? WhyNotAtAll => policy.ReadOnly ? policy.WhyNoDeletion : null;

    /// <returns>The collection that runs, or ran last; null when none did since the start.</returns>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public GarbageRun? Look(Identity by)
    {
        permissions.RequireAdministrator(by);
        return _run;
    }

    /// <summary>Begins a collection and does not wait for it.</summary>
    /// <param name="isDryRun">It removes nothing, and tells what it would.</param>
    /// <param name="removesUntagged">Manifests without a tag go as well, but for those that an index lists or that say something about one that stays.</param>
    /// <returns>False when one runs.</returns>
    /// <exception cref="OciException">
    /// DENIED: the one who asks is no administrator. UNSUPPORTED: the registry is read-only; or deletion is off, and
    /// manifests were to be removed. Neither forbids a dry run.
    /// </exception>
    public bool TryStart(RequestActor by, bool isDryRun, bool removesUntagged)
    {
        permissions.RequireAdministrator(by.Identity);
        if (!isDryRun)
        {
            policy.RequireWritable();
            if (removesUntagged)
            {
                policy.RequireDeletion();
            }
        }

        lock (_turn)
        {
            if (_run is { IsRunning: true } || registry.Blobs.Links.TryBegin(Grace) is not { } collection)
            {
                return false;
            }

            var run = _run = new GarbageRun
            {
                Phase = GarbagePhase.Reading,
                IsDryRun = isDryRun,
                RemovesUntagged = removesUntagged,
                StartedAt = time.GetUtcNow(),
                StartedBy = by.Name,
            };
            _stop?.Dispose();
            _stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
            var stop = _stop.Token;
            _work = Task.Run(() => RunAsync(run, collection, by, stop), CancellationToken.None);
        }

        Log.Begun(logger, by.Name, isDryRun, removesUntagged);
        Changed?.Invoke();
        return true;
    }

    /// <summary>Stops the collection that runs, after the step that is under way.</summary>
    /// <returns>False when none runs.</returns>
    /// <exception cref="OciException">DENIED: the one who asks is no administrator.</exception>
    public bool Cancel(Identity by)
    {
        permissions.RequireAdministrator(by);
        lock (_turn)
        {
            if (_run is not { IsRunning: true })
            {
                return false;
            }

            _stop!.Cancel();
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task work;
        lock (_turn)
        {
            _stop?.Cancel();
            work = _work;
        }

        await work;
        _stop?.Dispose();
    }

    private async Task RunAsync(GarbageRun run, CollectionTurn collection, RequestActor by, CancellationToken cancellationToken)
    {
        try
        {
            using (collection)
            {
                ExceptionDispatchInfo? untold = null;
                var collector = new GarbageCollector(driver, registry, locks.EnterAsync);
                var options = new GarbageOptions(run.IsDryRun, run.RemovesUntagged, run.StartedAt - Grace);
                await foreach (var step in collector.CollectAsync(collection, options, cancellationToken))
                {
                    if (step.Kind is GarbageStepKind.Begun)
                    {
                        run = run with { RepositoriesInAll = await collector.CountAsync(cancellationToken) };
                    }

                    if (step.Kind is GarbageStepKind.ManifestRemoved && !run.IsDryRun)
                    {
                        var problem = await ReportAsync(step, by);
                        untold ??= problem;
                    }
                    else
                    {
                        untold?.Throw();
                    }

                    if (step.Kind is GarbageStepKind.Left)
                    {
                        Log.Left(logger, step.Repository, step.Reason!);
                    }

                    _run = run = run.After(step);
                    Continue(run, step, cancellationToken);
                }
            }

            run = run with { Phase = GarbagePhase.Done, Repositories = run.RepositoriesInAll };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            run = run with { Phase = GarbagePhase.Cancelled };
        }
        catch (Exception exception) when (exception is OciException or GarbageRefusedException)
        {
            Log.Refused(logger, exception.Message);
            run = run with { Phase = GarbagePhase.Failed, Problem = (exception as IReasoned)?.Reason ?? new Reason(RegistryRefusal.Other, $"{exception.Message}") };
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception);
            run = run with
            {
                Phase = GarbagePhase.Failed,
                Problem = exception is IOException or UnauthorizedAccessException
                    ? new Reason(RegistryRefusal.Other, $"{exception.Message}")
                    : new Reason(RegistryRefusal.SeeLog, $"The registry's log says what went wrong."),
            };
        }

        try
        {
            Tell(run, by);
        }
        catch (Exception exception)
        {
            Log.Untold(logger, exception);
        }
        finally
        {
            // Last: from then on another one can begin.
            _run = run with { EndedAt = time.GetUtcNow() };
            Changed?.Invoke();
        }
    }

    /// <summary>Tells that a manifest was removed.</summary>
    /// <returns>Why nobody could be told; the others that went with it are to be told before that ends the collection.</returns>
    private async Task<ExceptionDispatchInfo?> ReportAsync(GarbageStep step, RequestActor by)
    {
        try
        {
            await service.ReportRemovalAsync(RepositoryName.Parse(step.Repository), step.Digest, step.Text, by);
            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Whether it may go on is asked where nothing is half done: what a turn of a repository brought is told whole first.</summary>
    private void Continue(GarbageRun run, GarbageStep step, CancellationToken cancellationToken)
    {
        if (step.Kind is GarbageStepKind.Repository or GarbageStepKind.BlobFound or GarbageStepKind.BlobRemoved)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!run.IsDryRun)
            {
                policy.RequireWritable();
            }
        }
    }

    /// <summary>A dry run changed nothing, so nobody but the log hears of it.</summary>
    private void Tell(GarbageRun run, RequestActor by)
    {
        Log.Ended(logger, run.Phase, run.IsDryRun, run.Blobs, run.Bytes, run.Manifests, run.LeftInAll);
        if (run.IsDryRun)
        {
            return;
        }

        var freed = run.Blobs == 1
            ? new Reason(ActivityNote.OneBlobFreed, $"1 blob, {run.Bytes} bytes")
            : new Reason(ActivityNote.BlobsFreed, $"{run.Blobs} blobs, {run.Bytes} bytes");
        freed = run switch
        {
            { RemovesUntagged: false } => freed,
            { Manifests: 1 } => new Reason(ActivityNote.OneManifestRemoved, $"{freed}; 1 manifest without a tag"),
            _ => new Reason(ActivityNote.ManifestsRemoved, $"{freed}; {run.Manifests} manifests without a tag"),
        };
        freed = run.Phase switch
        {
            GarbagePhase.Cancelled => new Reason(ActivityNote.Stopped, $"{freed}; stopped before its end"),
            GarbagePhase.Failed => new Reason(ActivityNote.Failed, $"{freed}; failed before its end"),
            _ => freed,
        };
        activity.Add(ActivityKind.GarbageCollection, freed, by.Name, by.IpAddress);
        audit.Add(AuditAction.GarbageCollected, by.Name, by.IpAddress, "", freed);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{User} began a garbage collection: dry run {IsDryRun}, manifests without a tag {RemovesUntagged}")]
        public static partial void Begun(ILogger logger, string? user, bool isDryRun, bool removesUntagged);

        [LoggerMessage(LogLevel.Information, "garbage collection {Phase}: dry run {IsDryRun}, {Blobs} blobs of {Bytes} bytes, {Manifests} manifests without a tag, {Left} repositories left as they are")]
        public static partial void Ended(ILogger logger, GarbagePhase phase, bool isDryRun, int blobs, long bytes, int manifests, int left);

        [LoggerMessage(LogLevel.Warning, "garbage collection leaves {Repository} as it is: {Reason}")]
        public static partial void Left(ILogger logger, string repository, Reason reason);

        [LoggerMessage(LogLevel.Error, "how a garbage collection ended could not be written to activity and audit trail")]
        public static partial void Untold(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Warning, "garbage collection did not come to its end: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "garbage collection failed; what it had removed is removed, and nothing that is referred to is missing")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
