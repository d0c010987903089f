using System.Globalization;
using System.Text.Json;
using Portal.Registry.Configuration;
using Portal.Registry.Reporting;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Reporting;

/// <summary>Errors to Bugsnag, at a real HTTP server.</summary>
public sealed class BugsnagTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private readonly WatchedTime _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public async Task Error_ArrivesInBugsnagsFormat()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address.ToString());
        ReportedErrors.Failed(world.Log, ReportedErrors.Thrown(), "first");

        var request = (await PassAsync(server, 1))[0];
        using var json = JsonDocument.Parse(request.Body);
        var root = json.RootElement;
        var sent = Assert.Single(root.GetProperty("events").EnumerateArray());
        var exceptions = sent.GetProperty("exceptions").EnumerateArray().ToList();
        var frame = exceptions[0].GetProperty("stacktrace")[0];

        Assert.Equal(("POST", "/", Key, "5", "application/json"), (request.Method, request.Path, request.Headers["Bugsnag-Api-Key"], request.Headers["Bugsnag-Payload-Version"], request.Headers["Content-Type"]));
        Assert.Equal(_time.GetUtcNow(), DateTimeOffset.Parse(request.Headers["Bugsnag-Sent-At"], CultureInfo.InvariantCulture));
        Assert.Equal((Key, "5"), (Text(root, "apiKey"), Text(root, "payloadVersion")));
        Assert.Equal(["name", "version", "url"], root.GetProperty("notifier").EnumerateObject().Select(member => member.Name));
        Assert.Equal(
            [("System.InvalidOperationException", "the disk is gone", "csharp"), ("System.IO.IOException", "input/output error", "csharp")],
            exceptions.Select(exception => (Text(exception, "errorClass"), Text(exception, "message"), Text(exception, "type"))));
        Assert.EndsWith("ReportWorld.cs", Text(frame, "file"), StringComparison.Ordinal);
        Assert.True(frame.GetProperty("lineNumber").GetInt32() > 0);
        Assert.Contains("Thrown", Text(frame, "method"), StringComparison.Ordinal);
        Assert.True(frame.GetProperty("inProject").GetBoolean());
        Assert.Equal(("error", false), (Text(sent, "severity"), sent.GetProperty("unhandled").GetBoolean()));
        Assert.Equal(("log", "error"), (Text(sent.GetProperty("severityReason"), "type"), Text(sent.GetProperty("severityReason").GetProperty("attributes"), "level")));
        Assert.Equal(("staging", "registry"), (Text(sent.GetProperty("app"), "releaseStage"), Text(sent.GetProperty("app"), "type")));
        Assert.Equal(Text(root.GetProperty("notifier"), "version"), Text(sent.GetProperty("app"), "version"));
        Assert.Equal((Environment.MachineName, "2026-01-02T03:04:05.000Z"), (Text(sent.GetProperty("device"), "hostname"), Text(sent.GetProperty("device"), "time")));
        Assert.StartsWith(".NET", Text(sent.GetProperty("device").GetProperty("runtimeVersions"), "dotnet"), StringComparison.Ordinal);
        Assert.Equal("Portal.Tests.Subject", Text(sent, "context"));
        Assert.Equal("it failed: first", Text(sent.GetProperty("metaData").GetProperty("log"), "message"));
        Assert.False(sent.TryGetProperty("request", out _));
    }

    [Fact]
    public async Task Reports_AreOfErrorsWithAnException_Alone()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address.ToString());
        ReportedErrors.Doubtful(world.Log, ReportedErrors.Thrown());
        ReportedErrors.Wordless(world.Log);
        ReportedErrors.Failed(world.Log, new IOException("counts"), "x");

        var request = (await PassAsync(server, 1))[0];

        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal("counts", Text(Assert.Single(json.RootElement.GetProperty("events").EnumerateArray()).GetProperty("exceptions")[0], "message"));
    }

    [Fact]
    public async Task Secrets_AreInNoReport()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address.ToString());
        ReportedErrors.Failed(
            world.Log,
            new IOException($"GET https://ada:hidden-one@host/x failed, Authorization: Bearer hidden-one.hidden.one, key {Key}"),
            "password=hidden-one https://bob:hidden/o@ne@host");

        var request = (await PassAsync(server, 1))[0];

        using var json = JsonDocument.Parse(request.Body);
        var events = json.RootElement.GetProperty("events").GetRawText();
        Assert.Contains("failed, Authorization: Bearer ***", events, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", events, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, events, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET https://ada:pass/w@rd@host/v2/ failed", "GET https://ada:***@host/v2/ failed")]
    [InlineData("Proxy-Authorization: Basic YWRhOnBhc3M=", "Proxy-Authorization: Basic ***")]
    [InlineData("{\"access_token\":\"eyJh.bGci.OiJ\",\"scope\":\"all\"}", "{\"access_token\":\"***\",\"scope\":\"all\"}")]
    [InlineData("secretkey=abc X-Amz-Signature=0a1b&x=1", "secretkey=*** X-Amz-Signature=***&x=1")]
    [InlineData("http.secret: abc; Cookie: portal-session=abc", "http.secret: ***; Cookie: ***")]
    [InlineData("the blob of digest sha256:0123 is broken", "the blob of digest sha256:0123 is broken")]
    [InlineData("redis at redis:6379 is away, see http://host:5000/a", "redis at redis:6379 is away, see http://host:5000/a")]
    public async Task Message_OfAnException_IsSentWithoutItsSecrets(string message, string expected)
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address.ToString());
        ReportedErrors.Failed(world.Log, new IOException(message), "x");

        using var json = JsonDocument.Parse((await PassAsync(server, 1))[0].Body);

        Assert.Equal(expected, Text(json.RootElement.GetProperty("events")[0].GetProperty("exceptions")[0], "message"));
    }

    [Fact]
    public async Task ServiceThatIsAway_IsTriedAgain_ToldOnce_AndGetsTheReportInTheEnd()
    {
        await using var server = await RecordingServer.StartAsync();
        server.Status = 503;
        await using var world = await StartAsync(server.Address.ToString());
        ReportedErrors.Failed(world.Log, new IOException("late"), "x");

        await PassAsync(server, 2);
        server.Status = 200;
        await PassUntilAsync(() => world.Said.Count == 2);

        Assert.Equal(["Warning: errors cannot be reported to Bugsnag: it answers with 503; this is said once", "Information: errors are reported to Bugsnag again; it missed 0"], world.Said);
        Assert.Contains("late", System.Text.Encoding.UTF8.GetString(server.Requests.Last().Body), StringComparison.Ordinal);
        Assert.All(world.Said, line => Assert.DoesNotContain(Key, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServiceThatNeverAnswers_LosesTheReport_AndSaysHowMany()
    {
        await using var server = await RecordingServer.StartAsync();
        server.Status = 500;
        await using var world = await StartAsync(server.Address.ToString());
        ReportedErrors.Failed(world.Log, new IOException("lost"), "x");
        await PassAsync(server, Attempts);

        server.Status = 200;
        ReportedErrors.Failed(world.Log, new IOException("found"), "x");
        await PassUntilAsync(() => world.Said.Count == 2);

        Assert.Equal("Information: errors are reported to Bugsnag again; it missed 1", world.Said.Last());
    }

    [Fact]
    public async Task ServiceThatRefuses_IsAskedOnce()
    {
        await using var server = await RecordingServer.StartAsync();
        server.Status = 401;
        await using var world = await StartAsync(server.Address.ToString());
        ReportedErrors.Failed(world.Log, new IOException("one"), "x");
        await PassUntilAsync(() => world.Said.Count == 1);

        server.Status = 200;
        ReportedErrors.Failed(world.Log, new IOException("two"), "x");
        await PassUntilAsync(() => world.Said.Count == 2);

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Flood_NeverWaits_AndIsSentInBatches()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address.ToString());
        for (var number = 0; number < ReportQueue.Capacity * 2; number++)
        {
            ReportedErrors.Failed(world.Log, new IOException($"number {number}"), "x");
        }

        var requests = await PassAsync(server, ReportQueue.Capacity / ReportSender.MaxBatch);

        Assert.All(requests, request =>
        {
            using var json = JsonDocument.Parse(request.Body);
            Assert.InRange(json.RootElement.GetProperty("events").GetArrayLength(), 1, ReportSender.MaxBatch);
        });
        await PassUntilAsync(() => world.Said.Count == 1);
        Assert.StartsWith($"Warning: {ReportQueue.Capacity} errors came faster than Bugsnag takes them", world.Said.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_SendsWhatIsGathered()
    {
        await using var server = await RecordingServer.StartAsync();
        await using var world = await StartAsync(server.Address.ToString());
        ReportedErrors.Failed(world.Log, new IOException("the last word"), "x");

        await world.StopAsync();

        Assert.Contains("the last word", System.Text.Encoding.UTF8.GetString(Assert.Single(server.Requests).Body), StringComparison.Ordinal);
    }

    private const int Attempts = 4;

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private async Task<ReportWorld<BugsnagSender>> StartAsync(string endpoint)
    {
        var configuration = new BugsnagConfiguration(new Secret(Key), "staging", endpoint);
        var world = new ReportWorld<BugsnagSender>(configuration.ApiKey!, _time, (queue, log) => new BugsnagSender(configuration, queue, log, _time));
        await world.StartAsync();
        return world;
    }

    private async Task<List<RecordedRequest>> PassAsync(RecordingServer server, int count)
    {
        await PassUntilAsync(() => server.Requests.Count >= count);
        return [.. server.Requests];
    }

    /// <summary>Lets time pass until something is there, but none while a request is under way.</summary>
    private Task<string> PassUntilAsync(Func<bool> isThere) => Patience.UntilAsync(
        () =>
        {
            if (isThere())
            {
                return "";
            }

            _time.AdvanceUnless(ReportSender.Patience);
            return null;
        },
        "what was waited for");
}
