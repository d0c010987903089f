using Portal.Storage.Measuring;

namespace Portal.Registry.Observability.Metrics;

/// <summary>The storage and what is remembered of it.</summary>
internal sealed class ContentMetricsSource(RegistryContent content) : MetricsSource
{
    public override IReadOnlyList<MetricFamily> Families { get; } =
    [
        new("registry_storage_action_seconds", MetricKind.Histogram, "The number of seconds that the storage action takes", () =>
            (content.Actions?.Read() ?? []).Select(action =>
                MetricSample.OfDurations(action.Durations, ("action", action.Action), ("driver", content.Actions!.Driver)))),
        new("registry_storage_cache_total", MetricKind.Counter, "The number of cache request received", () =>
            Lookups(content.Registry.Blobs.SizeLookups)
                .Append(new MetricSample(content.Registry.Blobs.SizeLookups.Hits + content.Registry.Blobs.SizeLookups.Misses, ("type", "Request")))),
        MetricFamily.Counter(
            "registry_storage_cache_errors_total", "The number of times the cache could not be asked", () => content.CacheFailures),
        new("registry_portal_manifest_cache_total", MetricKind.Counter, "Manifests that were looked for in memory.", () =>
            Lookups(content.Registry.Manifests.Lookups)),
    ];

    private static IEnumerable<MetricSample> Lookups(HitCount lookups) =>
        [new(lookups.Hits, ("type", "Hit")), new(lookups.Misses, ("type", "Miss"))];
}
