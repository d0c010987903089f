using System.Text;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>Whether a problem stops the start.</summary>
public enum ConfigurationSeverity
{
    /// <summary>Said, then passed over: what it names has no effect.</summary>
    Warning,

    /// <summary>The configuration cannot be used.</summary>
    Error,
}

/// <summary>One thing wrong with the configuration, where it stands and what to do about it.</summary>
/// <param name="Path">The key, as <c>http.addr</c>; empty when the file as a whole is meant.</param>
/// <param name="Line">The line in the file, from 1; null when no line is to blame.</param>
/// <param name="Column">The character in that line, from 1; null when no place in it is to blame.</param>
/// <param name="Variable">The environment variable that brought the value; null when it came from the file.</param>
/// <param name="Reason">What is wrong and the remedy. Never holds a secret.</param>
/// <param name="Severity">Whether it stops the start.</param>
public sealed record ConfigurationProblem(
    string Path, int? Line, int? Column, string? Variable, Reason Reason, ConfigurationSeverity Severity)
{
    /// <summary>The file's name as the caller gave it; null when there is no file.</summary>
    public string? File { get; init; }

    /// <summary>What is wrong and the remedy, in English.</summary>
    public string Message => Reason.ToString();

    /// <summary>One line, as <c>config.yml:12:9: http.addr: "x" is not host:port; write for example ":5000"</c>.</summary>
    public override string ToString() => ToString(Message);

    /// <summary>The same with the message in another language.</summary>
    public string ToString(string message)
    {
        var line = new StringBuilder();
        if (Variable is not null)
        {
            line.Append(Variable).Append(": ");
        }
        else if (File is not null)
        {
            line.Append(File).Append(Line is null ? "" : $":{Line}").Append(Column is null ? "" : $":{Column}").Append(": ");
        }

        line.Append(Severity is ConfigurationSeverity.Warning ? "warning: " : "");
        line.Append(Path.Length > 0 ? $"{Path}: " : "").Append(message);

        // Keys and values are the file's own text: a line break in one must not look like a problem of its own.
        for (var i = 0; i < line.Length; i++)
        {
            line[i] = char.IsControl(line[i]) ? ' ' : line[i];
        }

        return line.ToString();
    }
}

/// <summary>Gathers problems while a configuration is read.</summary>
internal sealed class ConfigurationProblems(string? file)
{
    private const int LongestQuote = 60;

    private readonly List<ConfigurationProblem> _problems = [];

    public bool HasErrors => _problems.Exists(problem => problem.Severity is ConfigurationSeverity.Error);

    public void Error(string path, Origin origin, Enum kind, FormattableString english) =>
        Error(path, origin, new Reason(kind, english));

    public void Error(string path, Origin origin, Reason reason) =>
        Add(path, origin, reason, ConfigurationSeverity.Error);

    public void Warning(string path, Origin origin, Enum kind, FormattableString english) =>
        Warning(path, origin, new Reason(kind, english));

    public void Warning(string path, Origin origin, Reason reason) =>
        Add(path, origin, reason, ConfigurationSeverity.Warning);

    /// <summary>Everything gathered, in the file's order; what has no line comes after.</summary>
    public IReadOnlyList<ConfigurationProblem> InOrder() =>

    [
        .. _problems.OrderBy(problem => problem.Line ?? int.MaxValue).ThenBy(problem => problem.Column)
            .ThenBy(problem => problem.Variable, StringComparer.Ordinal),
    ];

    /// <summary>A value as a message quotes it: cut where it gets long, without the password of an address.</summary>
    public static string Cut(string value)
    {
        var shown = Secret.MaskAddress(value);
        return shown.Length <= LongestQuote ? shown : $"{shown[..LongestQuote]}…";
    }

    /// <summary>Keys with the place of each, to stand in a message.</summary>
    public static Reason Places(IEnumerable<(string Key, Origin Origin)> keys) =>
        ReasonList.WithCommas([.. keys.Select(key => new Reason(KeyProblem.KeyAndPlace, $"{key.Key} ({key.Origin.Reason})"))])!;

    private void Add(string path, Origin origin, Reason reason, ConfigurationSeverity severity) =>
        _problems.Add(new(path, origin.Line, origin.Column, origin.Variable, reason, severity) { File = file });
}
