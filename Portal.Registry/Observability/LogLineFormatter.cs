using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Portal.Registry.Configuration;

namespace Portal.Registry.Observability;

/// <summary>Writes log entries as upstream does: <c>text</c> (logfmt), <c>json</c> or <c>logstash</c>, one line each.</summary>
public sealed class LogLineFormatter(LogConfiguration configuration, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    internal const string FormatterName = "registry";

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.WriteLine(LineOf(logEntry, scopeProvider).ToString(configuration.Formatter));
    }

    /// <summary>An entry with <c>log.fields</c>, its category, its exception, and what is known of the request it was written in.</summary>
    internal LogLine LineOf<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopes)
    {
        var fields = new List<KeyValuePair<string, object>>();
        foreach (var (name, value) in configuration.Fields)
        {
            fields.Add(new(name, value));
        }

        fields.Add(new("logger", logEntry.Category));
        if (configuration.ReportCaller)
        {
            fields.Add(new("func", $"{logEntry.Category}.{logEntry.EventId.Name ?? "Log"}"));
        }

        scopes?.ForEachScope(static (scope, fields) => (scope as RequestLogEntry)?.AddTo(fields), fields);
        if (logEntry.Exception is { } exception)
        {
            fields.Add(new("error", exception.ToString()));
        }

        return new LogLine(
            time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            LogLine.NameOf(logEntry.LogLevel),
            logEntry.Formatter(logEntry.State, logEntry.Exception),
            fields);
    }
}

/// <summary>Sets the log up by the <c>log</c> section.</summary>
public static class RegistryLogExtensions
{
    public static void AddRegistryLog(this ILoggingBuilder logging, LiveConfiguration live)
    {
        var configuration = live.Current.Log;
        logging.ClearProviders();
        logging.Services.AddSingleton(new LiveLogLevel(live));
        logging.Services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LiveLogLevel>());
        logging.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LiveLogLevel>());
        logging.AddConsole(console =>
        {
            console.FormatterName = LogLineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.Services.AddSingleton(provider =>
            new LogLineFormatter(configuration, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        logging.Services.AddSingleton<ConsoleFormatter>(provider => provider.GetRequiredService<LogLineFormatter>());

        foreach (var hook in configuration.MailHooks)
        {
            var queue = new MailQueue();
            logging.Services.AddSingleton<ILoggerProvider>(provider =>
                new MailLoggerProvider(hook, queue, provider.GetRequiredService<LogLineFormatter>()));
            logging.Services.AddSingleton<IHostedService>(provider => new MailSender(
                hook, queue, provider.GetRequiredService<ILogger<MailSender>>(), provider.GetRequiredService<TimeProvider>()));
        }
    }
}
