namespace Portal.Registry.Redis;

/// <summary>How long Redis is waited for.</summary>
/// <param name="Patience">How long a question may take before it counts as a failure.</param>
/// <param name="ShortestWait">The time before it is tried again after a failure; doubled each time.</param>
/// <param name="LongestWait">The most that this grows to.</param>
public sealed record RedisPace(TimeSpan Patience, TimeSpan ShortestWait, TimeSpan LongestWait)
{
    /// <summary>The wait that follows this one.</summary>
    internal TimeSpan After(TimeSpan wait) => wait * 2 < LongestWait ? wait * 2 : LongestWait;
}
