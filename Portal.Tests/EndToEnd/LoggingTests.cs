using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>The lines of the real process, under upstream's names.</summary>
public sealed partial class LoggingTests
{
    [Theory]
    [InlineData("json", "time", "msg")]
    [InlineData("logstash", "@timestamp", "message")]
    public async Task Request_ThatFails_IsTold_InJson(string formatter, string time, string message)
    {
        using var folder = new TempFolder();
        var (line, id, _) = await AskAsync(folder, ("REGISTRY_LOG_FORMATTER", formatter), ("REGISTRY_LOG_FIELDS_SERVICE", "ours"), ("REGISTRY_LOG_REPORTCALLER", "true"));

        var fields = JsonDocument.Parse(line).RootElement;
        string? Text(string name) => fields.GetProperty(name).GetString();
        Assert.Equal("response completed with error", Text(message));
        Assert.Equal("Portal.Registry.Observability.RequestLog.CompletedWithError", Text("func"));
        Assert.True(DateTimeOffset.TryParse(Text(time), out _));
        Assert.Equal(("info", "ours", id), (Text("level"), Text("service"), Text("http.request.id")));
        Assert.Equal(("GET", "/v2/log/app/manifests/none?a=b"), (Text("http.request.method"), Text("http.request.uri")));
        Assert.Equal(("tester/1 \"quoted\"", "http://before/"), (Text("http.request.useragent"), Text("http.request.referer")));
        Assert.Matches("^127\\.0\\.0\\.1:[0-9]+$", Text("http.request.remoteaddr"));
        Assert.Matches("^127\\.0\\.0\\.1:[0-9]+$", Text("http.request.host"));
        Assert.Equal(("log/app", "none"), (Text("vars.name"), Text("vars.reference")));
        Assert.Equal(404, fields.GetProperty("http.response.status").GetInt32());
        Assert.True(fields.GetProperty("http.response.written").GetInt64() > 0);
        Assert.Equal("application/json; charset=utf-8", Text("http.response.contenttype"));
        Assert.Matches("^[0-9.]+ms$", Text("http.response.duration"));
        Assert.Equal("manifest unknown", Text("err.code"));
        Assert.Equal("name=log/app reference=none", Text("err.detail"));
        Assert.False(string.IsNullOrEmpty(Text("err.message")));
    }

    [Fact]
    public async Task Request_ThatFails_IsTold_InText_AndInTheAccessLog()
    {
        using var folder = new TempFolder();
        var (line, id, output) = await AskAsync(folder);

        Assert.Matches("^time=\"[^\"]+\" level=info msg=\"response completed with error\" ", line);
        Assert.Contains($" http.request.id={id} ", line, StringComparison.Ordinal);
        Assert.Contains(" err.code=\"manifest unknown\" ", line, StringComparison.Ordinal);
        var access = Assert.Single(output, text => AccessLine().IsMatch(text));
        Assert.EndsWith("\"http://before/\" \"tester/1 \\x22quoted\\x22\"", access, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithLogsOff_LeavesNoLine()
    {
        using var folder = new TempFolder();
        var address = ChildProcess.FreeAddress();
        await using var portal = await PortalProcess.StartAsync(
            address, folder.Path, ("REGISTRY_LOG_LEVEL", "error"), ("REGISTRY_LOG_ACCESSLOG_DISABLED", "true"));
        using var client = new RegistryClient(address);

        using var answer = await client.GetAsync("/v2/log/app/manifests/none");
        await portal.TerminateAsync();
        await portal.WaitForExitAsync();

        Assert.True(answer.Headers.Contains("X-Request-Id"));
        Assert.Empty(portal.Output);
    }

    /// <summary>A failure of ours: what the registry says of it within the request carries the request's id too.</summary>
    [Fact]
    public async Task Request_ThatTheRegistryFails_IsAnError_WithItsIdOnEachLine()
    {
        using var folder = new TempFolder();
        var digest = Digest.Of("what was pushed"u8);
        Write(RegistryPaths.BlobData(digest), "what a fault made of it");
        Write(RegistryPaths.RevisionLink(RepositoryName.Parse("log/app"), digest), digest.ToString());
        void Write(StoragePath path, string text)
        {
            var file = new FileInfo(folder.Combine(path.ToString().TrimStart('/')));
            file.Directory!.Create();
            File.WriteAllText(file.FullName, text);
        }

        var address = ChildProcess.FreeAddress();
        await using var portal = await PortalProcess.StartAsync(address, folder.Path, ("REGISTRY_LOG_LEVEL", "error"));
        using var client = new RegistryClient(address);
        using var answer = await client.GetAsync($"/v2/log/app/manifests/{digest}");
        var id = Assert.Single(answer.Headers.GetValues("X-Request-Id"));

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        foreach (var message in new[] { "response completed with error", "failed" })
        {
            await Patience.UntilAsync(
                () => portal.Output.FirstOrDefault(line => line.Contains(" level=error ", StringComparison.Ordinal)
                    && line.Contains($"{message}\"", StringComparison.Ordinal)
                    && line.Contains($" http.request.id={id} ", StringComparison.Ordinal)
                    && line.Contains(" vars.name=log/app ", StringComparison.Ordinal)),
                message);
        }
    }

    [Fact]
    public async Task Request_OfAUser_NamesTheUserInBothLogs()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Combine("users"), $"alice:{BCrypt.Net.BCrypt.HashPassword("hidden-one", 4)}\n", TestContext.Current.CancellationToken);
        var address = ChildProcess.FreeAddress();
        await using var portal = await PortalProcess.StartAsync(
            address, folder.Combine("store"), ("REGISTRY_AUTH_HTPASSWD_REALM", "Ours"), ("REGISTRY_AUTH_HTPASSWD_PATH", folder.Combine("users")));
        using var client = new RegistryClient(address)
        {
            Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("alice:hidden-one"u8)),
        };
        using var answer = await client.GetAsync("/v2/");

        await Patience.UntilAsync(() => portal.Output.FirstOrDefault(line => line.StartsWith("127.0.0.1 - alice [", StringComparison.Ordinal)), "the access log's line");
        await Patience.UntilAsync(() => portal.Output.FirstOrDefault(line => line.Contains(" auth.user.name=alice ", StringComparison.Ordinal)), "the log's line");
        Assert.DoesNotContain(portal.Output, line => line.Contains("hidden-one", StringComparison.Ordinal));
    }

    /// <summary>Apache's combined format, up to the referer.</summary>
    [GeneratedRegex("""^127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "GET /v2/log/app/manifests/none\?a=b HTTP/1\.1" 404 [1-9]\d* """)]
    private static partial Regex AccessLine();

    /// <summary>Asks a portal for a manifest that is not there, and returns the line about it, its id, and all lines.</summary>
    private static async Task<(string Line, string Id, IReadOnlyCollection<string> Output)> AskAsync(
        TempFolder folder, params (string Name, string Value)[] environment)
    {
        var address = ChildProcess.FreeAddress();
        await using var portal = await PortalProcess.StartAsync(address, folder.Path, environment);
        using var client = new RegistryClient(address);
        using var answer = await client.SendAsync(HttpMethod.Get, "/v2/log/app/manifests/none?a=b", change: request =>
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "tester/1 \"quoted\"");
            request.Headers.Referrer = new Uri("http://before/");
        });
        var id = Assert.Single(answer.Headers.GetValues("X-Request-Id"));
        var line = await Patience.UntilAsync(
            () => portal.Output.FirstOrDefault(text => text.Contains("completed with error", StringComparison.Ordinal) && text.Contains(id, StringComparison.Ordinal)),
            "the request's line");

        // The access log's line may come after it: all is there when the process has ended by itself.
        await portal.TerminateAsync();
        await portal.WaitForExitAsync();
        return (line, id, portal.Output);
    }
}
