using System.Threading.Channels;

namespace Portal.Registry.Reporting;

/// <summary>Errors on their way to one service. Adding one never waits: what finds no room is counted and dropped.</summary>
public sealed class ReportQueue
{
    /// <summary>Errors that wait, at most.</summary>
    public const int Capacity = 200;

    private readonly Channel<ErrorReport> _waiting = Channel.CreateBounded<ErrorReport>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private int _dropped;

    internal void Add(ErrorReport report)
    {
        if (!_waiting.Writer.TryWrite(report))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <returns>False when the queue will never have an error again.</returns>
    internal ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _waiting.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>What waits, oldest first, at most so many.</summary>
    internal List<ErrorReport> Take(int count)
    {
        var taken = new List<ErrorReport>();
        while (taken.Count < count && _waiting.Reader.TryRead(out var report))
        {
            taken.Add(report);
        }

        return taken;
    }

    /// <summary>How many found no room since the last time.</summary>
    internal int TakeDropped() => Interlocked.Exchange(ref _dropped, 0);
}
