using Microsoft.Extensions.Logging;

namespace Portal.Registry.Configuration;

/// <summary>How a log line is written.</summary>
public enum LogFormatter
{
    /// <summary><c>time="…" level=info msg="…" key=value</c></summary>
    Text,

    /// <summary>One JSON object a line.</summary>
    Json,

    /// <summary>JSON with Logstash's field names.</summary>
    Logstash,
}

/// <summary>The <c>log</c> section and the older <c>loglevel</c>.</summary>
public sealed record LogConfiguration
{
    private static readonly Dictionary<string, LogLevel> Levels = new(StringComparer.Ordinal)
    {
        ["error"] = LogLevel.Error,
        ["warn"] = LogLevel.Warning,
        ["info"] = LogLevel.Information,
        ["debug"] = LogLevel.Debug,
    };

    private static readonly Dictionary<string, LogFormatter> Formatters = new(StringComparer.Ordinal)
    {
        ["text"] = LogFormatter.Text,
        ["json"] = LogFormatter.Json,
        ["logstash"] = LogFormatter.Logstash,
    };

    /// <summary>The least level that is written; Information unless set.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>Text unless set.</summary>
    public LogFormatter Formatter { get; init; } = LogFormatter.Text;

    /// <summary>Added to each line.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>Each line names the method that it comes from, as <c>func</c>.</summary>
    public bool ReportCaller { get; init; }

    /// <summary>No line for each request.</summary>
    public bool AccessLogDisabled { get; init; }

    /// <summary>Who gets lines by mail; those that are disabled are left out.</summary>
    public IReadOnlyList<MailHookConfiguration> MailHooks { get; init; } = [];

    internal static LogConfiguration Read(SectionReader root)
    {
        // 1. The old key counts only where the new one is absent, as upstream has it.
        var oldLevel = root.Choice("loglevel", LogLevel.Information, Levels);

        // 2. The section.
        var log = root.Section("log");
        return new LogConfiguration
        {
            Level = log.Choice("level", oldLevel, Levels),
            Formatter = log.Choice("formatter", LogFormatter.Text, Formatters),
            Fields = log.Texts("fields"),
            ReportCaller = log.Flag("reportcaller"),
            AccessLogDisabled = log.Section("accesslog").Flag("disabled"),
            MailHooks = [.. log.Sections("hooks").Select(MailHookConfiguration.Read).OfType<MailHookConfiguration>()],
        };
    }
}
