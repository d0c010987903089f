using Microsoft.Extensions.Logging;
using Portal.Storage.History;
using Portal.Storage.Reasons;

namespace Portal.Registry.Notifications;

/// <summary>
/// Sends an endpoint its events, one after the other: one that is not taken is tried again, and holds back those behind it.
/// What came of the attempts is kept a batch at a time; what a kill takes of it is sent once more.
/// </summary>
internal sealed partial class EndpointSender(
    NotificationTarget target, DeliveryQueue queue, EndpointFigures figures, Action changed, TimeProvider time, ILogger logger) : IDisposable
{
    private const int Batch = 100;

    // How long a page, or another process, may not know of an attempt.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(200);

    // The database is looked at anyway, since another application of the process may have put something in.
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly DeliveryRequest _request = new(target, time);
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SemaphoreSlim _told = new(0);
    private readonly List<DeliveryAttempt> _attempts = [];
    private long _oldest;
    private int _failures;

    public NotificationTarget Target => target;

    /// <summary>How it stands with the endpoint.</summary>
    public volatile Reason? LastError;

    /// <summary>Nothing is sent while this is set; <see cref="Tell"/> has to be called after a change.</summary>
    public volatile bool IsPaused;

    /// <summary>Something new waits.</summary>
    public void Arrive() => Release(_arrived);

    /// <summary>Somebody changed what waits, or wants it to be tried now.</summary>
    public void Tell()
    {
        Release(_told);
        Release(_arrived);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await SendWaitingAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.Failed(logger, exception, target.Name);
                _attempts.Clear();
                await Task.Delay(Rest, time, cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        _request.Dispose();
        _arrived.Dispose();
        _told.Dispose();
    }

    private async Task SendWaitingAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                while (_told.Wait(0, CancellationToken.None))
                {
                    // What was told before is in the database that is read now.
                }

                var waiting = IsPaused ? [] : await queue.NextAsync(target.Name, Batch, cancellationToken);
                if (waiting.Count == 0)
                {
                    await _arrived.WaitAsync(Glance, cancellationToken);
                    continue;
                }

                foreach (var delivery in waiting)
                {
                    if (!await TrySendAsync(delivery, cancellationToken))
                    {
                        break;
                    }
                }

                await KeepAsync();
            }
        }
        finally
        {
            await KeepAsync();
        }
    }

    /// <returns>False when what waits has to be looked at again.</returns>
    private async Task<bool> TrySendAsync(WaitingDelivery delivery, CancellationToken cancellationToken)
    {
        for (var number = delivery.Attempts + 1; ; number++)
        {
            if (_told.CurrentCount > 0)
            {
                return false;
            }

            if (_attempts.Count > 0 && (_attempts.Count >= Batch || time.GetElapsedTime(_oldest) >= Delay))
            {
                await KeepAsync();
            }

            var now = time.GetUtcNow();
            var answer = await _request.SendAsync(delivery.Event, cancellationToken);
            figures.Tried(answer.StatusText, answer.IsSuccess);
            var outcome = OutcomeOf(answer, number);
            var wait = outcome is DeliveryState.Retrying && _failures >= target.Endpoint.Threshold ? target.Endpoint.Backoff : TimeSpan.Zero;
            Note(delivery.Id, number, now, answer, outcome, wait);
            if (outcome is not DeliveryState.Retrying)
            {
                figures.Left(1);
                return true;
            }

            if (wait > TimeSpan.Zero)
            {
                await KeepAsync();
                await _told.WaitAsync(wait, cancellationToken);
                return false;
            }
        }
    }

    private DeliveryState OutcomeOf(DeliveryAnswer answer, int number)
    {
        if (answer.IsSuccess)
        {
            if (_failures >= target.Endpoint.Threshold)
            {
                Log.Healed(logger, target.Name);
            }

            _failures = 0;
            LastError = null;
            return DeliveryState.Delivered;
        }

        LastError = answer.Error;
        if (++_failures == target.Endpoint.Threshold)
        {
            Log.BacksOff(logger, target.Name, _failures, target.Endpoint.Backoff, answer.Error!.ToString());
        }

        return target.Extension.Attempts > 0 && number >= target.Extension.Attempts ? DeliveryState.Failed : DeliveryState.Retrying;
    }

    private void Note(long id, int number, DateTimeOffset began, DeliveryAnswer answer, DeliveryState outcome, TimeSpan wait)
    {
        if (_attempts.Count == 0)
        {
            _oldest = time.GetTimestamp();
        }

        _attempts.Add(new DeliveryAttempt
        {
            DeliveryId = id,
            Number = number,
            Time = began,
            Duration = answer.Duration,
            Url = _request.ShownUrl,
            RequestHeaders = answer.RequestHeaders,
            RequestBody = answer.RequestBody,
            Status = answer.Status,
            ResponseHeaders = answer.ResponseHeaders,
            ResponseBody = answer.ResponseBody,
            Error = answer.Error,
            Outcome = outcome,
            NextAttempt = wait > TimeSpan.Zero ? time.GetUtcNow() + wait : null,
        });
    }

    /// <summary>Keeps what is not kept yet; an end of the process waits for it.</summary>
    private async Task KeepAsync()
    {
        if (_attempts.Count > 0)
        {
            await queue.RecordAsync(_attempts, CancellationToken.None);
            _attempts.Clear();
            changed();
        }
    }

    private static void Release(SemaphoreSlim signal)
    {
        if (signal.CurrentCount == 0)
        {
            signal.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "the endpoint {Endpoint} did not take {Failures} requests in a row and is tried every {Backoff} from now on: {Reason}")]
        public static partial void BacksOff(ILogger logger, string endpoint, int failures, TimeSpan backoff, string reason);

        [LoggerMessage(LogLevel.Information, "the endpoint {Endpoint} takes events again")]
        public static partial void Healed(ILogger logger, string endpoint);

        [LoggerMessage(LogLevel.Error, "what waits for the endpoint {Endpoint} cannot be read or kept; it is tried again in a moment")]
        public static partial void Failed(ILogger logger, Exception exception, string endpoint);
    }
}
