using System.Net;
using System.Text.Json.Nodes;
using Portal.Registry.Configuration;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The application with a debug listener.</summary>
public sealed class DebugPortal : PortalFixture
{
    public bool HasMetrics { get; set; } = true;

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Http = base.Configuration.Http with { Debug = new DebugConfiguration(new ListenAddress("127.0.0.1", 0), HasMetrics ? "/metrics" : null) },
    };
}

/// <summary>Health and counters, on a listener of their own.</summary>
public sealed class DebugListenerTests : IAsyncLifetime
{
    private readonly DebugPortal _portal = new();
    private readonly HttpClient _http = new();

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _portal.DisposeAsync();
    }

    [Fact]
    public async Task Metrics_CountRequestsByHandlerMethodAndCode()
    {
        using (await _portal.Client.GetAsync("/v2/"))
        using (await _portal.Client.GetAsync("/v2/"))
        using (await _portal.Client.GetAsync($"/v2/a/blobs/{Digest.Of("none"u8.ToArray())}"))
        using (await _portal.Client.SendAsync(new HttpMethod("NONSENSE"), "/v2/"))
        {
        }

        await _portal.Client.PushBlobAsync("a", "content"u8.ToArray());
        var text = await ReadMetricsAsync(text => text.Contains("""registry_http_requests_total{code="201",handler="blob_upload_chunk",method="put"} 1""", StringComparison.Ordinal));

        Assert.Contains("""registry_http_requests_total{code="200",handler="base",method="get"} 2""", text);
        Assert.Contains("""registry_http_requests_total{code="404",handler="blob",method="get"} 1""", text);
        Assert.Contains("""registry_http_requests_total{code="405",handler="base",method="unknown"} 1""", text);
        Assert.Contains("""registry_http_requests_total{code="202",handler="blob_upload",method="post"} 1""", text);
        Assert.Contains("""registry_http_request_duration_seconds_bucket{handler="base",method="get",le="+Inf"} 2""", text);
        Assert.Contains("""registry_http_request_duration_seconds_count{handler="base",method="get"} 2""", text);
        Assert.Contains("""registry_http_in_flight_requests{handler="base"} 0""", text);
        Assert.Contains("# TYPE process_resident_memory_bytes gauge", text);
    }

    [Fact]
    public async Task Metrics_ShowARequestUnderWay()
    {
        var upload = new Uri(await _portal.Client.StartUploadAsync("a")).PathAndQuery;
        using var request = await RawRequest.StartAsync(_portal.RegistryAddress, $"PATCH {upload} HTTP/1.1\nContent-Length: 5");

        await ReadMetricsAsync(text => text.Contains("""registry_http_in_flight_requests{handler="blob_upload_chunk"} 1""", StringComparison.Ordinal));

        await request.WriteAsync("12345"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 202 ", await request.ReadAnswerAsync(), StringComparison.Ordinal);
        await ReadMetricsAsync(text => text.Contains("""registry_http_in_flight_requests{handler="blob_upload_chunk"} 0""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Vars_AreCountersWithoutSecrets()
    {
        using (await _portal.Client.GetAsync("/v2/"))
        {
        }

        // It is over a moment after its client has the answer.
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        string text;
        JsonNode vars;
        do
        {
            text = await _http.GetStringAsync(new Uri(_portal.DebugAddress, "/debug/vars"), deadline.Token);
            vars = JsonNode.Parse(text)!;
        }
        while (vars["registry"]!["inflight"]!["base"]!.GetValue<int>() != 0);

        Assert.True(vars["memstats"]!["Alloc"]!.GetValue<long>() > 0);
        Assert.DoesNotContain("for tests", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listeners_AnswerTheirOwnAddressesAlone()
    {
        using var registry = await GetAsync("/v2/");
        using var post = await _http.PostAsync(new Uri(_portal.DebugAddress, "/debug/health"), content: null);
        using var health = await _portal.Client.GetAsync("/debug/health");
        using var forged = await _portal.Client.SendAsync(HttpMethod.Get, "/metrics", change: request => request.Headers.Host = _portal.DebugAddress.Authority);
        using var page = await _http.GetAsync(new Uri(_portal.PortalAddress, "/debug/vars"));

        Assert.Equal(HttpStatusCode.NotFound, registry.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        await RegistryClient.AssertErrorAsync(health, HttpStatusCode.NotFound, "NAME_UNKNOWN");
        await RegistryClient.AssertErrorAsync(forged, HttpStatusCode.NotFound, "NAME_UNKNOWN");
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [Fact]
    public async Task Metrics_WhenNotAskedFor_AreNotThere()
    {
        await using var bare = new DebugPortal { HasMetrics = false };
        await bare.InitializeAsync();

        using var metrics = await _http.GetAsync(new Uri(bare.DebugAddress, "/metrics"));
        using var health = await _http.GetAsync(new Uri(bare.DebugAddress, "/debug/health"));

        Assert.Equal(HttpStatusCode.NotFound, metrics.StatusCode);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(_portal.DebugAddress, path));

    /// <summary>A request is counted when it is over, which its client may know first.</summary>
    private async Task<string> ReadMetricsAsync(Predicate<string> isThere)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (true)
        {
            var text = await _http.GetStringAsync(new Uri(_portal.DebugAddress, "/metrics"), deadline.Token);
            if (isThere(text))
            {
                return text;
            }
        }
    }
}
