using System.Net;
using Microsoft.Extensions.Logging;

namespace Portal.Registry.Reporting;

/// <summary>
/// The way to one service. What does not arrive is tried again a few times, ever later, unless the service says that it
/// will not take it. That a service is away is told once, until it is there again, with how much it missed.
/// </summary>
/// <param name="service">Its name, for the log.</param>
internal sealed partial class ReportDelivery(string service, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>How long is waited before each further attempt.</summary>
    public static readonly IReadOnlyList<TimeSpan> Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(25)];

    /// <summary>How long a request may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private HttpClient? _client;
    private bool _isFailing;
    private int _lost;

    /// <summary>Sends a request; it is built anew for each attempt.</summary>
    /// <param name="count">Errors in it, for the count of what is lost.</param>
    /// <param name="isLast">One attempt, and a short one: the process ends.</param>
    /// <returns>Whether it arrived.</returns>
    public async Task<bool> SendAsync(Func<HttpRequestMessage> build, int count, bool isLast, CancellationToken cancellationToken)
    {
        var problem = "";
        for (var attempt = 0; ; attempt++)
        {
            var isFinal = true;
            (problem, isFinal) = await TryAsync(build, isLast ? Patience / 8 : Patience, cancellationToken);
            if (problem.Length == 0 || isFinal || isLast || attempt == Pauses.Count)
            {
                break;
            }

            Tell(problem);
            await Task.Delay(Pauses[attempt], time, cancellationToken);
        }

        if (problem.Length > 0)
        {
            Tell(problem);
            _lost += count;
        }
        else if (_isFailing)
        {
            Log.Recovered(logger, service, _lost);
            (_isFailing, _lost) = (false, 0);
        }

        return problem.Length == 0;
    }

    /// <summary>Counts errors that found no room.</summary>
    public void Lose(int count)
    {
        if (count > 0)
        {
            _lost += count;
            if (!_isFailing)
            {
                Log.Dropped(logger, service, count);
                _lost = 0;
            }
        }
    }

    public void Dispose() => _client?.Dispose();

    /// <returns>What is wrong, empty when nothing is; and whether another attempt would be in vain.</returns>
    private async Task<(string Problem, bool IsFinal)> TryAsync(Func<HttpRequestMessage> build, TimeSpan patience, CancellationToken cancellationToken)
    {
        // Made with the first report: a registry without errors loads no client.
        _client ??= new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using var request = build();
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return answer.IsSuccessStatusCode
                ? ("", false)
                : ($"it answers with {(int)answer.StatusCode}", (int)answer.StatusCode < 500 && answer.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ($"no answer within {patience.TotalSeconds} s", false);
        }
        catch (HttpRequestException exception)
        {
            return (exception.InnerException?.Message ?? exception.Message, false);
        }
    }

    private void Tell(string problem)
    {
        if (!_isFailing)
        {
            Log.Failed(logger, service, problem);
        }

        _isFailing = true;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "errors cannot be reported to {Service}: {Reason}; this is said once")]
        public static partial void Failed(ILogger logger, string service, string reason);

        [LoggerMessage(LogLevel.Information, "errors are reported to {Service} again; it missed {Count}")]
        public static partial void Recovered(ILogger logger, string service, int count);

        [LoggerMessage(LogLevel.Warning, "{Count} errors came faster than {Service} takes them, and are in this log alone")]
        public static partial void Dropped(ILogger logger, string service, int count);
    }
}
