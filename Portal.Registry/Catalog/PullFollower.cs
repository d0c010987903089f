using System.Data.Common;
using Microsoft.Extensions.Logging;
using Portal.Registry.Activity;
using Portal.Storage.History;
using Portal.Storage.Metadata;

namespace Portal.Registry.Catalog;

/// <summary>
/// Pulls that were counted and are not in the index's rows yet. It gathers them for some seconds, so that a registry that
/// is pulled from all the time writes its index now and then; <see cref="CatalogIndexer"/> says when it may write.
/// </summary>
public sealed partial class PullFollower : IDisposable
{
    /// <summary>How long pulls are gathered.</summary>
    public static TimeSpan Pace { get; } = TimeSpan.FromSeconds(5);

    // More tags and digests than this, and the history is read instead.
    private const int MostWaiting = 10_000;
    private const int MostOfTransaction = 1000;

    private readonly ActivityLog _log;
    private readonly PullCounts _history;
    private readonly LastPulls _rows;
    private readonly TimeProvider _time;
    private readonly ILogger<PullFollower> _logger;
    private readonly Lock _gate = new();
    private Dictionary<(string Repository, string Reference), DateTimeOffset> _waiting = [];
    private bool _isTooMuch;
    private TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PullFollower(ActivityLog log, PullCounts history, LastPulls rows, TimeProvider time, ILogger<PullFollower> logger)
    {
        (_log, _history, _rows, _time, _logger) = (log, history, rows, time, logger);
        _log.Pulled += OnPulled;
    }

    public void Dispose() => _log.Pulled -= OnPulled;

    /// <summary>Waits until there are pulls, and some seconds more.</summary>
    internal async Task DueAsync(CancellationToken cancellationToken)
    {
        await Volatile.Read(ref _came).Task.WaitAsync(cancellationToken);
        await Task.Delay(Pace, _time, cancellationToken);
    }

    /// <summary>Writes what waits.</summary>
    /// <param name="before">Called before each transaction: it brings the rows of what was pulled.</param>
    internal async Task WriteAsync(Func<CancellationToken, Task> before, CancellationToken cancellationToken)
    {
        var (pulls, isTooMuch) = Take();
        if (isTooMuch)
        {
            await WriteAllAsync(before, cancellationToken);
            return;
        }

        foreach (var part in pulls.Chunk(MostOfTransaction))
        {
            await before(cancellationToken);
            await _rows.WriteAsync(part.Select(pull => new LastPull(pull.Key.Repository, pull.Key.Reference, pull.Value)), cancellationToken);
        }
    }

    /// <summary>Writes what the whole history tells, a part after the other. A history that cannot be read leaves the rows as they are.</summary>
    /// <param name="before">Called before each transaction: it brings the rows of what was pulled.</param>
    internal async Task WriteAllAsync(Func<CancellationToken, Task> before, CancellationToken cancellationToken)
    {
        Take();
        PullCount? last = null;
        while (await ReadAsync(last, cancellationToken) is { Count: > 0 } part)
        {
            await before(cancellationToken);
            await _rows.WriteAsync(part.Select(pull => new LastPull(pull.Repository, pull.Reference, pull.LastPulled)), cancellationToken);
            last = part[^1];
        }
    }

    private async Task<IReadOnlyList<PullCount>> ReadAsync(PullCount? after, CancellationToken cancellationToken)
    {
        try
        {
            return await _history.ListAsync(after, MostOfTransaction, cancellationToken);
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException)
        {
            Log.NotRead(_logger, exception);
            return [];
        }
    }

    private void OnPulled(IReadOnlyCollection<PullCount> pulls)
    {
        lock (_gate)
        {
            foreach (var pull in pulls)
            {
                var key = (pull.Repository, pull.Reference);
                if (_isTooMuch || (_waiting.Count == MostWaiting && !_waiting.ContainsKey(key)))
                {
                    _isTooMuch = true;
                    _waiting.Clear();
                    break;
                }

                _waiting[key] = pull.LastPulled;
            }

            _came.TrySetResult();
        }
    }

    private (Dictionary<(string Repository, string Reference), DateTimeOffset> Pulls, bool IsTooMuch) Take()
    {
        lock (_gate)
        {
            var taken = (_waiting, _isTooMuch);
            (_waiting, _isTooMuch) = ([], false);
            Volatile.Write(ref _came, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            return taken;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "When things were last pulled could not be read from the history: lists that sort or filter by it may be behind")]
        public static partial void NotRead(ILogger logger, Exception exception);
    }
}
