using System.Net;
using System.Threading.Channels;
using Portal.Storage.History;
using Portal.Storage.Reasons;

namespace Portal.Registry.Activity;

/// <summary>
/// Where what is no event of the content is told for the activity: a change of the configuration, a purge, a garbage
/// collection. Nobody waits for the disk; <see cref="ActivityRecorder"/> writes.
/// </summary>
public sealed class ActivityLog(TimeProvider time)
{
    private const int MaxWaiting = 1000;
    private const int LongestText = 1000;

    private readonly Channel<ActivityEntry> _waiting = Channel.CreateBounded<ActivityEntry>(MaxWaiting);
    private int _lost;

    /// <summary>
    /// Raised after rows were written, with the repositories they concern, on the writer's thread: it must return at once
    /// and not throw.
    /// </summary>
    public event Action<IReadOnlySet<string>>? Written;

    /// <summary>
    /// Raised after pulls were counted on disk, with them, on the writer's thread: it must return at once and not throw.
    /// </summary>
    public event Action<IReadOnlyCollection<PullCount>>? Pulled;

    internal ChannelReader<ActivityEntry> Waiting => _waiting.Reader;

    /// <param name="detail">What there is to tell; never a secret.</param>
    /// <param name="actor">Who did it; null for the registry itself, or nobody with a name.</param>
    /// <param name="address">Where from; null when it is not known.</param>
    public void Add(ActivityKind kind, Reason detail, string? actor = null, IPAddress? address = null)
    {
        var entry = new ActivityEntry
        {
            Time = time.GetUtcNow(),
            Kind = kind,
            Actor = actor,
            Address = address?.ToString(),
            Detail = detail.Within(LongestText),
        };
        if (!_waiting.Writer.TryWrite(entry))
        {
            Interlocked.Increment(ref _lost);
        }
    }

    /// <summary>How many found no room since the last call.</summary>
    internal int TakeLost() => Interlocked.Exchange(ref _lost, 0);

    /// <summary>Nothing more comes.</summary>
    internal void End() => _waiting.Writer.TryComplete();

    /// <summary>Tells that what happened is written.</summary>
    public void Tell(IReadOnlySet<string> repositories, IReadOnlyCollection<PullCount> pulls)
    {
        Written?.Invoke(repositories);
        if (pulls.Count > 0)
        {
            Pulled?.Invoke(pulls);
        }
    }
}
