using Portal.Registry.Configuration;
using Portal.Storage.Reasons;

namespace Portal.Registry.Health;

/// <summary>How one check of the <c>health</c> section stands.</summary>
/// <param name="Name">As upstream names it: <c>storagedriver_filesystem</c>, else the file, address or host:port itself. No two are the same.</param>
/// <param name="Kind">What is looked at: storage, file, http or tcp.</param>
/// <param name="Pace">How often, and how many failures in a row count.</param>
public sealed record CheckState(string Name, string Kind, HealthCheckPace Pace)
{
    /// <summary>As many failures in a row as count: the registry is out of service.</summary>
    public bool IsFailing { get; init; }

    /// <summary>Failures since the last success, up to <see cref="HealthCheckPace.Threshold"/>.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>What was wrong at the last look; null when all was well.</summary>
    public Reason? Fault { get; init; }

    /// <summary>The same in English.</summary>
    public string? Message => Fault?.ToString();

    /// <summary>When it was looked last; null: not yet.</summary>
    public DateTimeOffset? LastRun { get; init; }

    /// <summary>How long the last look took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The state after another look. A single success heals.</summary>
    /// <param name="fault">What is wrong; null when all is well.</param>
    public CheckState After(Reason? fault, DateTimeOffset time, TimeSpan duration)
    {
        var failures = fault is null ? 0 : Math.Min(FailuresInARow + 1, Pace.Threshold);
        return this with
        {
            IsFailing = failures >= Pace.Threshold,
            FailuresInARow = failures,
            Fault = fault,
            LastRun = time,
            Duration = duration,
        };
    }
}
