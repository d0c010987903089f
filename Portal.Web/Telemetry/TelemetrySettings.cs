namespace Portal.Web.Telemetry;

/// <summary>
/// What OpenTelemetry's environment variables (<c>OTEL_*</c>) ask for. It knows nothing of OpenTelemetry's library, which
/// is not loaded unless they ask for something.
/// </summary>
/// <param name="HasTraces">Whether spans are to be sent.</param>
/// <param name="HasMetrics">Whether figures are to be sent.</param>
/// <param name="Unknown">Exporters that are asked for and that there are none of, as <c>VARIABLE=value</c>.</param>
/// <param name="Environment">The variables, for whoever reads the rest of them.</param>
public sealed record TelemetrySettings(
    bool HasTraces, bool HasMetrics, IReadOnlyList<string> Unknown, IReadOnlyDictionary<string, string> Environment)
{
    private const string Otlp = "otlp";

    /// <returns>Null when nothing is to be sent.</returns>
    public static TelemetrySettings? From(IReadOnlyDictionary<string, string> environment)
    {
        if (Text(environment, "OTEL_SDK_DISABLED").Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var unknown = new List<string>();
        var settings = new TelemetrySettings(IsWanted("TRACES"), IsWanted("METRICS"), unknown, environment);
        return settings.HasTraces || settings.HasMetrics || unknown.Count > 0 ? settings : null;

        // Without an exporter's name it is the address of one that asks for it.
        bool IsWanted(string signal)
        {
            var variable = $"OTEL_{signal}_EXPORTER";
            var exporters = Text(environment, variable).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            unknown.AddRange(exporters.Where(exporter => exporter is not (Otlp or "none")).Select(exporter => $"{variable}={exporter}"));
            return exporters.Length == 0
                ? Text(environment, "OTEL_EXPORTER_OTLP_ENDPOINT").Length > 0 || Text(environment, $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT").Length > 0
                : exporters.Contains(Otlp);
        }
    }

    private static string Text(IReadOnlyDictionary<string, string> environment, string name) =>
        environment.GetValueOrDefault(name)?.Trim() ?? string.Empty;
}
