using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Health;
using Portal.Registry.Observability;
using Portal.Storage.History;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The <c>health</c> section as clients, orchestrators and administrators see it.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private static readonly Identity Local = Identity.Everyone with { IsAtPages = true, IsLocal = true };

    private readonly HealthPortal _portal = new();
    private readonly HttpClient _http = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _portal.DisposeAsync();
    }

    [Fact]
    public async Task FailingCheck_TakesTheRegistryOutOfService_UntilItHeals()
    {
        var (path, check) = await StartAsync();
        using (var well = await _portal.Client.GetAsync("/v2/"))
        {
            Assert.Equal(HttpStatusCode.OK, well.StatusCode);
        }

        await File.WriteAllTextAsync(path, "");
        await _portal.FailingAsync(path);
        foreach (var address in new[] { "/v2/", "/v2/_catalog", "/v2/team/app/manifests/1.0", "/" })
        {
            using var ill = await _portal.Client.GetAsync(address);
            using var json = await RegistryClient.ReadJsonAsync(ill);
            var error = json.RootElement.GetProperty("errors")[0];
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ill.StatusCode);
            Assert.Equal(("UNAVAILABLE", path), (error.GetProperty("code").GetString(), error.GetProperty("detail").GetProperty("checks").GetString()));
        }

        using (var head = await _portal.Client.SendAsync(HttpMethod.Head, "/v2/"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, head.StatusCode);
        }

        File.Delete(path);
        await _portal.FailingAsync();
        using var healed = await _portal.Client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, healed.StatusCode);
    }

    [Fact]
    public async Task DebugHealth_TellsWhatFailsAndWhy()
    {
        var (path, _) = await StartAsync();
        Assert.Equal((HttpStatusCode.OK, "{}"), await AskAsync(_portal.DebugAddress, "/debug/health"));

        await File.WriteAllTextAsync(path, "");
        await _portal.FailingAsync(path);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, $$"""{"{{path}}":"file exists"}"""), await AskAsync(_portal.DebugAddress, "/debug/health"));
    }

    [Fact]
    public async Task Probes_AnswerOnThePagesListener_ReadyByNamesAlone()
    {
        var (path, _) = await StartAsync();
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok"}"""), await AskAsync(_portal.PortalAddress, "/readyz"));

        await File.WriteAllTextAsync(path, "");
        await _portal.FailingAsync(path);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, $$"""{"status":"failing","failing":["{{path}}"]}"""), await AskAsync(_portal.PortalAddress, "/readyz"));
        Assert.Equal((HttpStatusCode.OK, """{"status":"ok"}"""), await AskAsync(_portal.PortalAddress, "/healthz"));
        using var head = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Head, new Uri(_portal.PortalAddress, "/readyz")));
        using var post = await _http.PostAsync(new Uri(_portal.PortalAddress, "/readyz"), content: null);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.MethodNotAllowed), (head.StatusCode, post.StatusCode));
        using var elsewhere = await _portal.Client.GetAsync("/healthz");
        Assert.NotEqual(HttpStatusCode.OK, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Probes_WithoutTheSection_AreWell()
    {
        await _portal.InitializeAsync();

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(_portal.PortalAddress, "/healthz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(_portal.PortalAddress, "/readyz")).Status);
        Assert.Equal((HttpStatusCode.OK, "{}"), await AskAsync(_portal.DebugAddress, "/debug/health"));
        Assert.False(File.Exists(Path.Combine(_portal.Root, "history.db")));
    }

    [Fact]
    public async Task Ready_WhileTheProcessStops_IsNot_ThoughItIsAlive()
    {
        var probes = new ProbeEndpoint(new HealthState(), () => true);

        Assert.Equal((503, """{"status":"stopping"}"""), await AskAsync("/readyz"));
        Assert.Equal((200, """{"status":"ok"}"""), await AskAsync("/healthz"));

        async Task<(int, string)> AskAsync(string path)
        {
            using var body = new MemoryStream();
            var context = new DefaultHttpContext { Request = { Method = "GET", Path = path }, Response = { Body = body } };
            await probes.InvokeAsync(context);
            return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
        }
    }

    [Fact]
    public async Task Threshold_CountsFailuresInARow_AndOneSuccessHeals()
    {
        var pace = HealthPortal.Quick with { Threshold = 3 };
        var (path, check) = await StartAsync(pace);
        var seen = new List<(int Failures, bool IsFailing)>();
        _portal.State.Changed += () =>
        {
            lock (seen)
            {
                var state = _portal.State.Checks[0];
                seen.Add((state.FailuresInARow, state.IsFailing));
            }
        };

        await File.WriteAllTextAsync(path, "");
        await _portal.FailingAsync(path);
        File.Delete(path);
        await _portal.FailingAsync();

        // It is told a moment after it can be seen.
        await Patience.UntilAsync(
            () =>
            {
                lock (seen)
                {
                    return seen[^1] is (0, false) ? seen : null;
                }
            },
            "the news that it is well");
        lock (seen)
        {
            Assert.Equal([(1, false), (2, false), (3, true)], seen.Where(state => state.Failures > 0).Distinct());
        }
    }

    [Fact]
    public async Task Change_OfTheSection_CountsAtOnce_AndLeavesOtherChecksAlone()
    {
        await _portal.InitializeAsync();
        var (path, check) = _portal.FileCheck();
        await File.WriteAllTextAsync(path, "");

        _portal.Apply(new HealthConfiguration { Files = [check] });
        await _portal.FailingAsync(path);

        var slow = new FileCheckConfiguration(path + ".other", HealthPortal.Quick with { Interval = TimeSpan.FromHours(1) });
        _portal.Apply(new HealthConfiguration { Files = [check, slow] });
        Assert.Equal([path], _portal.State.Failing.Select(failing => failing.Name));
        await _portal.CheckAsync(state => state is { Name: var name, LastRun: not null } && name == slow.File, "the second check");

        _portal.Apply(new HealthConfiguration());
        await _portal.FailingAsync();
        using var answer = await _portal.Client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(_portal.State.Checks);
    }

    [Fact]
    public async Task Names_OfTheSameThingTwice_AreTold_Apart()
    {
        var (path, check) = _portal.FileCheck();
        _portal.Health = new HealthConfiguration { StorageDriver = HealthPortal.Quick, Files = [check, check with { Pace = HealthPortal.Quick with { Threshold = 2 } }] };
        await _portal.InitializeAsync();

        await Patience.UntilAsync(() => _portal.State.Checks.Count > 0 ? "" : null, "the checks");
        Assert.Equal(["storagedriver_filesystem", path, path + " (2)"], _portal.State.Checks.Select(state => state.Name));
    }

    [Fact]
    public async Task History_HasEachChange_AcrossARestart()
    {
        var (path, _) = await StartAsync();
        await File.WriteAllTextAsync(path, "");
        await _portal.FailingAsync(path);
        await ChangesAsync(1);

        await _portal.RestartAsync();
        await _portal.FailingAsync(path);
        await _portal.StopAsync();
        File.Delete(path);
        await _portal.RestartAsync();

        // It healed while nobody looked.
        var changes = await ChangesAsync(2);
        Assert.Equal([(path, true, null), (path, false, "file exists")], changes.Select(change => (change.Check, change.IsHealthy, change.Message?.ToString())));
    }

    [Fact]
    public async Task Report_ForNoAdministrator_IsDenied()
    {
        await StartAsync();
        var stranger = Identity.Everyone with { IsAtPages = true };
        var report = _portal.Get<HealthReport>();

        Assert.Throws<Storage.Oci.OciException>(() => report.Checks(stranger));
        await Assert.ThrowsAsync<Storage.Oci.OciException>(() => report.ChangesAsync(stranger, 0, 10, CancellationToken.None));
        Assert.Single(report.Checks(Local));
    }

    /// <summary>A portal with a check for a file.</summary>
    private async Task<(string Path, FileCheckConfiguration Check)> StartAsync(HealthCheckPace? pace = null)
    {
        var file = _portal.FileCheck(pace);
        _portal.Health = new HealthConfiguration { Files = [file.Check] };
        await _portal.InitializeAsync();
        await _portal.CheckAsync(state => state.LastRun is not null, "the first look");
        return file;
    }

    private async Task<IReadOnlyList<HealthChange>> ChangesAsync(int count)
    {
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (true)
        {
            var found = await _portal.Get<HealthReport>().ChangesAsync(Local, 0, 100, deadline.Token);
            if (found.Items.Count >= count)
            {
                return found.Items;
            }
        }
    }

    private async Task<(HttpStatusCode Status, string Text)> AskAsync(Uri address, string path)
    {
        using var answer = await _http.GetAsync(new Uri(address, path));
        Assert.True(answer.Headers.CacheControl?.NoStore);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
