using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Storage.Accounts;
using Portal.Storage.Reasons;

namespace Portal.Registry.Auth;

/// <summary>
/// Writes down who did what, when and from where. A request does not wait for the disk; lines come in order, a batch at
/// a time, and those that wait are written before the process ends.
/// </summary>
public sealed partial class AuditTrail(AuditStore store, TimeProvider time, ILogger<AuditTrail> logger) : BackgroundService
{
    private const int MaxWaiting = 10_000;
    private const int MaxBatch = 500;
    private const int LongestText = 1000;

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(MaxWaiting);
    private int _lost;

    /// <summary>Raised after lines were written, on the writer's thread: it must return at once and not throw.</summary>
    public event Action? Written;

    /// <param name="actor">Who did it or tried to; null for nobody with a name.</param>
    /// <param name="address">Where from; null when it is not known.</param>
    /// <param name="target">What it was done to: a user, a repository with tag or digest, a token's name.</param>
    /// <param name="detail">What else there is to tell; never a secret.</param>
    public void Add(AuditAction action, string? actor, IPAddress? address, string target = "", Reason? detail = null)
    {
        var entry = new AuditEntry
        {
            Time = time.GetUtcNow(),
            Action = action,
            Actor = actor is null ? null : Cut(actor),
            Address = address?.ToString(),
            Target = Cut(target),
            Detail = detail?.Within(LongestText),
        };
        if (!_waiting.Writer.TryWrite(entry))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _waiting.Writer.TryComplete();
        await (ExecuteTask ?? Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _waiting.Writer.TryComplete();
        base.Dispose();
    }

    /// <remarks>It ends when there is nothing left to write, not when the host begins to stop.</remarks>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<AuditEntry>();
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < MaxBatch && _waiting.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            try
            {
                await store.AddAsync(batch, CancellationToken.None);
                Written?.Invoke();
            }
            catch (Exception exception)
            {
                Log.NotWritten(logger, exception, batch.Count);
            }

            batch.Clear();
            if (Interlocked.Exchange(ref _lost, 0) is var lost and not 0)
            {
                Log.Lost(logger, lost);
            }
        }
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : string.Concat(text.AsSpan(0, LongestText), "…");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Count} lines of the audit trail could not be written")]
        public static partial void NotWritten(ILogger logger, Exception exception, int count);

        [LoggerMessage(LogLevel.Error, "{Count} lines of the audit trail are lost: they came faster than the disk takes them")]
        public static partial void Lost(ILogger logger, int count);
    }
}
