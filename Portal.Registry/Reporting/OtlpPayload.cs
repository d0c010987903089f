using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Portal.Registry.Reporting;

/// <summary>
/// OpenTelemetry's protocol (OTLP) as JSON: whole numbers of 64 bits are texts, and enumerations numbers.
/// </summary>
/// <param name="name">The service's name.</param>
internal sealed class OtlpPayload(string name, ReportSource source)
{
    private const int SeverityError = 17;
    private const int SeverityFatal = 21;
    private const int Delta = 1;

    // A process is one instance, whatever runs beside it on the machine.
    private readonly string _instance = Guid.NewGuid().ToString();

    /// <summary>Errors as log records (<c>/v1/logs</c>).</summary>
    public void WriteLogs(Utf8JsonWriter json, IReadOnlyList<ErrorReport> reports)
    {
        WriteStart(json, "resourceLogs", "scopeLogs");
        json.WriteStartArray("logRecords");
        foreach (var report in reports)
        {
            json.WriteStartObject();
            json.WriteString("timeUnixNano", Nanoseconds(report.Time));
            json.WriteString("observedTimeUnixNano", Nanoseconds(report.Time));
            json.WriteNumber("severityNumber", report.Level is LogLevel.Critical ? SeverityFatal : SeverityError);
            json.WriteString("severityText", report.LevelName.ToUpperInvariant());
            json.WriteStartObject("body");
            json.WriteString("stringValue", report.Message);
            json.WriteEndObject();
            json.WriteStartArray("attributes");
            WriteText(json, "logger", report.Logger);
            WriteText(json, "exception.type", report.Exception.GetType().FullName ?? "");
            WriteText(json, "exception.message", ReportText.Clean(report.Exception.Message, source.Keys));
            WriteText(json, "exception.stacktrace", ReportText.Clean(report.Exception.ToString(), source.Keys));
            foreach (var (key, value) in report.Request)
            {
                WriteText(json, key, value);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        WriteEnd(json);
    }

    /// <summary>How many requests there were since the last time, and how long they took (<c>/v1/metrics</c>).</summary>
    public void WriteMetrics(Utf8JsonWriter json, IReadOnlyList<RequestFigures> figures, DateTimeOffset from, DateTimeOffset until)
    {
        WriteStart(json, "resourceMetrics", "scopeMetrics");
        json.WriteStartArray("metrics");
        json.WriteStartObject();
        json.WriteString("name", "http.server.request.duration");
        json.WriteString("unit", "s");
        json.WriteStartObject("histogram");
        json.WriteNumber("aggregationTemporality", Delta);
        json.WriteStartArray("dataPoints");
        foreach (var (key, durations) in figures)
        {
            json.WriteStartObject();
            json.WriteString("startTimeUnixNano", Nanoseconds(from));
            json.WriteString("timeUnixNano", Nanoseconds(until));
            json.WriteString("count", Number(durations.Count));
            json.WriteNumber("sum", TimeSpan.FromTicks(durations.Sum).TotalSeconds);
            json.WriteStartArray("bucketCounts");
            foreach (var count in durations.Buckets)
            {
                json.WriteStringValue(Number(count));
            }

            json.WriteEndArray();
            json.WriteStartArray("explicitBounds");
            foreach (var bound in durations.Bounds)
            {
                json.WriteNumberValue(TimeSpan.FromTicks(bound).TotalSeconds);
            }

            json.WriteEndArray();
            json.WriteStartArray("attributes");
            WriteText(json, "handler", key.Handler);
            WriteText(json, "http.request.method", key.Method.ToUpperInvariant());
            json.WriteStartObject();
            json.WriteString("key", "http.response.status_code");
            json.WriteStartObject("value");
            json.WriteString("intValue", Number(key.Status));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        WriteEnd(json);
    }

    private void WriteStart(Utf8JsonWriter json, string resources, string scopes)
    {
        json.WriteStartObject();
        json.WriteStartArray(resources);
        json.WriteStartObject();
        json.WriteStartObject("resource");
        json.WriteStartArray("attributes");
        WriteText(json, "service.name", name);
        WriteText(json, "service.version", source.Version);
        WriteText(json, "service.instance.id", _instance);
        WriteText(json, "host.name", source.Host);
        WriteText(json, "process.runtime.description", source.Runtime);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray(scopes);
        json.WriteStartObject();
        json.WriteStartObject("scope");
        json.WriteString("name", "registry-portal");
        json.WriteString("version", source.Version);
        json.WriteEndObject();
    }

    /// <summary>Closes the list of records, and all that <see cref="WriteStart"/> opened.</summary>
    private static void WriteEnd(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string key, string value)
    {
        json.WriteStartObject();
        json.WriteString("key", key);
        json.WriteStartObject("value");
        json.WriteString("stringValue", value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Nanoseconds(DateTimeOffset time) => Number((time - DateTimeOffset.UnixEpoch).Ticks * 100);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
