using System.Net;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;
using Portal.Tests.Protocol;

namespace Portal.Tests.EndToEnd;

/// <summary>What dashboards for <c>registry:2</c> ask Prometheus for is there under the same names, types and labels.</summary>
public sealed class MetricsDifferentialTests
{
    private static readonly string[] SameBounds =
        ["registry_http_request_duration_seconds", "registry_http_request_size_bytes", "registry_http_response_size_bytes", "registry_storage_action_seconds"];

    [Fact]
    public async Task Metrics_AfterTheSameActions_HaveEverySeriesOfUpstream()
    {
        using var folder = new TempFolder();
        var (registry, debug) = (ChildProcess.FreeAddress(), ChildProcess.FreeAddress());
        await using var upstream = await UpstreamProcess.StartAsync(
            registry, folder, http: $$"""debug: { addr: "{{debug.Authority}}", prometheus: { enabled: true, path: /metrics } }""");
        await using var portal = new DebugPortal();
        await portal.InitializeAsync();
        using var upstreamClient = new RegistryClient(registry);
        using var http = new HttpClient();

        await ActAsync(upstreamClient);
        await ActAsync(portal.Client);
        var theirs = PrometheusText.Parse(await http.GetStringAsync(new Uri(debug, "/metrics")));

        // A request is counted when it is over, which its client may know first.
        var ours = PrometheusText.Parse(await http.GetStringAsync(new Uri(portal.DebugAddress, "/metrics")));
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (Missing(theirs, ours).Any() && !deadline.IsCancellationRequested)
        {
            ours = PrometheusText.Parse(await http.GetStringAsync(new Uri(portal.DebugAddress, "/metrics")));
        }

        Assert.Empty(Missing(theirs, ours));
        Assert.Contains("registry_storage_cache_total", theirs.Keys);
        foreach (var name in SameBounds)
        {
            Assert.Equal(Bounds(theirs[name]), Bounds(ours[name]));
        }
    }

    /// <summary>Series that upstream has and the portal has not.</summary>
    private static IEnumerable<string> Missing(
        IReadOnlyDictionary<string, PrometheusFamily> theirs, IReadOnlyDictionary<string, PrometheusFamily> ours) =>
        Series(theirs).Where(series => series.Contains(" registry_", StringComparison.Ordinal)).Except(Series(ours));

    private static IEnumerable<string> Series(IReadOnlyDictionary<string, PrometheusFamily> families) =>
        families.Values.SelectMany(family => family.LabelSets.Select(labels => $"{family.Type} {family.Name} {labels}"));

    private static IEnumerable<string?> Bounds(PrometheusFamily family) => family.Samples.Select(sample => sample.Label("le")).Where(bound => bound is not null).Distinct();

    private static async Task ActAsync(RegistryClient client)
    {
        var digest = await client.PushImageAsync("some/image", "latest");
        var blob = await client.PushBlobAsync("some/image", "a blob"u8.ToArray());
        var absent = Digest.Of("none"u8.ToArray());
        (HttpMethod Method, string Path)[] requests =
        [
            (HttpMethod.Get, "/v2/"),
            (HttpMethod.Get, "/v2/_catalog"),
            (HttpMethod.Get, "/v2/some/image/tags/list"),
            (HttpMethod.Get, "/v2/no/image/tags/list"),
            (HttpMethod.Get, "/v2/some/image/manifests/latest"),
            (HttpMethod.Head, $"/v2/some/image/manifests/{digest}"),
            (HttpMethod.Get, "/v2/some/image/manifests/absent"),
            (HttpMethod.Get, $"/v2/some/image/blobs/{blob}"),
            (HttpMethod.Head, $"/v2/some/image/blobs/{blob}"),
            (HttpMethod.Get, $"/v2/some/image/blobs/{absent}"),
            (HttpMethod.Delete, $"/v2/some/image/blobs/{blob}"),
            (HttpMethod.Delete, $"/v2/some/image/manifests/{digest}"),
        ];
        foreach (var (method, path) in requests)
        {
            using var answer = await client.SendAsync(method, path, change: request => request.Headers.Accept.ParseAdd("application/vnd.oci.image.manifest.v1+json"));
            Assert.NotEqual(HttpStatusCode.InternalServerError, answer.StatusCode);
        }

        using var chunk = await client.SendAsync(HttpMethod.Patch, await client.StartUploadAsync("some/image"), "a chunk"u8.ToArray());
        Assert.Equal(HttpStatusCode.Accepted, chunk.StatusCode);
    }
}
