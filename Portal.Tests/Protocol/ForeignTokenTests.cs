using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Tokens of a server elsewhere (<c>auth.token</c>) as requests bring them, and <c>auth.silly</c>.</summary>
public sealed class ForeignTokenTests(ForeignTokenPortal portal) : IClassFixture<ForeignTokenPortal>
{
    private const string Challenge = $"Bearer realm=\"{ForeignTokenPortal.Realm}\",service=\"{TokenSigner.Service}\"";

    [Theory]
    [InlineData("GET", "/v2/", null)]
    [InlineData("HEAD", "/v2/", null)]
    [InlineData("GET", "/v2/_catalog", "registry:catalog:*")]
    [InlineData("GET", "/v2/team/app/tags/list", "repository:team/app:pull")]
    [InlineData("HEAD", "/v2/team/app/manifests/1", "repository:team/app:pull")]
    [InlineData("PUT", "/v2/team/app/manifests/1", "repository:team/app:pull,push")]
    [InlineData("DELETE", "/v2/team/app/manifests/1", "repository:team/app:delete")]
    [InlineData("POST", "/v2/team/app/blobs/uploads/", "repository:team/app:pull,push")]
    [InlineData("POST", "/v2/team/app/blobs/uploads/?mount=sha256:a&from=team/base", "repository:team/app:pull,push repository:team/base:pull")]
    [InlineData("POST", "/v2/team/app/blobs/uploads/?mount=sha256:a&from=A\"B", "repository:team/app:pull,push")]
    public async Task WithoutToken_IsToldWhereToGetOne_AndForWhat(string method, string path, string? scope)
    {
        using var answer = await portal.Client.SendAsync(new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(Challenge + (scope is null ? "" : $",scope=\"{scope}\""), answer.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>Docker sends what it has for the registry; the token server takes it, and the registry does not.</summary>
    [Fact]
    public async Task Password_IsPassedOver()
    {
        using var answer = await SendAsync(PasswordFile.Basic("ada", "secret"), HttpMethod.Get, "/v2/");

        Assert.Equal(Challenge, answer.Headers.WwwAuthenticate.ToString());
        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("a.b.c")]
    public async Task TokenThatIsNone_IsInvalid(string token)
    {
        using var answer = await portal.Client.SendAsync(
            HttpMethod.Get, "/v2/", change: request => request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}"));

        Assert.Equal(Challenge + ",error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Fact]
    public async Task TokenThatIsGood_AllowsWhatItSays_AndNothingElse()
    {
        await PushAsync("allowed/app");
        var reader = portal.Bearer($"[{ForeignTokenPortal.Access("allowed/app", "pull")}]");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(reader, HttpMethod.Get, "/v2/"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(reader, HttpMethod.Get, "/v2/allowed/app/manifests/1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(reader, HttpMethod.Get, "/v2/allowed/other/manifests/1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(reader, HttpMethod.Get, "/v2/_catalog"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(reader, HttpMethod.Delete, "/v2/allowed/app/manifests/1"));

        using var push = await SendAsync(reader, HttpMethod.Post, "/v2/allowed/app/blobs/uploads/");
        Assert.Equal(Challenge + ",scope=\"repository:allowed/app:pull,push\",error=\"insufficient_scope\"", push.Headers.WwwAuthenticate.ToString());

        using var catalog = await SendAsync(portal.Bearer($"[{ForeignTokenPortal.Access("catalog", "*", "registry")}]"), HttpMethod.Get, "/v2/_catalog");
        Assert.Contains("allowed/app", await catalog.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var cleaner = portal.Bearer($"[{ForeignTokenPortal.Access("allowed/app", "*")}]");
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(cleaner, HttpMethod.Delete, "/v2/allowed/app/manifests/1"));
    }

    [Fact]
    public async Task TokenWithoutAccess_SignsInAlone()
    {
        var nothing = portal.Bearer("[]");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(nothing, HttpMethod.Get, "/v2/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nothing, HttpMethod.Get, "/v2/team/app/tags/list"));
    }

    [Fact]
    public async Task Mount_NeedsPullOnTheOther_ElseItIsAnUpload()
    {
        var digest = await PushAsync("mount/from");
        var both = portal.Bearer($"[{ForeignTokenPortal.Access("mount/from", "pull")},{ForeignTokenPortal.Access("mount/to", "pull,push")}]");
        var one = portal.Bearer($"[{ForeignTokenPortal.Access("mount/to", "pull,push")}]");
        var path = $"/v2/mount/to/blobs/uploads/?mount={digest}&from=mount/from";

        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(one, HttpMethod.Post, path));
        Assert.Equal(HttpStatusCode.Created, await StatusAsync(both, HttpMethod.Post, path));
    }

    [Fact]
    public async Task Event_NamesTheTokensUser()
    {
        using var events = portal.Get<EventStream>().Subscribe(_ => true, 100);

        await PushAsync("event/app");

        Assert.True(events.Events.TryRead(out var pushed));
        Assert.Equal("ada", pushed.Actor.Name);
    }

    [Theory]
    [InlineData("{\"type\":\"repository\",\"class\":\"plugin\",\"name\":\"class/app\",\"actions\":[\"pull\",\"push\"]}", false, true)]
    [InlineData("{\"type\":\"repository(plugin)\",\"name\":\"class/app\",\"actions\":[\"pull\",\"push\"]}", false, true)]
    [InlineData("{\"type\":\"repository\",\"class\":\"image\",\"name\":\"class/app\",\"actions\":[\"pull\",\"push\"]}", true, false)]
    [InlineData("{\"type\":\"repository\",\"name\":\"class/app\",\"actions\":[\"pull\",\"push\"]}", true, false)]
    public async Task Push_NeedsTheClassThatTheTokenNames(string access, bool takesImages, bool takesPlugins)
    {
        await using var classes = new ForeignTokenPortal { Classes = ["image", "plugin"] };
        await classes.InitializeAsync();
        classes.Client.Authorization = classes.Bearer($"[{access}]");

        Assert.Equal(takesImages ? HttpStatusCode.Created : HttpStatusCode.Forbidden, await PutAsync(classes.Client, MediaTypes.OciConfig));
        Assert.Equal(takesPlugins ? HttpStatusCode.Created : HttpStatusCode.Forbidden, await PutAsync(classes.Client, MediaTypes.DockerPluginConfig));
    }

    [Theory]
    [InlineData("", "", "https://registry.test/auth/token/")]
    [InlineData("X-Forwarded-Proto: http", "/t", "http://registry.test/t")]
    [InlineData("X-Forwarded-Host: front.test", "/t", "https://front.test/t")]
    [InlineData("Forwarded: proto=http;host=front.test:8080", "/t", "http://front.test:8080/t")]
    [InlineData("X-Forwarded-Host: a\",x=\"", "/t", "https://registry.test/t")]
    public async Task AutoRedirect_TakesTheHostOfTheRequest(string header, string path, string realm)
    {
        await using var redirecting = new ForeignTokenPortal
        {
            Token = path.Length == 0
                ? new TokenAuthConfiguration { AutoRedirect = true }
                : new TokenAuthConfiguration { AutoRedirect = true, AutoRedirectPath = path },
        };
        await redirecting.InitializeAsync();

        using var answer = await redirecting.Client.SendAsync(HttpMethod.Get, "/v2/", change: request =>
        {
            request.Headers.Host = "registry.test";
            if (header.Split(": ", 2) is [var name, var value])
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        });

        Assert.Equal($"Bearer realm=\"{realm}\",service=\"{TokenSigner.Service}\"", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("Basic YTpi")]
    [InlineData("Bearer x")]
    [InlineData("Whatever")]
    public async Task Silly_LetsAnyHeaderIn_AndAsksForOne(string header)
    {
        await using var silly = new SillyPortal();
        await silly.InitializeAsync();
        using var refused = await silly.Client.GetAsync("/v2/team/app/tags/list");
        using var events = silly.Get<EventStream>().Subscribe(_ => true, 100);

        using var answer = await silly.Client.SendAsync(
            HttpMethod.Post,
            $"/v2/team/app/blobs/uploads/?digest={Digest.Of("a"u8)}",
            "a"u8.ToArray(),
            change: request => request.Headers.TryAddWithoutValidation("Authorization", header));

        Assert.Equal("Bearer realm=\"silly-realm\",service=\"silly-service\",scope=\"repository:team/app:pull\"", refused.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.True(events.Events.TryRead(out var pushed));
        Assert.Equal(("silly", IdentityKind.Silly), (pushed.Actor.Name, pushed.Actor.Identity.Kind));
    }

    private static async Task<HttpStatusCode> PutAsync(RegistryClient client, string configType)
    {
        var config = await client.PushBlobAsync("class/app", "{}"u8.ToArray());
        var manifest = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"{{configType}}","digest":"{{config}}","size":2},"layers":[]}""";
        using var answer = await client.PutManifestAsync("class/app", "1", Encoding.UTF8.GetBytes(manifest), MediaTypes.OciManifest);
        return answer.StatusCode;
    }

    private Task<HttpResponseMessage> SendAsync(AuthenticationHeaderValue token, HttpMethod method, string path)
    {
        return portal.Client.SendAsync(method, path, change: request => request.Headers.Authorization = token);
    }

    private async Task<HttpStatusCode> StatusAsync(AuthenticationHeaderValue token, HttpMethod method, string path)
    {
        using var answer = await SendAsync(token, method, path);
        return answer.StatusCode;
    }

    /// <summary>Pushes an image as ada and tells its layer.</summary>
    private async Task<Digest> PushAsync(string repository)
    {
        using var client = new RegistryClient(portal.RegistryAddress);
        client.Authorization = portal.Bearer($"[{ForeignTokenPortal.Access(repository, "pull,push")}]");
        await client.PushImageAsync(repository, "1");
        return Digest.Of(ImageBuilder.Layer("layer").Content);
    }
}
