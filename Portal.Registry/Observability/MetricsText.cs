using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Portal.Registry.Observability;

/// <summary>Everything that is measured, in Prometheus' text format 0.0.4.</summary>
public static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(RequestMetrics requests)
    {
        var text = new StringBuilder();
        WriteRequests(text, requests);
        WriteProcess(text);
        return text.ToString();
    }

    private static void WriteRequests(StringBuilder text, RequestMetrics requests)
    {
        Head(text, "registry_http_in_flight_requests", "gauge", "The in-flight HTTP requests.");
        foreach (var (handler, count) in requests.UnderWay)
        {
            Line(text, $"registry_http_in_flight_requests{{handler=\"{handler}\"}} {count}");
        }

        var all = requests.Series;
        Head(text, "registry_http_requests_total", "counter", "Total number of HTTP requests made.");
        foreach (var (key, series) in all)
        {
            Line(text, $"registry_http_requests_total{{{Labels(key)}}} {series.Count}");
        }

        Head(text, "registry_http_request_duration_seconds", "histogram", "The HTTP request latencies in seconds.");
        foreach (var (key, series) in all)
        {
            // Read before the buckets, and so never more than they hold by the time they are read.
            var count = series.Count;
            for (var i = 0; i < RequestSeries.Bounds.Count; i++)
            {
                Line(text, $"registry_http_request_duration_seconds_bucket{{{Labels(key)},le=\"{RequestSeries.Bounds[i]}\"}} {Math.Min(count, series.CountUpTo(i))}");
            }

            Line(text, $"registry_http_request_duration_seconds_bucket{{{Labels(key)},le=\"+Inf\"}} {count}");
            Line(text, $"registry_http_request_duration_seconds_sum{{{Labels(key)}}} {series.Duration.TotalSeconds}");
            Line(text, $"registry_http_request_duration_seconds_count{{{Labels(key)}}} {count}");
        }
    }

    private static void WriteProcess(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        Value("process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds.", process.TotalProcessorTime.TotalSeconds);
        Value("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.", process.WorkingSet64);
        Value("process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.", process.VirtualMemorySize64);
        Value(
            "process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.",
            (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
        if (OperatingSystem.IsLinux())
        {
            Value("process_open_fds", "gauge", "Number of open file descriptors.", Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        }

        Value("process_threads", "gauge", "Number of threads.", process.Threads.Count);
        Value("dotnet_gc_heap_bytes", "gauge", "Bytes that the garbage collector holds.", GC.GetTotalMemory(forceFullCollection: false));
        Value("dotnet_gc_collections_total", "counter", "Garbage collections of every generation.", GC.CollectionCount(0));

        void Value(string name, string type, string help, double value)
        {
            Head(text, name, type, help);
            Line(text, $"{name} {value}");
        }
    }

    private static string Labels(RequestKey key) =>
        string.Create(CultureInfo.InvariantCulture, $"code=\"{key.Status}\",handler=\"{key.Handler}\",method=\"{key.Method}\"");

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
