using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Portal.Registry.Configuration;

namespace Portal.Registry.Observability;

/// <summary>Writes log entries as upstream does: <c>text</c> (logfmt), <c>json</c> or <c>logstash</c>, one line each.</summary>
public sealed class LogLineFormatter(LogConfiguration configuration, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    internal const string FormatterName = "registry";

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var now = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var fields = new List<KeyValuePair<string, string>>(configuration.Fields) { new("logger", logEntry.Category) };
        if (logEntry.Exception is { } exception)
        {
            fields.Add(new("error", exception.ToString()));
        }

        textWriter.WriteLine(configuration.Formatter switch
        {
            LogFormatter.Json => Json([new("level", Level(logEntry.LogLevel)), new("msg", message), new("time", now), .. fields]),
            LogFormatter.Logstash => Json(
                [new("@timestamp", now), new("@version", "1"), new("level", Level(logEntry.LogLevel)), new("message", message), .. fields]),
            _ => Text([new("time", now), new("level", Level(logEntry.LogLevel)), new("msg", message), .. fields]),
        });
    }

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Critical => "fatal",
        _ => "error",
    };

    private static string Text(List<KeyValuePair<string, string>> fields)
    {
        var line = new StringBuilder();
        foreach (var (key, value) in fields)
        {
            line.Append(line.Length == 0 ? string.Empty : " ").Append(key).Append('=');
            line.Append(IsBare(value) ? value : $"\"{JsonEncodedText.Encode(value)}\"");
        }

        return line.ToString();
    }

    private static bool IsBare(string value)
    {
        return value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/' or '@' or '^' or '+');
    }

    private static string Json(List<KeyValuePair<string, string>> fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (key, value) in fields)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}

/// <summary>Sets the log up by the <c>log</c> section.</summary>
public static class RegistryLogExtensions
{
    public static void AddRegistryLog(this ILoggingBuilder logging, LogConfiguration configuration)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(configuration.Level);

        // The framework's own chatter is of use only to who debugs.
        if (configuration.Level > LogLevel.Debug)
        {
            logging.AddFilter("Microsoft", LogLevel.Warning);
        }

        logging.AddConsole(console =>
        {
            console.FormatterName = LogLineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.Services.AddSingleton<ConsoleFormatter>(provider =>
            new LogLineFormatter(configuration, provider.GetService<TimeProvider>() ?? TimeProvider.System));
    }
}
