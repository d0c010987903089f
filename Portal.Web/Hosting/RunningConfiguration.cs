using System.Threading.Channels;
using Portal.Registry.Configuration;
using Portal.Storage.Reasons;

namespace Portal.Web.Hosting;

/// <summary>A configuration and the YAML that it was read from, without the environment's variables.</summary>
public sealed record RunningVersion(RegistryConfiguration Configuration, string Text);

/// <summary>How putting another configuration in force by a rebuild ended.</summary>
/// <param name="At">When.</param>
/// <param name="Failure">Why the portal did not start with it, so that the one before is in force again; null when it did.</param>
public sealed record RebuildOutcome(DateTimeOffset At, Reason? Failure);

/// <summary>
/// The configuration that the process runs with, and the one way to another. It outlives the applications that are built
/// of it.
/// </summary>
/// <param name="version">What the process starts with.</param>
/// <param name="path">The file that it came from; null when there is none.</param>
/// <param name="environment">The environment's variables.</param>
public sealed class RunningConfiguration(
    RunningVersion version, string? path, IReadOnlyDictionary<string, string> environment, TimeProvider time)
{
    private readonly Lock _turn = new();
    private readonly Channel<RunningVersion> _rebuilds = Channel.CreateBounded<RunningVersion>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    private RunningVersion _version = version;
    private readonly List<LiveConfiguration> _live = [];
    private volatile RebuildOutcome? _lastRebuild;
    private volatile RunningVersion? _awaited;

    /// <summary>The configuration that was put in force last. What takes a restart counts from the end of the rebuild on: not while <see cref="IsRestarting"/>.</summary>
    public RegistryConfiguration Current => Version.Configuration;

    /// <summary>The same with its text.</summary>
    public RunningVersion Version => Volatile.Read(ref _version);

    /// <summary>The configuration's file; null when the process was started without one.</summary>
    public string? Path { get; } = path;

    /// <summary>The variables that are laid over the file.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = environment;

    /// <summary>Whether a rebuild is under way or waits.</summary>
    public bool IsRestarting => _awaited is not null;

    /// <summary>How the last rebuild ended; null before the first.</summary>
    public RebuildOutcome? LastRebuild => _lastRebuild;

    /// <summary>What the process is to be rebuilt with; a newer one takes the place of one that still waits.</summary>
    internal ChannelReader<RunningVersion> Rebuilds => _rebuilds.Reader;

    /// <summary>Raised after <see cref="Current"/> changed or a rebuild ended.</summary>
    public event Action? Changed;

    /// <summary>What a step from one text to another would change.</summary>
    public ConfigurationChanges Compare(string currentText, string nextText) =>
        ConfigurationChanges.Between(currentText, nextText, Environment);

    /// <summary>Puts a configuration in force: at once what is live; a rebuild follows in the background when more changes than that.</summary>
    /// <param name="next">The configuration, free of errors, and its text.</param>
    /// <returns>What changes. An empty <see cref="ConfigurationChanges.Restart"/> says that all of it counts now.</returns>
    public ConfigurationChanges Apply(RunningVersion next)
    {
        ConfigurationChanges changes;
        lock (_turn)
        {
            changes = Compare(_version.Text, next.Text);
            _version = next;
            _live.ForEach(live => live.Apply(next.Configuration));
            if (changes.Restart.Count > 0)
            {
                _awaited = next;
                _rebuilds.Writer.TryWrite(next);
            }
        }

        Changed?.Invoke();
        return changes;
    }

    /// <summary>Tells an application of what is in force, and of every live change from now on.</summary>
    internal void Attach(LiveConfiguration live)
    {
        lock (_turn)
        {
            _live.Remove(live);
            _live.Add(live);
            live.Apply(_version.Configuration);
        }
    }

    /// <summary>Ends that: the application serves nobody any more.</summary>
    internal void Detach(LiveConfiguration live)
    {
        lock (_turn)
        {
            _live.Remove(live);
        }
    }

    /// <summary>Says how a rebuild ended.</summary>
    /// <param name="asked">What it was for.</param>
    /// <param name="failure">Why it failed; null when it did not.</param>
    /// <param name="inForce">What the portal runs with then, where that is not what was asked for.</param>
    internal void FinishRebuild(RunningVersion asked, Reason? failure, RunningVersion? inForce)
    {
        lock (_turn)
        {
            _lastRebuild = new RebuildOutcome(time.GetUtcNow(), failure);
            if (ReferenceEquals(_awaited, asked))
            {
                _awaited = null;
            }

            // One that was asked for meanwhile still comes.
            _version = _awaited is null ? inForce ?? _version : _version;
        }

        Changed?.Invoke();
    }
}
