using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Registry.Configuration.Keys;

namespace Portal.Web.Hosting;

/// <summary>What a step to another configuration changes.</summary>
/// <param name="Live">Paths of keys whose change counts at once.</param>
/// <param name="Restart">Paths of keys whose change takes a restart.</param>
public sealed record ConfigurationChanges(IReadOnlyList<string> Live, IReadOnlyList<string> Restart);

/// <summary>How a rebuild ended.</summary>
/// <param name="At">When.</param>
/// <param name="Failure">Why the new configuration is not in force; null when it is.</param>
public sealed record RebuildOutcome(DateTimeOffset At, string? Failure);

/// <summary>The configuration that is in force, and where it came from.</summary>
/// <param name="current">What the application was started with.</param>
/// <param name="path">Its file; null when there is none.</param>
/// <param name="environment">The variables that were laid over the file.</param>
public sealed class RunningConfiguration(
    RegistryConfiguration current, string? path, IReadOnlyDictionary<string, string> environment)
{
    private volatile RegistryConfiguration _current = current;
    private string _text = path is null ? "" : File.ReadAllText(path);

    /// <summary>Raised after <see cref="Current"/> changed or a rebuild ended.</summary>
    public event Action? Changed;

    public RegistryConfiguration Current => _current;

    /// <summary>The file, <c>config.yml</c>; null when there is none.</summary>
    public string? Path { get; } = path;

    public IReadOnlyDictionary<string, string> Environment { get; } = environment;

    /// <summary>How the last rebuild ended; null before the first. After a failure the old configuration is in force.</summary>
    public RebuildOutcome? LastRebuild { get; }

    /// <summary>What a step from one text to another would change.</summary>
    public ConfigurationChanges Compare(string currentText, string nextText)
    {
        var differences = WrittenValues.Differences(currentText, nextText).ToLookup(path => ConfigurationKeys.Find(path) is { IsLive: true });
        return new ConfigurationChanges([.. differences[true]], [.. differences[false]]);
    }

    /// <summary>Takes a configuration as the current one. What it says counts from the next start on.</summary>
    /// <returns>What changes.</returns>
    public Task<ConfigurationChanges> ApplyAsync(RegistryConfiguration next, string text, CancellationToken cancellationToken)
    {
        var changes = Compare(Interlocked.Exchange(ref _text, text), text);
        _current = next;
        Changed?.Invoke();
        return Task.FromResult(changes);
    }
}
