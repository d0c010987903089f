using Portal.Tests.Fixtures;
using Portal.Web.Hosting;
using Portal.Web.Telemetry;

namespace Portal.Tests.EndToEnd;

/// <summary>The application with environment variables of OpenTelemetry.</summary>
public sealed class TelemetryPortal(params (string Name, string Value)[] variables) : PortalFixture
{
    protected override RunningConfiguration Running => new(
        new RunningVersion(Configuration, string.Empty),
        path: null,
        variables.ToDictionary(variable => variable.Name, variable => variable.Value),
        TimeProvider.System);
}

/// <summary>Spans and figures by OTLP, when OpenTelemetry's variables ask for them.</summary>
public sealed class TelemetryTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = "b7ad6b7169203331";

    [Fact]
    public async Task Push_WithACollector_SendsSpansAndFigures()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var portal = new TelemetryPortal(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-test=a-key"),
            ("OTEL_SERVICE_NAME", "our-registry"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test"),
            ("OTEL_BSP_SCHEDULE_DELAY", "100"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"));
        await using (portal)
        {
            await portal.InitializeAsync();
            await portal.Client.PushImageAsync("some/image", "latest");
            using var answer = await portal.Client.SendAsync(
                HttpMethod.Get, "/v2/some/image/manifests/latest", change: request => request.Headers.Add("traceparent", $"00-{Trace}-{Parent}-01"));
            Assert.True(answer.IsSuccessStatusCode);

            var pull = await Patience.UntilAsync(
                () => collector.Spans.FirstOrDefault(span => span.TraceId == Trace && span.ParentId == Parent), "the span of the pull");
            Assert.Equal("GET /v2/{name}/manifests/{reference}", pull.Name);
            Assert.Equal("GET", pull.Attributes["http.request.method"]);
            Assert.Equal("/v2/some/image/manifests/latest", pull.Attributes["url.path"]);
            Assert.Equal("200", pull.Attributes["http.response.status_code"]);
            Assert.Equal(("127.0.0.1", portal.RegistryAddress.Port.ToString()), (pull.Attributes["server.address"], pull.Attributes["server.port"]));
            Assert.Equal(("some/image", "latest"), (pull.Attributes["registry.repository"], pull.Attributes["registry.reference"]));
            await Patience.UntilAsync(() => collector.Spans.FirstOrDefault(span => span.Name == "storage Stat" && span.ParentId == pull.Id), "the storage's span");
            await Patience.UntilAsync(() => collector.Spans.FirstOrDefault(span => span.Name == "PUT /v2/{name}/manifests/{reference}"), "the span of the push");

            string[] wanted = ["registry_http_requests_total", "registry_storage_action_seconds", "registry_portal_received_bytes_total", "http.server.request.duration", "dotnet.gc.collections"];
            await Patience.UntilAsync(() => wanted.All(collector.Metrics.ContainsKey) ? "all" : null, string.Join(' ', wanted.Except(collector.Metrics.Keys)));
        }

        Assert.Equal(["/v1/metrics", "/v1/traces"], collector.Requests.Select(request => request.Path).Distinct().Order());
        Assert.All(collector.Requests, request =>
        {
            Assert.Equal(("application/x-protobuf", "a-key"), (request.ContentType, request.Header));
            Assert.Equal(("our-registry", "test"), (request.Resource["service.name"], request.Resource["deployment.environment"]));
            Assert.NotEmpty(request.Resource["service.version"]);
        });
    }

    [Fact]
    public async Task Sampler_ThatTakesNothing_SendsNoSpan()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        var portal = new TelemetryPortal(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address.ToString()),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRICS_EXPORTER", "none"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0"));
        await using (portal)
        {
            await portal.InitializeAsync();
            await portal.Client.PushBlobAsync("some/image", "a blob"u8.ToArray());
        }

        // Everything that waited was sent at the end.
        Assert.Empty(collector.Requests);
    }

    [Fact]
    public async Task Start_WithoutVariables_LoadsNothingOfOpenTelemetry()
    {
        using var folder = new TempFolder();
        var address = ChildProcess.FreeAddress();
        await using var portal = await PortalProcess.StartAsync(address, folder.Path);
        using var client = new RegistryClient(address);
        await client.PushImageAsync("some/image", "latest");

        Assert.Contains("Portal.Registry.dll", portal.MappedFiles());
        Assert.DoesNotContain(portal.MappedFiles(), file => file.StartsWith("OpenTelemetry", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("OTEL_SERVICE_NAME=a", null)]
    [InlineData("OTEL_TRACES_EXPORTER=none OTEL_METRICS_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://a", null)]
    [InlineData("OTEL_SDK_DISABLED=true OTEL_EXPORTER_OTLP_ENDPOINT=http://a", null)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://a", "traces metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://a", "traces")]
    [InlineData("OTEL_METRICS_EXPORTER=otlp", "metrics")]
    [InlineData("OTEL_METRICS_EXPORTER=prometheus,otlp OTEL_TRACES_EXPORTER=zipkin", "metrics OTEL_TRACES_EXPORTER=zipkin OTEL_METRICS_EXPORTER=prometheus")]
    public void Variables_AskForWhatIsSent(string variables, string? wanted)
    {
        var settings = TelemetrySettings.From(variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(variable => variable.Split('=', 2)).ToDictionary(variable => variable[0], variable => variable[1]));

        Assert.Equal(wanted, settings is null
            ? null
            : string.Join(' ', new[] { settings.HasTraces ? "traces" : "", settings.HasMetrics ? "metrics" : "" }.Concat(settings.Unknown).Where(word => word.Length > 0)));
    }
}
