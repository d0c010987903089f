using System.Net;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Accounts;
using Portal.Storage.History;
using Portal.Storage.Reasons;

namespace Portal.Web.Hosting;

/// <summary>What saving would do, for a person to agree to.</summary>
/// <param name="Texts">Before and after, with secrets hidden.</param>
/// <param name="Changes">What counts at once and what takes a restart.</param>
/// <param name="Questions">What has to be agreed to.</param>
/// <param name="Problems">What is wrong; with an error among them it cannot be saved.</param>
public sealed record SavePlan(
    TextPair Texts,
    ConfigurationChanges Changes,
    IReadOnlyList<SaveQuestion> Questions,
    IReadOnlyList<ConfigurationProblem> Problems)
{
    /// <summary>With its secrets: never for a browser.</summary>
    internal string Text { get; init; } = "";

    /// <summary>Null when it cannot be saved.</summary>
    internal RegistryConfiguration? Configuration { get; init; }

    /// <summary>The version that is brought back; null for a text that was typed.</summary>
    public int? Version { get; init; }

    /// <summary>Not a character differs.</summary>
    public bool IsUnchanged { get; init; }
}

/// <summary>What stands in the file after a save.</summary>
/// <param name="Text">With its secrets hidden.</param>
/// <param name="Fingerprint">Tells it from other texts of the file.</param>
/// <param name="Changes">What is applied at once, and what the restart that begins now is for.</param>
public sealed record SavedText(string Text, string Fingerprint, ConfigurationChanges Changes);

/// <summary>One visitor's work on the file as it was when it was opened.</summary>
public sealed partial class EditorSession
{
    private readonly RunningConfiguration _running;
    private readonly ConfigurationFile _file;
    private readonly ConfigurationHistory _history;
    private readonly AuditTrail _audit;
    private readonly ActivityLog _activity;
    private readonly Permissions _permissions;
    private readonly Func<Identity> _visitor;
    private readonly ILogger _logger;
    private readonly FileSnapshot _opened;
    private string _stamp;

    internal EditorSession(
        RunningConfiguration running,
        Permissions permissions,
        ConfigurationFile file,
        ConfigurationHistory history,
        AuditTrail audit,
        ActivityLog activity,
        Func<Identity> visitor,
        ILogger logger)
    {
        // Before the text: a change between the two is then noticed.
        (_running, _permissions, _file, _history, _audit, _activity, _visitor, _logger, _stamp)
            = (running, permissions, file, history, audit, activity, visitor, logger, file.Stamp());
        _opened = file.Read();
        Text = SecretMask.Hide(_opened.Text) ?? throw new UnreadableConfigurationException(
            ConfigurationLoader.Parse(_opened.Text, file.Path, running.Environment).Problems);
        WhyReadOnly = file.WhyReadOnly();
    }

    /// <summary>The file's path.</summary>
    public string Path => _file.Path;

    /// <summary>The file's text with its secrets hidden.</summary>
    public string Text { get; }

    /// <summary>Tells one text of the file from another.</summary>
    public string Fingerprint => _opened.Fingerprint;

    /// <summary>Why nothing can be saved; null when it can.</summary>
    public Reason? WhyReadOnly { get; }

    /// <summary>Whether the text is what the portal runs with: a file that was changed elsewhere is not, until the next start or save.</summary>
    public bool IsInForce => _opened.Text == _running.Version.Text;

    /// <summary>Whether the file was touched since the last look, so that it is worth a <see cref="FindConflict"/>.</summary>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public bool WasTouched()
    {
        var before = _stamp;
        return (_stamp = _file.Stamp()) != before;
    }

    /// <summary>What stands in the file now when somebody else changed it, beside what was opened; null when nobody did.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public TextPair? FindConflict()
    {
        var current = _file.Read();
        return current.Fingerprint == _opened.Fingerprint ? null : TextPair.Of(_opened.Text, current.Text);
    }

    /// <summary>Everything wrong with a text, by the lines of that text.</summary>
    public IReadOnlyList<ConfigurationProblem> Check(string edited)
    {
        return Check(SecretMask.Restore(edited, _opened.Text));
    }

    /// <summary>The keys that variables hold, by path.</summary>
    public IReadOnlyDictionary<string, string> Locked(string edited) => WrittenValues.Locked(edited, _running.Environment);

    /// <summary>What saving a text would do.</summary>
    /// <param name="edited">The text as the browser has it.</param>
    public SavePlan Plan(string edited)
    {
        var text = SecretMask.Restore(edited, _opened.Text);
        return Plan(text.Text, Check(text));
    }

    /// <summary>What bringing a version back would do, with the secrets that it had.</summary>
    /// <exception cref="IOException">The version is not kept, or cannot be read.</exception>
    public SavePlan PlanVersion(int number)
    {
        var text = _history.Read(number) ?? throw new UnusableFileException(new Reason(EditorRefusal.VersionGone, $"version {number} is not kept any more"));
        return Plan(text, ConfigurationLoader.Parse(text, Name, _running.Environment).Problems) with { Version = number };
    }

    /// <summary>
    /// Keeps the text that was, writes the new one, and applies it. A new text that is written counts, even where the
    /// history has no room for it any more.
    /// </summary>
    /// <param name="plan">What was shown.</param>
    /// <param name="comment">What the author says of it.</param>
    /// <param name="agreed">The questions that were agreed to.</param>
    /// <param name="address">Where the author sits; null when it is not known.</param>
    /// <exception cref="EditorAccessException">The visitor may not.</exception>
    /// <exception cref="ConfigurationConflictException">Somebody else changed the file; nothing is saved.</exception>
    /// <exception cref="InvalidOperationException">The plan has errors, or questions that nobody agreed to.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public SavedText Save(SavePlan plan, string comment, IReadOnlyCollection<SaveQuestion> agreed, IPAddress? address)
    {
        var who = _visitor();
        EditorAccess.Require(_permissions, who);
        if (plan.Configuration is not { } configuration || plan.Questions.Except(agreed).Any())
        {
            throw new InvalidOperationException("the configuration has errors, or a question about it is open");
        }

        if (_file.Read() is { } current && current.Fingerprint != _opened.Fingerprint)
        {
            throw new ConfigurationConflictException(current);
        }

        _history.AddFound(_opened.Text);
        var written = _file.Write(plan.Text, _opened.Fingerprint);
        Keep(plan.Text, who.Name, Comment(plan, comment));
        var keys = string.Join(", ", plan.Changes.Live.Concat(plan.Changes.Restart));
        _audit.Add(AuditAction.ConfigurationChanged, who.Name, address, Name, Reason.Plain(keys));
        _activity.Add(ActivityKind.ConfigurationChange, plan.Version is { } number ? new Reason(ActivityNote.VersionBroughtBack, $"version {number} brought back: {keys}") : Reason.Plain(keys), who.Name, address);
        return new SavedText(SecretMask.Hide(plan.Text) ?? "", written.Fingerprint, _running.Apply(new RunningVersion(configuration, plan.Text)));
    }

    private void Keep(string text, string? author, Reason comment)
    {
        try
        {
            _history.Add(text, author, comment);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The file has the text already: it is no less in force.
            Log.NotKept(_logger, exception, Path);
        }
    }

    private string Name => System.IO.Path.GetFileName(_file.Path);

    private IReadOnlyList<ConfigurationProblem> Check(UnmaskedText text) =>
        [.. text.Problems, .. ConfigurationLoader.Parse(text.SameLines, Name, _running.Environment).Problems];

    private SavePlan Plan(string text, IReadOnlyList<ConfigurationProblem> problems)
    {
        EditorAccess.Require(_permissions, _visitor());
        var next = problems.Any(problem => problem.Severity is ConfigurationSeverity.Error)
            ? null
            : ConfigurationLoader.Parse(text, Name, _running.Environment).Configuration;
        var differences = WrittenValues.Differences(_opened.Text, text);
        return new SavePlan(
            TextPair.Of(_opened.Text, text),
            _running.Compare(_opened.Text, text),
            next is null ? [] : SaveQuestions.Of(_running.Current, next, differences, _visitor().Name),
            problems)
        {
            Text = text,
            Configuration = next,
            IsUnchanged = text == _opened.Text,
        };
    }

    private static Reason Comment(SavePlan plan, string comment) => plan.Version is not { } number
        ? Reason.Plain(comment)
        : comment.Length == 0
            ? new Reason(VersionNote.BroughtBack, $"version {number} brought back")
            : new Reason(VersionNote.BroughtBackWithWords, $"version {number} brought back: {comment}");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "the new text of {File} is in force, but could not be kept in its history")]
        public static partial void NotKept(ILogger logger, Exception exception, string file);
    }
}
