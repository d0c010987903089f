using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Portal.Registry.Configuration;

namespace Portal.Registry.Reporting;

/// <summary>The JSON of Bugsnag's error reporting API.</summary>
internal static class BugsnagPayload
{
    /// <summary>The version of the format.</summary>
    public const string Version = "5";

    private const int MaxFrames = 100;

    public static void Write(Utf8JsonWriter json, BugsnagConfiguration configuration, ReportSource source, IReadOnlyList<ErrorReport> reports)
    {
        json.WriteStartObject();
        json.WriteString("apiKey", configuration.ApiKey!.Value);
        json.WriteString("payloadVersion", Version);
        json.WriteStartObject("notifier");
        json.WriteString("name", "Registry Portal");
        json.WriteString("version", source.Version);
        json.WriteString("url", "urn:registry-portal");
        json.WriteEndObject();
        json.WriteStartArray("events");
        foreach (var report in reports)
        {
            WriteEvent(json, configuration, source, report);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, BugsnagConfiguration configuration, ReportSource source, ErrorReport report)
    {
        json.WriteStartObject();
        json.WriteString("payloadVersion", Version);
        json.WriteStartArray("exceptions");
        foreach (var exception in report.Chain())
        {
            WriteException(json, source, exception);
        }

        json.WriteEndArray();
        json.WriteString("context", report.Request.TryGetValue("http.request.uri", out var uri) ? $"{report.Request["http.request.method"]} {uri}" : report.Logger);
        json.WriteString("severity", "error");
        json.WriteBoolean("unhandled", false);
        json.WriteStartObject("severityReason");
        json.WriteString("type", "log");
        json.WriteStartObject("attributes");
        json.WriteString("level", report.LevelName);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("app");
        json.WriteString("version", source.Version);
        if (configuration.ReleaseStage is { } stage)
        {
            json.WriteString("releaseStage", stage);
        }

        json.WriteString("type", "registry");
        json.WriteEndObject();
        json.WriteStartObject("device");
        json.WriteString("hostname", source.Host);
        json.WriteString("osName", RuntimeInformation.OSDescription);
        json.WriteString("time", report.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("runtimeVersions");
        json.WriteString("dotnet", source.Runtime);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteRequest(json, report.Request);
        json.WriteStartObject("metaData");
        json.WriteStartObject("log");
        json.WriteString("logger", report.Logger);
        json.WriteString("message", report.Message);
        json.WriteEndObject();
        json.WriteStartObject("registry");
        foreach (var (name, value) in report.Request.Where(field => !field.Key.StartsWith("http.request.", StringComparison.Ordinal) || field.Key == "http.request.id"))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteException(Utf8JsonWriter json, ReportSource source, Exception exception)
    {
        json.WriteStartObject();
        json.WriteString("errorClass", exception.GetType().FullName);
        json.WriteString("message", ReportText.Clean(exception.Message, source.Keys));
        json.WriteString("type", "csharp");
        json.WriteStartArray("stacktrace");
        foreach (var frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames().Take(MaxFrames))
        {
            var method = frame.GetMethod();
            var type = method?.DeclaringType?.FullName;
            json.WriteStartObject();

            // Without symbols the assembly is all that is known of the place.
            json.WriteString("file", frame.GetFileName() ?? method?.Module.Name ?? "unknown");
            json.WriteNumber("lineNumber", frame.GetFileLineNumber());
            json.WriteString("method", type is null ? method?.Name ?? "unknown" : $"{type}.{method!.Name}");
            json.WriteBoolean("inProject", type?.StartsWith("Portal.", StringComparison.Ordinal) is true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRequest(Utf8JsonWriter json, IReadOnlyDictionary<string, string> request)
    {
        if (!request.TryGetValue("http.request.method", out var method))
        {
            return;
        }

        json.WriteStartObject("request");
        json.WriteString("httpMethod", method);
        json.WriteString("url", $"//{request.GetValueOrDefault("http.request.host")}{request.GetValueOrDefault("http.request.uri")}");
        json.WriteStartObject("headers");
        if (request.TryGetValue("http.request.useragent", out var agent))
        {
            json.WriteString("User-Agent", agent);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
