using System.Net;
using System.Text.Json;
using Portal.Registry.Configuration;
using Portal.Storage.Drivers;
using Portal.Storage.Layout;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>A portal that reports to a server of the test's.</summary>
public sealed class ReportingPortal : PortalFixture
{
    public Uri? Service { get; set; }

    protected override RegistryConfiguration Configuration => base.Configuration with
    {
        Reporting = new ReportingConfiguration
        {
            Bugsnag = new BugsnagConfiguration(new Secret("bugsnag-key"), "staging", $"{Service}bugsnag"),
            NewRelic = new NewRelicConfiguration(new Secret("newrelic-key"), "registry", Verbose: false),
        },
        Portal = base.Configuration.Portal with { NewRelicEndpoint = new Uri(Service!, "newrelic") },
    };
}

public sealed class ReportingTests
{
    [Fact]
    public async Task AnswerOf500_IsReported_WithItsRequest_AndWithoutWhatIsSecret()
    {
        await using var service = await RecordingServer.StartAsync();
        await using var portal = new ReportingPortal { Service = service.Address };
        var digest = Digest.Of("what was pushed"u8);
        Write(RegistryPaths.BlobData(digest), "what a fault made of it");
        Write(RegistryPaths.RevisionLink(RepositoryName.Parse("team/app"), digest), digest.ToString());
        void Write(StoragePath path, string text)
        {
            var file = new FileInfo(Path.Combine(portal.Root, path.ToString().TrimStart('/')));
            file.Directory!.Create();
            File.WriteAllText(file.FullName, text);
        }

        await portal.InitializeAsync();
        using var answer = await portal.Client.SendAsync(HttpMethod.Get, $"/v2/team/app/manifests/{digest}?token=hidden-one", change: request =>
        {
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer hidden-one");
            request.Headers.UserAgent.ParseAdd("docker/29");
        });
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);

        var bugsnag = (await service.RequestsAsync(1, request => request.Path == "/bugsnag"))[0];
        var newRelic = (await service.RequestsAsync(1, request => request.Path == "/newrelic/v1/logs"))[0];
        await portal.StopAsync();
        await service.RequestsAsync(1, request => request.Path == "/newrelic/v1/metrics");

        using var json = JsonDocument.Parse(bugsnag.Body);
        var sent = json.RootElement.GetProperty("events")[0];
        Assert.Equal($"GET /v2/team/app/manifests/{digest}", sent.GetProperty("context").GetString());
        Assert.Equal("GET", sent.GetProperty("request").GetProperty("httpMethod").GetString());
        Assert.Equal($"//{portal.RegistryAddress.Authority}/v2/team/app/manifests/{digest}", sent.GetProperty("request").GetProperty("url").GetString());
        Assert.Equal("docker/29", sent.GetProperty("request").GetProperty("headers").GetProperty("User-Agent").GetString());
        Assert.Equal(("newrelic-key", "bugsnag-key"), (newRelic.Headers["api-key"], bugsnag.Headers["Bugsnag-Api-Key"]));
        Assert.All(service.Requests, request => Assert.DoesNotContain("hidden-one", System.Text.Encoding.UTF8.GetString(request.Body), StringComparison.Ordinal));
    }
}
