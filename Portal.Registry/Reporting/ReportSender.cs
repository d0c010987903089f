using Microsoft.Extensions.Hosting;

namespace Portal.Registry.Reporting;

/// <summary>Sends what a queue holds, gathered for a moment, a batch at a time, and once more before the process ends.</summary>
public abstract class ReportSender : BackgroundService
{
    /// <summary>How long errors are gathered after the first.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>How long a request may take.</summary>
    public static readonly TimeSpan Patience = ReportDelivery.Patience;

    /// <summary>Errors in one request, at most.</summary>
    public const int MaxBatch = 20;

    private readonly ReportQueue _queue;
    private readonly TimeProvider _time;

    private protected ReportSender(ReportQueue queue, ReportDelivery delivery, TimeProvider time)
    {
        (_queue, Delivery, _time) = (queue, delivery, time);
    }

    private protected ReportDelivery Delivery { get; }

    /// <summary>Ends, after a last short attempt: what happened last is what somebody wants to read.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // Not by the host's token, which is over at once where http.draintimeout is 0.
        await SendLastAsync(CancellationToken.None);
    }

    public override void Dispose()
    {
        base.Dispose();
        Delivery.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _queue.WaitAsync(stoppingToken))
        {
            await Task.Delay(Window, _time, stoppingToken);
            await SendWaitingAsync(isLast: false, stoppingToken);
        }
    }

    /// <summary>Sends what is there at the end.</summary>
    protected virtual Task SendLastAsync(CancellationToken cancellationToken) => SendWaitingAsync(isLast: true, cancellationToken);

    private protected abstract HttpRequestMessage Build(IReadOnlyList<ErrorReport> reports);

    private async Task SendWaitingAsync(bool isLast, CancellationToken cancellationToken)
    {
        Delivery.Lose(_queue.TakeDropped());
        while (_queue.Take(MaxBatch) is { Count: > 0 } reports
            && await Delivery.SendAsync(() => Build(reports), reports.Count, isLast, cancellationToken))
        {
            // As long as they arrive.
        }
    }
}
