using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Reasons;
using Portal.Web.Words;

namespace Portal.Web.Hosting;

/// <summary>
/// The file of the running configuration, for those who may change it. Every text that comes out of here has its secrets
/// hidden, and every call asks again who the visitor is by now and whether that one may.
/// </summary>
public sealed class ConfigurationEditor
{
    private readonly RunningConfiguration _running;
    private readonly Permissions _permissions;
    private readonly ConfigurationHistory _history;
    private readonly ConfigurationFile? _file;
    private readonly AuditTrail _audit;
    private readonly ActivityLog _activity;
    private readonly ILogger<ConfigurationEditor> _logger;

    public ConfigurationEditor(
        RunningConfiguration running, Permissions permissions, DataFolder data, AuditTrail audit, ActivityLog activity, TimeProvider time, ILogger<ConfigurationEditor> logger)
    {
        (_running, _permissions, _audit, _activity, _logger) = (running, permissions, audit, activity, logger);
        _history = new ConfigurationHistory(data.ConfigurationHistory, time);
        _file = running.Path is { } path ? new ConfigurationFile(path, data.ConfigurationHistory) : null;
    }

    /// <summary>Reads the file anew.</summary>
    /// <returns>Null when the registry was started without a file.</returns>
    /// <exception cref="EditorAccessException">The visitor may not.</exception>
    /// <exception cref="IOException">The file cannot be read, or is no text.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="UnreadableConfigurationException">The file is no YAML.</exception>
    public EditorSession? Open(Func<Identity> visitor)
    {
        EditorAccess.Require(_permissions, visitor());
        return _file is null ? null : new EditorSession(_running, _permissions, _file, _history, _audit, _activity, visitor, _logger);
    }

    /// <summary>Writes the text that is in force again back into the file, after the portal did not start with the one that is there.</summary>
    /// <param name="failed">The text that it did not start with. A file that holds another one by now stays as it is.</param>
    /// <param name="reason">Why it did not start.</param>
    /// <exception cref="IOException">The file could not be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public void FallBack(string failed, Reason reason)
    {
        if (_file?.Read() is { } found && found.Text == failed)
        {
            _file.Write(_running.Version.Text, found.Fingerprint);
            _history.Add(_running.Version.Text, author: null, new Reason(VersionNote.PutBack, $"the portal did not start with the version before: {reason}"));
        }
    }

    /// <summary>The versions that are kept, newest first.</summary>
    /// <exception cref="EditorAccessException">The visitor may not.</exception>
    public IReadOnlyList<ConfigurationVersion> Versions(Func<Identity> visitor)
    {
        EditorAccess.Require(_permissions, visitor());
        return _history.Versions();
    }

    /// <summary>One version; null when it is not kept.</summary>
    /// <exception cref="EditorAccessException">The visitor may not.</exception>
    public ConfigurationVersion? FindVersion(Func<Identity> visitor, int number)
    {
        EditorAccess.Require(_permissions, visitor());
        return _history.Find(number);
    }

    /// <summary>The text of a version with its secrets hidden; null when it is not kept.</summary>
    /// <exception cref="EditorAccessException">The visitor may not.</exception>
    /// <exception cref="IOException">It cannot be read, or is no YAML, so that its secrets cannot be hidden.</exception>
    public string? ReadVersion(Func<Identity> visitor, int number)
    {
        EditorAccess.Require(_permissions, visitor());
        return _history.Read(number) is not { } text ? null : SecretMask.Hide(text) ?? throw new UnusableFileException(
            new Reason(EditorRefusal.VersionIsNoYaml, $"version {number} is no YAML, so that its secrets cannot be hidden and it is not shown"));
    }

    /// <summary>What is in force, value by value, with where each comes from; secrets are masked.</summary>
    /// <exception cref="EditorAccessException">The visitor may not.</exception>
    public IReadOnlyList<EffectiveValue> Effective(Func<Identity> visitor)
    {
        EditorAccess.Require(_permissions, visitor());
        return ConfigurationLoader.Effective(_running.Version.Text, _running.Path, _running.Environment);
    }

    /// <summary>Two versions side by side; null for the file as it is.</summary>
    /// <returns>Both texts with their secrets hidden.</returns>
    /// <exception cref="EditorAccessException">The visitor may not.</exception>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    public TextPair Compare(Func<Identity> visitor, int before, int? after)
    {
        EditorAccess.Require(_permissions, visitor());
        return TextPair.Of(_history.Read(before) ?? "", after is { } number ? _history.Read(number) ?? "" : _file?.Read().Text ?? "");
    }
}

/// <summary>Two texts with their secrets hidden, to be compared.</summary>
public sealed record TextPair(string Before, string After)
{
    /// <summary>Hides the secrets of both; one that differs is seen to differ.</summary>
    public static TextPair Of(string before, string after) => new(
        SecretMask.Hide(before) ?? Unreadable,
        SecretMask.Hide(after, before) ?? Unreadable);

    private static string Unreadable => $"# {SettingsWords.NotShown}\n";
}

/// <summary>The file is no YAML, so that its secrets cannot be hidden and it is not shown.</summary>
/// <param name="problems">Why.</param>
public sealed class UnreadableConfigurationException(IReadOnlyList<ConfigurationProblem> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
