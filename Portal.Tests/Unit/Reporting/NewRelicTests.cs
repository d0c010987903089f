using Microsoft.AspNetCore.Http;
using System.Text;
using System.Text.Json;
using Portal.Registry.Configuration;
using Portal.Registry.Observability.Metrics;
using Portal.Registry.Protocol;
using Portal.Registry.Reporting;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Reporting;

/// <summary>Errors and figures for New Relic, as OTLP/JSON at a real HTTP server.</summary>
public sealed class NewRelicTests
{
    private const string Key = "0123456789abcdef0123456789abcdef0123NRAL";

    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly WatchedTime _time = new(Start);
    private readonly RequestMetrics _metrics = new(hasSizes: false);

    [Theory]
    [InlineData(Key, "https://otlp.nr-data.net/")]
    [InlineData("eu01xx0123456789", "https://otlp.eu01.nr-data.net/")]
    [InlineData("gov01x0123456789", "https://gov-otlp.nr-data.net/")]
    public void AddressOf_AKey_IsTheIntakeOfItsRegion(string key, string expected) =>
        Assert.Equal(new Uri(expected), NewRelicSender.AddressOf(new Secret(key)));

    [Fact]
    public async Task Error_IsALogRecord()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address);
        ReportedErrors.FailedForGood(world.Log, ReportedErrors.Thrown($"gone, api-key: {Key}"));

        var request = await PassAsync(server, "/v1/logs");
        using var json = JsonDocument.Parse(request.Body);
        var resource = Assert.Single(json.RootElement.GetProperty("resourceLogs").EnumerateArray());
        var scope = Assert.Single(resource.GetProperty("scopeLogs").EnumerateArray());
        var record = Assert.Single(scope.GetProperty("logRecords").EnumerateArray());
        var attributes = AttributesOf(record);

        Assert.Equal(("POST", Key, "application/json"), (request.Method, request.Headers["api-key"], request.Headers["Content-Type"]));
        Assert.Equal(("third floor", Environment.MachineName), (AttributesOf(resource.GetProperty("resource"))["service.name"], AttributesOf(resource.GetProperty("resource"))["host.name"]));
        Assert.Equal("registry-portal", scope.GetProperty("scope").GetProperty("name").GetString());
        Assert.Equal($"{(Start - DateTimeOffset.UnixEpoch).Ticks * 100}", record.GetProperty("timeUnixNano").GetString());
        Assert.Equal((21, "FATAL", "it failed for good"), (record.GetProperty("severityNumber").GetInt32(), record.GetProperty("severityText").GetString(), record.GetProperty("body").GetProperty("stringValue").GetString()));
        Assert.Equal(("System.InvalidOperationException", "gone, api-key: ***"), (attributes["exception.type"], attributes["exception.message"]));
        Assert.Contains("at Portal.Tests.Fixtures.ReportedErrors", attributes["exception.stacktrace"], StringComparison.Ordinal);
        Assert.Contains("input/output error", attributes["exception.stacktrace"], StringComparison.Ordinal);
        Assert.Equal("Portal.Tests.Subject", attributes["logger"]);
        Assert.DoesNotContain(Key, Encoding.UTF8.GetString(request.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_AreAHistogramOnceAMinute_OfWhatCameSince()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address);
        Count(RouteKind.Manifest, "GET", 200, TimeSpan.FromMilliseconds(20));
        Count(RouteKind.Manifest, "GET", 200, TimeSpan.FromSeconds(20));
        Count(RouteKind.Blob, "HEAD", 404, TimeSpan.FromMilliseconds(1));

        var first = await PassAsync(server, "/v1/metrics");
        using var json = JsonDocument.Parse(first.Body);
        var resource = json.RootElement.GetProperty("resourceMetrics")[0];
        var metric = resource.GetProperty("scopeMetrics")[0].GetProperty("metrics")[0];
        var points = metric.GetProperty("histogram").GetProperty("dataPoints").EnumerateArray().ToList();
        var manifests = points.Single(point => AttributesOf(point)["handler"] == "manifest");

        Assert.Equal("third floor", AttributesOf(resource.GetProperty("resource"))["service.name"]);
        Assert.Equal(("http.server.request.duration", "s"), (metric.GetProperty("name").GetString(), metric.GetProperty("unit").GetString()));
        Assert.Equal(1, metric.GetProperty("histogram").GetProperty("aggregationTemporality").GetInt32());
        Assert.Equal(2, points.Count);
        Assert.Equal(("GET", "200"), (AttributesOf(manifests)["http.request.method"], AttributesOf(manifests)["http.response.status_code"]));
        Assert.Equal(("2", 20.02), (manifests.GetProperty("count").GetString(), Math.Round(manifests.GetProperty("sum").GetDouble(), 6)));
        Assert.Equal(["0", "0", "1", "0", "0", "0", "0", "0", "0", "0", "0", "1", "0", "0"], manifests.GetProperty("bucketCounts").EnumerateArray().Select(count => count.GetString()));
        Assert.Equal([.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 60], manifests.GetProperty("explicitBounds").EnumerateArray().Select(bound => bound.GetDouble()));
        Assert.True(long.Parse(manifests.GetProperty("timeUnixNano").GetString()!) > long.Parse(manifests.GetProperty("startTimeUnixNano").GetString()!));

        Count(RouteKind.Blob, "HEAD", 404, TimeSpan.FromMilliseconds(1));
        var second = await PassAsync(server, "/v1/metrics", skip: 1);
        using var later = JsonDocument.Parse(second.Body);
        var point = Assert.Single(later.RootElement.GetProperty("resourceMetrics")[0].GetProperty("scopeMetrics")[0].GetProperty("metrics")[0].GetProperty("histogram").GetProperty("dataPoints").EnumerateArray());
        Assert.Equal(("blob", "1"), (AttributesOf(point)["handler"], point.GetProperty("count").GetString()));
    }

    [Fact]
    public async Task Verbose_LogsWhatIsSent_ButNeverTheKey()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address, verbose: true);
        Count(RouteKind.Base, "GET", 200, TimeSpan.FromMilliseconds(1));

        await PassAsync(server, "/v1/metrics");

        Assert.Contains("http.server.request.duration", Assert.Single(world.Said), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, world.Said.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_SendsFiguresToo()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address);
        Count(RouteKind.Base, "GET", 200, TimeSpan.FromMilliseconds(1));

        await world.StopAsync();

        Assert.Equal("/v1/metrics", Assert.Single(server.Requests).Path);
    }

    private static Dictionary<string, string?> AttributesOf(JsonElement element) => element.GetProperty("attributes").EnumerateArray().ToDictionary(
        attribute => attribute.GetProperty("key").GetString()!,
        attribute => attribute.GetProperty("value").EnumerateObject().Single().Value.GetString());

    private void Count(RouteKind kind, string method, int status, TimeSpan duration)
    {
        var context = new DefaultHttpContext { Request = { Method = method }, Response = { StatusCode = status } };
        _metrics.Enter(kind);
        _metrics.End(kind, context, duration);
    }

    private async Task<ReportWorld<NewRelicSender>> StartAsync(Uri address, bool verbose = false)
    {
        var configuration = new NewRelicConfiguration(new Secret(Key), "third floor", verbose);
        var world = new ReportWorld<NewRelicSender>(
            configuration.LicenseKey!, _time, (queue, log) => new NewRelicSender(configuration, address, queue, _metrics, log, _time));
        await world.StartAsync();
        return world;
    }

    private Task<RecordedRequest> PassAsync(RecordingServer server, string path, int skip = 0) => Patience.UntilAsync(
        () =>
        {
            if (server.Requests.Where(request => request.Path == path).Skip(skip).FirstOrDefault() is { } found)
            {
                return found;
            }

            _time.AdvanceUnless(ReportSender.Patience);
            return null;
        },
        path);
}
