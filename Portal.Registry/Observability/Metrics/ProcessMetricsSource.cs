using System.Diagnostics;
using System.Globalization;

namespace Portal.Registry.Observability.Metrics;

/// <summary>The process and its runtime. Names of Go's own are there where they mean the same here.</summary>
internal sealed class ProcessMetricsSource : MetricsSource
{
    public override IReadOnlyList<MetricFamily> Families { get; } = [.. OfProcess(), .. OfGo(), .. OfRuntime()];

    private static IEnumerable<MetricFamily> OfProcess()
    {
        yield return MetricFamily.Counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", () => Of(process => process.TotalProcessorTime.TotalSeconds));
        yield return MetricFamily.Gauge("process_resident_memory_bytes", "Resident memory size in bytes.", () => Environment.WorkingSet);
        yield return MetricFamily.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", () => Of(process => process.VirtualMemorySize64));
        yield return MetricFamily.Gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", () =>
            Of(process => (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds));
        yield return MetricFamily.Gauge("process_threads", "Number of threads.", () => Of(process => process.Threads.Count));
        if (OperatingSystem.IsLinux())
        {
            yield return MetricFamily.Gauge("process_open_fds", "Number of open file descriptors.", () => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
            yield return MetricFamily.Gauge("process_max_fds", "Maximum number of open file descriptors.", () => LimitOf("Max open files"));
            yield return MetricFamily.Gauge("process_virtual_memory_max_bytes", "Maximum amount of virtual memory available in bytes.", () => LimitOf("Max address space"));
        }
    }

    private static IEnumerable<MetricFamily> OfGo()
    {
        yield return new MetricFamily("go_gc_duration_seconds", MetricKind.Summary, "The pause duration of garbage collections.", () =>
            [new MetricSample(GC.GetTotalPauseDuration().TotalSeconds) { Count = GC.CollectionCount(0) }]);
        yield return MetricFamily.Gauge("go_memstats_alloc_bytes", "Number of bytes allocated and still in use.", () => GC.GetTotalMemory(forceFullCollection: false));
        yield return MetricFamily.Counter("go_memstats_alloc_bytes_total", "Total number of bytes allocated, even if freed.", () => GC.GetTotalAllocatedBytes());
        yield return MetricFamily.Gauge("go_memstats_heap_alloc_bytes", "Number of heap bytes allocated and still in use.", () => GC.GetTotalMemory(forceFullCollection: false));
        yield return MetricFamily.Gauge("go_memstats_heap_sys_bytes", "Number of heap bytes obtained from system.", () => GC.GetGCMemoryInfo().TotalCommittedBytes);
        yield return MetricFamily.Gauge("go_threads", "Number of OS threads created.", () => Of(process => process.Threads.Count));
    }

    private static IEnumerable<MetricFamily> OfRuntime()
    {
        yield return new MetricFamily("registry_portal_gc_collections_total", MetricKind.Counter, "Garbage collections, by the oldest generation that was collected.", () =>
            Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation => new MetricSample(
                GC.CollectionCount(generation) - (generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0),
                ("generation", generation.ToString(CultureInfo.InvariantCulture)))));
        yield return MetricFamily.Counter("registry_portal_gc_pause_seconds_total", "Time in which garbage collections held up the process.", () => GC.GetTotalPauseDuration().TotalSeconds);
        yield return MetricFamily.Gauge("registry_portal_gc_heap_bytes", "Bytes of objects on the managed heap.", () => GC.GetTotalMemory(forceFullCollection: false));
        yield return MetricFamily.Gauge("registry_portal_gc_committed_bytes", "Bytes that the managed heap takes from the system.", () => GC.GetGCMemoryInfo().TotalCommittedBytes);
        yield return MetricFamily.Gauge("registry_portal_threadpool_threads", "Threads of the pool.", () => ThreadPool.ThreadCount);
        yield return MetricFamily.Gauge("registry_portal_threadpool_queued", "Pieces of work that wait for a thread of the pool.", () => ThreadPool.PendingWorkItemCount);
        yield return MetricFamily.Counter("registry_portal_threadpool_completed_total", "Pieces of work that threads of the pool have done.", () => ThreadPool.CompletedWorkItemCount);
    }

    private static double Of(Func<Process, double> read)
    {
        using var process = Process.GetCurrentProcess();
        return read(process);
    }

    /// <returns>The soft limit; infinity for none, and where it is not told.</returns>
    private static double LimitOf(string name)
    {
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var soft = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return double.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : double.PositiveInfinity;
    }
}
