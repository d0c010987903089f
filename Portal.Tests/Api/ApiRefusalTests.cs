using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Portal.Registry.Auth;
using Portal.Tests.Fixtures;
using Portal.Web.Api;
using Portal.Web.SignIn;

namespace Portal.Tests.Api;

/// <summary>What the API refuses, and how: bad values, hostile ones, wrong addresses, other sites' pages.</summary>
public sealed class ApiRefusalTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    private static readonly HttpMethod[] Changing = [HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete];

    [Theory]
    [InlineData("repositories?limit=0", "limit is \"0\"")]
    [InlineData("repositories?limit=-1", "limit is \"-1\"")]
    [InlineData("repositories?limit=1001", "limit is \"1001\"")]
    [InlineData("repositories?limit=99999999999999999999", "1 to 1000")]
    [InlineData("repositories?limit=1&limit=2", "limit is \"1, 2\"")]
    [InlineData("repositories?limt=1", "no parameter \"limt\" here: there are q, in, platform, kind, minSize, maxSize, pushedFrom, pushedUntil, pulled, unsigned, untagged, sort, descending, limit, next")]
    [InlineData("me?x=1", "this address takes none")]
    [InlineData("repositories?sort=colour", "one of name, size, tags, lastPush")]
    [InlineData("repositories?sort=1", "sort is \"1\"")]
    [InlineData("repositories?descending=yes", "true or false")]
    [InlineData("repositories?next=xyz", "next is \"xyz\"")]
    [InlineData("repositories?next=cm93IC01", "next is")]
    [InlineData("repositories?next=%F0%9F%92%A9%00", "next is")]
    [InlineData("activity?from=yesterday", "from is \"yesterday\"")]
    [InlineData("activity?until=9999-12-31", "until is \"9999-12-31\"")]
    [InlineData("webhooks/hook/deliveries/one", "\"one\" in the address is no number")]
    [InlineData("webhooks/hook/deliveries/-1", "\"-1\" in the address is no number")]
    [InlineData("permissions/explanation", "the parameter repository is needed")]
    [InlineData("repositories?pulled=-3d", "30d, not-30d, or never")]
    [InlineData("repositories?minSize=much", "a number of bytes")]
    [InlineData("repositories?pushedFrom=soon", "pushedFrom is \"soon\"")]
    [InlineData("compare?b=team/app:1.0", "the parameter a is needed")]
    [InlineData("compare?a=UPPER&b=team/app:1.0", "repository:tag or repository@digest")]
    [InlineData("registries/elsewhere/repositories?next=cm93IDE", "next is \"cm93IDE\"")]
    [InlineData("registries/elsewhere/repositories?q=app&next=YWZ0ZXIgYQ", "q and next are both given")]
    [InlineData("repositories/team/none/-/manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/files?sort=colour", "sort is \"colour\"")]
    [InlineData("repositories/team/none/-/manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/files?q=a&limit=0", "limit is \"0\"")]
    [InlineData("repositories/team/none/-/manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/files?q=a&descending=1", "descending is \"1\"")]
    [InlineData("repositories/team/none/-/manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/files?next=x", "next is \"x\"")]
    [InlineData("repositories/team/none/-/manifests/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855/files/content?path=a&layer=0", "layer is \"0\"")]
    public async Task Value_ThatCannotBeMeant_Is400_AndNamed(string path, string told)
    {
        using var ada = portal.As(ApiPortal.Administrator);

        using var answer = await ada.SendAsync(HttpMethod.Get, path);

        Assert.Contains(told, await ApiClient.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("repositories/UPPER", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("repositories/a%20b", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("repositories/%FF%FE", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("repositories/a/%2E%2E%2Fb", HttpStatusCode.BadRequest, "NAME_INVALID")]
    [InlineData("repositories/team/app/-/tags/no%20tag", HttpStatusCode.BadRequest, "TAG_INVALID")]
    [InlineData("repositories/team/app/-/manifests/sha256:short", HttpStatusCode.BadRequest, "DIGEST_INVALID")]
    [InlineData("repositories/team//app", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("repositories/team/app/", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("repositories/-/tags", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("repositories/team/app/-/nothing", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("repositories/team/none", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("repositories/team/none/-/tags", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("nothing", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("", HttpStatusCode.NotFound, "NOT_FOUND")]
    [InlineData("../v2/me", HttpStatusCode.NotFound, "NOT_FOUND")]
    public async Task Address_ThatNamesNothing_IsAProblem(string path, HttpStatusCode status, string code)
    {
        using var ada = portal.As(ApiPortal.Administrator);

        using var answer = await ada.SendAsync(HttpMethod.Get, path);

        await ApiClient.AssertProblemAsync(answer, status, code);
    }

    [Fact]
    public async Task Method_ThatAnAddressDoesNotTake_Is405_WithWhatItTakes()
    {
        using var ada = portal.As(ApiPortal.Administrator);

        using var put = await ada.SendAsync(HttpMethod.Put, "repositories/team/app/-/tags/1.0");
        using var post = await ada.SendAsync(HttpMethod.Post, "openapi.json");
        using var options = await ada.SendAsync(HttpMethod.Options, "users");

        await ApiClient.AssertProblemAsync(put, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        Assert.Equal(["DELETE", "GET", "HEAD", "OPTIONS"], put.Content.Headers.Allow.Order());
        Assert.Equal(["GET", "HEAD", "OPTIONS"], post.Content.Headers.Allow.Order());
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], options.Content.Headers.Allow.Order());
        Assert.DoesNotContain(options.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "INVALID")]
    [InlineData("null", HttpStatusCode.BadRequest, "INVALID")]
    [InlineData("[]", HttpStatusCode.BadRequest, "INVALID")]
    [InlineData("{}", HttpStatusCode.BadRequest, "INVALID")]
    [InlineData("{\"nmae\":\"x\"}", HttpStatusCode.BadRequest, "INVALID")]
    [InlineData("{\"name\":1}", HttpStatusCode.BadRequest, "INVALID")]
    [InlineData("{\"name\":\"a:b\",\"isRobot\":true}", HttpStatusCode.Conflict, "CONFLICT")]
    public async Task Body_ThatIsNotWhatIsAsked_IsAProblem(string json, HttpStatusCode status, string code)
    {
        using var ada = portal.As(ApiPortal.Administrator);

        using var answer = await ada.SendAsync(HttpMethod.Post, "users", json);

        await ApiClient.AssertProblemAsync(answer, status, code);
    }

    /// <summary>Each field of each example in turn; where null may stand for nothing, what is done with it is another test's.</summary>
    [Fact]
    public async Task Body_WithNullForAFieldThatIsNeeded_Is400_AndTheFieldNamed()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        var asked = 0;
        foreach (var operation in portal.Get<ApiRoutes>().Operations.Where(operation => operation.Body is not null))
        {
            foreach (var field in operation.Body!.Properties.Where(field => !field.IsSetNullable || field.IsRequired))
            {
                var body = JsonNode.Parse(operation.Example!)!.AsObject();
                body[field.Name] = null;
                var path = ApiExample.PathOf(operation, new Dictionary<string, string> { ["digest"] = $"{portal.Image}", ["id"] = "1" });
                using var answer = await ada.SendAsync(new HttpMethod(operation.Method), path, body.ToJsonString());

                var detail = await ApiClient.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "INVALID");
                Assert.Contains($"path $.{field.Name}:", detail, StringComparison.Ordinal);
                asked++;
            }
        }

        Assert.True(asked >= 8, $"{asked} fields");
    }

    [Theory]
    [InlineData("PUT", "users/rita/password", """{"password":null}""", "password")]
    [InlineData("POST", "users", """{"name":null,"isRobot":true}""", "name")]
    [InlineData("PUT", "permissions", """{"rules":null}""", "rules")]
    [InlineData("PUT", "permissions", """{"rules":[null]}""", "a rule in the body is null")]
    [InlineData("POST", "users/rita/tokens", """{"name":"x","role":"reader","repositories":[null]}""", "repositories")]
    [InlineData("POST", "repositories/team/app/-/tags/delete", """{"tags":[null]}""", "tags")]
    public async Task Body_WithNullWhereSomethingIsNeeded_Is400_AndTheFieldNamed(string method, string path, string body, string field)
    {
        using var ada = portal.As(ApiPortal.Administrator);

        using var answer = await ada.SendAsync(new HttpMethod(method), path, body);

        Assert.Contains(field, await ApiClient.AssertProblemAsync(answer, HttpStatusCode.BadRequest, "INVALID"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_TooDeep_TooLarge_OrNoJson_IsAProblem()
    {
        using var ada = portal.As(ApiPortal.Administrator);

        using var deep = await ada.SendAsync(HttpMethod.Post, "users", $"{{\"name\":{new string('[', 10_000)}");
        using var large = await ada.SendAsync(HttpMethod.Post, "users", $"{{\"name\":\"{new string('x', 70_000)}\"}}");
        using var text = await ada.SendAsync(HttpMethod.Post, "users", """{"name":"x","isRobot":true}""", "text/plain");
        using var form = await ada.SendAsync(HttpMethod.Post, "users", "name=x", "application/x-www-form-urlencoded");
        using var none = await ada.SendAsync(HttpMethod.Post, "users");

        await ApiClient.AssertProblemAsync(deep, HttpStatusCode.BadRequest, "INVALID");
        Assert.Contains("64 KiB", await ApiClient.AssertProblemAsync(large, HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID"), StringComparison.Ordinal);
        await ApiClient.AssertProblemAsync(text, HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
        await ApiClient.AssertProblemAsync(form, HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
        await ApiClient.AssertProblemAsync(none, HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE");
    }

    /// <summary>The server answers before the body is sent, and may hang up on who goes on sending.</summary>
    [Fact]
    public async Task Body_OfTenMegabytes_IsNotTaken()
    {
        var credentials = PasswordFile.Basic(ApiPortal.Administrator, PasswordFile.Password);
        using var request = new TcpClient();
        await request.ConnectAsync(portal.PortalAddress.Host, portal.PortalAddress.Port);
        var head = $"POST /api/v1/users HTTP/1.1\r\nHost: x\r\nAuthorization: {credentials}\r\nContent-Type: application/json\r\nContent-Length: 10485760\r\n\r\n";
        await request.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));

        using var reader = new StreamReader(request.GetStream());
        Assert.StartsWith("HTTP/1.1 413 ", await reader.ReadLineAsync().WaitAsync(Patience.Deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_Reads_AndChangesNothing()
    {
        var secret = await portal.Get<Sessions>().StartAsync(ApiPortal.Administrator, IPAddress.Loopback, "a test", null, null, CancellationToken.None);
        using var browser = portal.As(null);
        void Bring(HttpRequestMessage request) => request.Headers.Add("Cookie", $"{SessionCookie.Name}={secret}");

        using var reads = await browser.SendAsync(HttpMethod.Get, "users", change: Bring);
        using var deletes = await browser.SendAsync(HttpMethod.Delete, "repositories/app/-/tags/1.0", change: Bring);
        using var posts = await browser.SendAsync(HttpMethod.Post, "webhooks/hook/pause", change: Bring);
        using var adds = await browser.SendAsync(HttpMethod.Post, "users", """{"name":"evil","isRobot":true}""", change: Bring);

        Assert.Equal(HttpStatusCode.OK, reads.StatusCode);
        await ApiClient.AssertProblemAsync(deletes, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        await ApiClient.AssertProblemAsync(posts, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        await ApiClient.AssertProblemAsync(adds, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Equal(["1.0"], await portal.Client.TagsAsync("app"));
    }

    /// <summary>A browser may remember Basic credentials and send them with what another site's page asks for.</summary>
    [Fact]
    public async Task Change_ThatAnotherSitesPageAsksFor_IsRefused_WhateverItBrings()
    {
        using var ada = portal.As(ApiPortal.Administrator);
        foreach (var method in Changing)
        {
            using var fetched = await ada.SendAsync(method, PathFor(method), change: request => request.Headers.Add("Sec-Fetch-Site", "cross-site"));
            using var sameSite = await ada.SendAsync(method, PathFor(method), change: request => request.Headers.Add("Sec-Fetch-Site", "same-site"));
            using var old = await ada.SendAsync(method, PathFor(method), change: request => request.Headers.Add("Origin", "http://evil.example"));
            using var sandboxed = await ada.SendAsync(method, PathFor(method), change: request => request.Headers.Add("Origin", "null"));

            await ApiClient.AssertProblemAsync(fetched, HttpStatusCode.Forbidden, "DENIED");
            await ApiClient.AssertProblemAsync(sameSite, HttpStatusCode.Forbidden, "DENIED");
            await ApiClient.AssertProblemAsync(old, HttpStatusCode.Forbidden, "DENIED");
            await ApiClient.AssertProblemAsync(sandboxed, HttpStatusCode.Forbidden, "DENIED");
        }

        using var own = await ada.SendAsync(
            HttpMethod.Post, "webhooks/hook/resume", change: request => request.Headers.Add("Origin", portal.PortalAddress.GetLeftPart(UriPartial.Authority)));
        Assert.Equal(HttpStatusCode.NoContent, own.StatusCode);

        static string PathFor(HttpMethod method) => method.Method switch
        {
            "POST" => "webhooks/hook/pause",
            "PUT" => "users/rita/password",
            _ => "repositories/team/app/-/tags/1.0",
        };
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Bearer abc")]
    [InlineData("Basic cml0YTp3cm9uZw==")]
    public async Task Credentials_ThatProveNothing_Are401_EvenWhereGuestsMayRead(string header)
    {
        using var guest = portal.As(null);

        using var answer = await guest.SendAsync(HttpMethod.Get, "repositories/app", change: request => request.Headers.TryAddWithoutValidation("Authorization", header));

        await ApiClient.AssertProblemAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Guest_SeesWhatGuestsSee()
    {
        using var guest = portal.As(null);

        var me = await guest.GetAsync("me");
        var seen = await guest.GetAsync("repositories");
        await guest.ReadAsync(HttpMethod.Get, "repositories/team/app", status: HttpStatusCode.NotFound);
        await guest.ReadAsync(HttpMethod.Get, "users", status: HttpStatusCode.Unauthorized);

        Assert.Equal("anonymous", me["credentials"]!.GetValue<string>());
        Assert.Equal("app", Assert.Single(seen["items"]!.AsArray())!["name"]!.GetValue<string>());
    }

    /// <summary>The same counters as the registry's: who guesses here waits there, too.</summary>
    [Fact]
    public async Task Guesses_AreSlowedDown()
    {
        using var guest = portal.As(null);
        HttpResponseMessage? last = null;

        // Until the wait is long enough for another request within it.
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!(last?.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(4)))
        {
            last?.Dispose();
            last = await guest.SendAsync(HttpMethod.Get, "me", change: request => request.Headers.Authorization = PasswordFile.Basic("nobody", "guess"));
            deadline.Token.ThrowIfCancellationRequested();
        }

        await ApiClient.AssertProblemAsync(last!, HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        Assert.True(last!.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        using var registry = await portal.Client.SendAsync(HttpMethod.Get, "/v2/", change: request => request.Headers.Authorization = PasswordFile.Basic("nobody", "another"));
        Assert.Equal(HttpStatusCode.TooManyRequests, registry.StatusCode);
        last.Dispose();
    }

    [Fact]
    public async Task RegistrysListener_HasNoApi()
    {
        using var answer = await portal.Client.GetAsync("/api/v1/me");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
