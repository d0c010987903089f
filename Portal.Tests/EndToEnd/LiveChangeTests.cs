using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>What a changed configuration does at once, on connections that are open.</summary>
public sealed class LiveChangeTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private HostedPortal _portal = null!;
    private RegistryClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await HostedPortal.StartAsync(Yaml());
        _client = new RegistryClient(_portal.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _portal.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Delete_SwitchedOn_CountsForTheNextRequest()
    {
        var digest = await _client.PushImageAsync("app", "1");
        using var refused = await _client.SendAsync(HttpMethod.Delete, $"/v2/app/manifests/{digest}");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);

        var changes = _portal.Apply(Yaml("storage: {delete: {enabled: true}}"));

        using var deleted = await _client.SendAsync(HttpMethod.Delete, $"/v2/app/manifests/{digest}");
        Assert.Equal(HttpStatusCode.Accepted, deleted.StatusCode);
        Assert.Equal(["storage.delete.enabled"], changes.Live);
        Assert.Empty(changes.Restart);
    }

    [Fact]
    public async Task ReadOnly_SwitchedOnInTheMiddleOfAPush_RefusesItsEnd()
    {
        var upload = await _client.StartUploadAsync("app");

        _portal.Apply(Yaml("storage: {maintenance: {readonly: {enabled: true}}}"));

        using var refused = await _client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of("x"u8)}", "x"u8.ToArray());
        await RegistryClient.AssertErrorAsync(refused, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        _portal.Apply(Yaml());
        using var done = await _client.SendAsync(HttpMethod.Put, $"{upload}&digest={Digest.Of("x"u8)}", "x"u8.ToArray());
        Assert.Equal(HttpStatusCode.Created, done.StatusCode);
    }

    [Fact]
    public async Task Headers_Changed_AreOnTheNextAnswer()
    {
        _portal.Apply(Yaml("http: {headers: {X-Site: [one]}}"));
        using var one = await _client.GetAsync("/v2/");
        _portal.Apply(Yaml("http: {headers: {X-Site: [two], X-Other: [three]}}"));
        using var two = await _client.GetAsync("/v2/");

        Assert.Equal(["one"], one.Headers.GetValues("X-Site"));
        Assert.Equal(["two"], two.Headers.GetValues("X-Site"));
        Assert.Equal(["three"], two.Headers.GetValues("X-Other"));
    }

    [Fact]
    public async Task Limits_Lowered_CountForTheNextRequest()
    {
        _portal.Apply(Yaml("portal: {limits: {taglength: 3, manifestsize: 64KiB, headersize: 4KiB}}"));

        using var tag = await _client.PutManifestAsync("app", "long", """{"schemaVersion":2,"manifests":[]}"""u8.ToArray(), MediaTypes.OciIndex);
        await RegistryClient.AssertErrorAsync(tag, HttpStatusCode.BadRequest, "TAG_INVALID");
        using var size = await _client.PutManifestAsync("app", "v1", new byte[64 * 1024 + 1], MediaTypes.OciManifest);
        await RegistryClient.AssertErrorAsync(size, HttpStatusCode.BadRequest, "MANIFEST_INVALID");

        // What the server holds before a request is anyone's counts for connections that come afterwards.
        using var client = new HttpClient { BaseAddress = _portal.Address };
        client.DefaultRequestHeaders.Add("X-Long", new string('x', 5000));
        using var head = await client.GetAsync(new Uri("/v2/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, head.StatusCode);
        Assert.Contains("4096 bytes", await head.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void LogLevel_Changed_CountsForLoggersThatAreThere()
    {
        var logger = _portal.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Portal.Any");
        Assert.False(logger.IsEnabled(LogLevel.Debug));

        _portal.Apply(Yaml("log: {level: debug}"));
        Assert.True(logger.IsEnabled(LogLevel.Debug));

        _portal.Apply(Yaml());
        Assert.False(logger.IsEnabled(LogLevel.Debug));
    }

    [Fact]
    public async Task HealthCheck_Added_TakesTheRegistryOutOfService_UntilItIsGone()
    {
        var closed = _folder.Combine("closed");
        await File.WriteAllTextAsync(closed, "");

        var changes = _portal.Apply(Yaml($"health: {{file: [{{file: {closed}}}]}}"));
        await UntilAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Empty(changes.Restart);

        _portal.Apply(Yaml());
        await UntilAsync(HttpStatusCode.OK);

        async Task UntilAsync(HttpStatusCode status)
        {
            using var deadline = new CancellationTokenSource(Patience.Deadline);
            while (true)
            {
                using var answer = await _client.GetAsync("/v2/");
                if (answer.StatusCode == status)
                {
                    return;
                }

                deadline.Token.ThrowIfCancellationRequested();
            }
        }
    }

    [Fact]
    public void SameValuesWrittenOtherwise_ChangeNothing()
    {
        var changes = _portal.Apply("# a comment\n" + Yaml("http: {relativeurls: false}\ncatalog: {maxentries: 1000}"));

        Assert.Empty(changes.Live);
        Assert.Empty(changes.Restart);
    }

    private string Yaml(string more = "") => TestYaml.With(_folder.Path, "127.0.0.1:0", more);
}
