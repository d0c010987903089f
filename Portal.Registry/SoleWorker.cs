using Microsoft.Extensions.Hosting;

namespace Portal.Registry;

/// <summary>
/// Background work that one application of a process does at a time. It ends before requests under way are waited for,
/// which may take hours: whoever takes this application's place goes on with it meanwhile.
/// </summary>
public abstract class SoleWorker : BackgroundService, IHostedLifecycleService
{
    /// <summary>The host tells of its end before any listener closes.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken) => StopAsync(cancellationToken);

    /// <summary>The work, until it is told to stop.</summary>
    protected abstract Task WorkAsync(CancellationToken stoppingToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WorkAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An end like this, so early, the host would take for a fault of the work.
        }
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
