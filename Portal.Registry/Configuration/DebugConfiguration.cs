using System.Diagnostics.CodeAnalysis;

namespace Portal.Registry.Configuration;

/// <summary>The <c>http.debug</c> section: a listener for those who run the registry. It asks nobody who they are.</summary>
/// <param name="Addr">Where it listens.</param>
/// <param name="MetricsPath">Where Prometheus finds its metrics; null: nowhere.</param>
public sealed record DebugConfiguration(ListenAddress Addr, string? MetricsPath)
{
    private const string DefaultMetricsPath = "/metrics";

    /// <returns>Null when there is no such listener.</returns>
    internal static DebugConfiguration? Read(SectionReader debug)
    {
        var addr = debug.Value("addr", null, (string text, out ListenAddress? address) =>
            ListenAddress.TryParse(text, out address), Expected.HostAndPort("localhost:5001"));
        var prometheus = debug.Section("prometheus");
        var enabled = prometheus.Flag("enabled");
        var path = prometheus.Value("path", DefaultMetricsPath, TryParsePath, Expected.UrlPath(DefaultMetricsPath));
        if (enabled && addr is null && debug.Text("addr") is null)
        {
            prometheus.Error("enabled", SettingProblem.NoListener, $"needs a listener; write http.debug.addr as well, for example \"localhost:5001\"");
        }

        return addr is null ? null : new DebugConfiguration(addr, enabled ? path : null);
    }

    private static bool TryParsePath(string text, [MaybeNullWhen(false)] out string path)
    {
        path = text;
        return text.Length > 1
            && text[0] == '/'
            && !text.StartsWith("/debug/", StringComparison.Ordinal)
            && !text.AsSpan().ContainsAny("?#%\\ ")
            && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
    }
}
