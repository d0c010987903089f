using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Api;

/// <summary>The API where the registry is set up in other ways: nobody is asked for a name, all are, tokens are another's, a proxy lies before it.</summary>
public sealed class ApiSettingTests
{
    [Fact]
    public async Task WithoutSignIn_AProgramOnTheMachineItselfChanges_AndOneElsewhereReads()
    {
        var portal = new PortalFixture();
        await using var ending = (IAsyncDisposable)portal;
        await portal.InitializeAsync();
        await portal.Client.PushImageAsync("app", "1");
        await portal.Client.PushImageAsync("app", "2");
        using var here = new ApiClient(portal.PortalAddress);
        static void ComeFromElsewhere(HttpRequestMessage request) => request.Headers.Add("X-Forwarded-For", "203.0.113.9");

        using var read = await here.SendAsync(HttpMethod.Get, "repositories/app", change: ComeFromElsewhere);
        using var refused = await here.SendAsync(HttpMethod.Delete, "repositories/app/-/tags/1", change: ComeFromElsewhere);
        using var rebound = await here.SendAsync(HttpMethod.Delete, "repositories/app/-/tags/1", change: request => request.Headers.Host = "evil.example");
        using var page = await here.SendAsync(HttpMethod.Delete, "repositories/app/-/tags/1", change: request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));
        await here.ReadAsync(HttpMethod.Delete, "repositories/app/-/tags/1", status: HttpStatusCode.NoContent);

        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Contains("Nobody is an administrator yet", await ApiClient.AssertProblemAsync(refused, HttpStatusCode.Forbidden, "DENIED"), StringComparison.Ordinal);
        await ApiClient.AssertProblemAsync(rebound, HttpStatusCode.Forbidden, "DENIED");
        await ApiClient.AssertProblemAsync(page, HttpStatusCode.Forbidden, "DENIED");
        Assert.Equal(["2"], await portal.Client.TagsAsync("app"));
    }

    [Fact]
    public async Task WithSignIn_NobodyWithoutANameSeesAnything_ButTheDocument()
    {
        var portal = new PasswordFixture();
        await using var ending = (IAsyncDisposable)portal;
        await portal.InitializeAsync();
        using var guest = new ApiClient(portal.PortalAddress);
        using var ada = new ApiClient(portal.PortalAddress, PasswordFile.User);

        foreach (var path in new[] { "me", "repositories", "repositories/app", "activity", "users" })
        {
            using var answer = await guest.SendAsync(HttpMethod.Get, path);
            await ApiClient.AssertProblemAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        }

        Assert.NotNull((await guest.GetAsync("openapi.json"))["paths"]);
        Assert.Equal(PasswordFile.User, (await ada.GetAsync("me"))["name"]!.GetValue<string>());
    }

    /// <summary>What they allow is said by them alone, and they are the registry's; users of the portal's own come in.</summary>
    [Fact]
    public async Task WithTokensOfAServerElsewhere_TheyMeanNothing_AndUsersOfThePortalComeIn()
    {
        var portal = new ForeignTokenPortal();
        await using var ending = (IAsyncDisposable)portal;
        await portal.InitializeAsync();
        await portal.Get<Accounts>().ChangeAsync(
            store => store.SaveAccountAsync(
                new Account { Name = "owner", Source = AccountSource.Portal, PasswordHash = BCrypt.Net.BCrypt.HashPassword("secret", 4) }, CancellationToken.None),
            CancellationToken.None);
        using var guest = new ApiClient(portal.PortalAddress);
        using var owner = new ApiClient(portal.PortalAddress, "owner", "secret");

        using var bearer = await guest.SendAsync(HttpMethod.Get, "repositories", change: request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "a.b.c"));

        await ApiClient.AssertProblemAsync(bearer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Equal("owner", (await owner.GetAsync("me"))["name"]!.GetValue<string>());
    }

    /// <summary>Where it is refused, too, and before anything is asked: who can change it, and where.</summary>
    [Fact]
    public async Task DeletionOff_IsRefusedWithWhatToDo()
    {
        var portal = new ReadOnlyPortalFixture();
        await using var ending = (IAsyncDisposable)portal;
        await portal.InitializeAsync();
        var digest = await portal.Client.PushImageAsync("app", "1");
        using var here = new ApiClient(portal.PortalAddress);
        const string Told = "an administrator can set storage.delete.enabled to true in the configuration, at /settings/config or by putConfiguration";

        foreach (var (method, path, body) in new[]
        {
            ("DELETE", "repositories/app/-/tags/1", null),
            ("POST", "repositories/app/-/tags/delete", """{"tags":["1"]}"""),
            ("DELETE", $"repositories/app/-/manifests/{digest}", null),
            ("DELETE", "repositories/app", null),
            ("POST", "garbage-collection", """{"dryRun":false,"untagged":true}"""),
        })
        {
            using var answer = await here.SendAsync(new HttpMethod(method), path, body);
            Assert.Contains(Told, await ApiClient.AssertProblemAsync(answer, HttpStatusCode.Forbidden, "UNSUPPORTED"), StringComparison.Ordinal);
        }

        await here.UntilAsync("repositories", list => list["total"]!.GetValue<int>() == 1);
        foreach (var path in new[] { "repositories/app/-/deletion", "repositories/app/-/tags/1/deletion", $"repositories/app/-/manifests/{digest}/deletion", "me" })
        {
            Assert.Contains("storage.delete.enabled", (await here.GetAsync(path))["whyNothingIsDeleted"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        Assert.Equal(["1"], await portal.Client.TagsAsync("app"));
    }

    /// <summary>There is nothing to change, and what is in force is told all the same.</summary>
    [Fact]
    public async Task WithoutAFile_TheConfigurationIsTold_AndNotSaved()
    {
        var portal = new PortalFixture();
        await using var ending = (IAsyncDisposable)portal;
        await portal.InitializeAsync();
        using var here = new ApiClient(portal.PortalAddress);
        static void ComeFromElsewhere(HttpRequestMessage request) => request.Headers.Add("X-Forwarded-For", "203.0.113.9");

        var file = await here.GetAsync("configuration");
        var values = (await here.GetAsync("configuration/effective")).AsArray();
        using var saved = await here.SendAsync(HttpMethod.Put, "configuration", """{"text":"version: 0.1\n","version":""}""");
        using var added = await here.SendAsync(HttpMethod.Post, "webhooks", """{"name":"ci","url":"http://127.0.0.1:1/"}""");
        using var elsewhere = await here.SendAsync(HttpMethod.Get, "configuration", change: ComeFromElsewhere);

        Assert.Null(file["text"]);
        Assert.Contains("without a configuration file", file["whyNothingIsSaved"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains(values, value => value!["key"]!.GetValue<string>() == "log.level" && value["origin"]!.GetValue<string>() == "default");
        Assert.Contains("serve config.yml", await ApiClient.AssertProblemAsync(saved, HttpStatusCode.Conflict, "CONFLICT"), StringComparison.Ordinal);
        await ApiClient.AssertProblemAsync(added, HttpStatusCode.Conflict, "CONFLICT");
        Assert.Contains("no administrator", await ApiClient.AssertProblemAsync(elsewhere, HttpStatusCode.Forbidden, "DENIED"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BelowAPathOfATrustedProxy_AddressesBeginWithIt()
    {
        var portal = new ProxiedPortal();
        await using var ending = (IAsyncDisposable)portal;
        await portal.InitializeAsync();
        await portal.Client.PushImageAsync("app", "1");
        await portal.Client.PushImageAsync("app", "2");
        using var client = new RegistryClient(portal.PortalAddress);
        Task<HttpResponseMessage> GetAsync(string path) => client.SendAsync(HttpMethod.Get, path, change: request =>
        {
            request.Headers.Add("X-Forwarded-Prefix", "/hub");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-Host", "registry.example");
            request.Headers.Add("X-Request-Id", "the-proxys-own");
        });

        using var list = await GetAsync("/api/v1/repositories/app/-/tags?limit=1");
        using var whole = await GetAsync("/hub/api/v1/me");
        using var document = await GetAsync("/api/v1/openapi.json");

        Assert.StartsWith("</hub/api/v1/repositories/app/-/tags?limit=1&next=", list.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
        Assert.Equal("the-proxys-own", list.Headers.GetValues("X-Request-Id").Single());
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        var read = JsonNode.Parse(await document.Content.ReadAsStringAsync())!;
        Assert.Equal("https://registry.example/hub/api/v1", read["servers"]![0]!["url"]!.GetValue<string>());
    }

    private sealed class ProxiedPortal : PortalFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with
        {
            Portal = base.Configuration.Portal with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] },
        };
    }
}
