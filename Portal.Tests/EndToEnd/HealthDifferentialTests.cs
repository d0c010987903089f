using System.Net;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;

namespace Portal.Tests.EndToEnd;

/// <summary>The same checks at Debian's <c>docker-registry</c> and at ours: the same answers while they fail, and when they heal.</summary>
public sealed class HealthDifferentialTests
{
    [Fact]
    public async Task FileCheck_AnswersAsUpstream()
    {
        using var folder = new TempFolder();
        var closed = folder.Combine("closed");
        var (address, debug) = (ChildProcess.FreeAddress(), ChildProcess.FreeAddress());
        await using var upstream = await UpstreamProcess.StartAsync(
            address, folder, $"health: {{ storagedriver: {{ enabled: true, interval: 1s }}, file: [ {{ file: \"{closed}\", interval: 1s }} ] }}", $", debug: {{ addr: \"{debug.Authority}\" }}");
        await using var portal = new HealthPortal
        {
            Health = new HealthConfiguration { StorageDriver = HealthPortal.Quick, Files = [new FileCheckConfiguration(closed, HealthPortal.Quick)] },
        };
        await portal.InitializeAsync();
        using var http = new HttpClient();
        (Uri Registry, Uri Debug)[] both = [(address, debug), (portal.RegistryAddress, portal.DebugAddress)];

        foreach (var (registry, health) in both)
        {
            Assert.Equal(["200 {}", "200", "200", "404"], await AskAsync(registry, health));
        }

        await File.WriteAllTextAsync(closed, "");
        await UntilAsync(HttpStatusCode.ServiceUnavailable);
        foreach (var (registry, health) in both)
        {
            Assert.Equal([$$"""503 {"{{closed}}":"file exists"}""", "503 UNAVAILABLE", "503 UNAVAILABLE", "503 UNAVAILABLE"], await AskAsync(registry, health));
        }

        File.Delete(closed);
        await UntilAsync(HttpStatusCode.OK);
        foreach (var (registry, health) in both)
        {
            Assert.Equal(["200 {}", "200", "200", "404"], await AskAsync(registry, health));
        }

        async Task<string[]> AskAsync(Uri registry, Uri health)
        {
            using var told = await http.GetAsync(new Uri(health, "/debug/health"));
            var answers = new List<string> { $"{(int)told.StatusCode} {(await told.Content.ReadAsStringAsync()).Trim()}" };
            foreach (var path in new[] { "/v2/", "/", "/v2/none/tags/list" })
            {
                using var answer = await http.GetAsync(new Uri(registry, path));
                var isUnavailable = (await answer.Content.ReadAsStringAsync()).Contains("\"UNAVAILABLE\"", StringComparison.Ordinal);
                answers.Add($"{(int)answer.StatusCode}{(isUnavailable ? " UNAVAILABLE" : "")}");
            }

            return [.. answers];
        }

        async Task UntilAsync(HttpStatusCode status)
        {
            using var deadline = new CancellationTokenSource(Patience.Deadline);
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            foreach (var (registry, _) in both)
            {
                while (true)
                {
                    using var answer = await http.GetAsync(new Uri(registry, "/v2/"), deadline.Token);
                    if (answer.StatusCode == status)
                    {
                        break;
                    }

                    await tick.WaitForNextTickAsync(deadline.Token);
                }
            }
        }
    }

    [Fact]
    public async Task TcpAndHttpChecks_AreNamedAsUpstreamNamesThem()
    {
        using var folder = new TempFolder();
        var (address, debug, gone) = (ChildProcess.FreeAddress(), ChildProcess.FreeAddress(), ChildProcess.FreeAddress());
        var uri = $"{gone}ready";
        await using var upstream = await UpstreamProcess.StartAsync(
            address,
            folder,
            $"health: {{ tcp: [ {{ addr: \"{gone.Authority}\", interval: 1s, timeout: 1s }} ], http: [ {{ uri: \"{uri}\", interval: 1s, timeout: 1s }} ] }}",
            $", debug: {{ addr: \"{debug.Authority}\" }}");
        await using var portal = new HealthPortal
        {
            Health = new HealthConfiguration
            {
                Tcp = [new TcpCheckConfiguration(new ListenAddress(gone.Host, gone.Port), TimeSpan.FromSeconds(5), HealthPortal.Quick)],
                Http = [new HttpCheckConfiguration(new Uri(uri), new Dictionary<string, IReadOnlyList<string>>(), 200, TimeSpan.FromSeconds(5), HealthPortal.Quick)],
            },
        };
        await portal.InitializeAsync();
        await Patience.UntilAsync(() => portal.State.Failing.Count == 2 ? "" : null, "both failures");
        using var http = new HttpClient();
        using var deadline = new CancellationTokenSource(Patience.Deadline);

        string[] theirs = [];
        while (theirs.Length < 2)
        {
            theirs = await NamesAsync(debug);
        }

        Assert.Equal(theirs, await NamesAsync(portal.DebugAddress));

        async Task<string[]> NamesAsync(Uri server)
        {
            using var answer = await http.GetAsync(new Uri(server, "/debug/health"), deadline.Token);
            using var json = await RegistryClient.ReadJsonAsync(answer);
            return [.. json.RootElement.EnumerateObject().Select(check => check.Name).Order(StringComparer.Ordinal)];
        }
    }
}
