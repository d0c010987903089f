using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>The portal's own token server: what it gives to whom, in both forms, and when that ends.</summary>
public sealed class TokenServerTests : IAsyncLifetime
{
    private const string Push = "repository:team/app:pull,push";

    private readonly TokenServerPortal _portal = new();

    private RegistryClient Client => _portal.Client;

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Registry_TellsOfItsOwnTokenServer_AndStillTakesPasswords()
    {
        using var refused = await Client.GetAsync("/v2/team/app/tags/list");
        using var wrong = await _portal.SendAsync(PasswordFile.Basic("bob", "wrong"), "/v2/");
        using var right = await _portal.SendAsync(TokenServerPortal.Bob, "/v2/");

        var realm = $"Bearer realm=\"http://{_portal.RegistryAddress.Authority}/auth/token\",service=\"registry-portal\"";
        Assert.Equal(realm + ",scope=\"repository:team/app:pull\"", refused.Headers.WwwAuthenticate.ToString());
        Assert.Equal((HttpStatusCode.Unauthorized, realm), (wrong.StatusCode, wrong.Headers.WwwAuthenticate.ToString()));
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
    }

    [Fact]
    public async Task Get_WithAPassword_IsATokenThatWorks()
    {
        using var answer = await _portal.GetTokenAsync(TokenServerPortal.Bob, $"service=registry-portal&scope={Push}&scope=repository:team/base:pull&account=bob&client_id=docker");
        var token = answer.GetProperty("token").GetString()!;

        Assert.Equal(token, answer.GetProperty("access_token").GetString());
        Assert.Equal(300, answer.GetProperty("expires_in").GetInt32());
        Assert.InRange(answer.GetProperty("issued_at").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow());
        Assert.False(answer.TryGetProperty("refresh_token", out _));
        Assert.Equal(["repository:team/app:pull,push", "repository:team/base:pull"], TokenServerPortal.AccessOf(token));
        Assert.Equal("bob", TokenServerPortal.Claims(token).GetProperty("sub").GetString());
        Assert.Equal("registry-portal", TokenServerPortal.Claims(token).GetProperty("aud").GetString());
        Assert.Equal(_portal.RegistryAddress.Authority, TokenServerPortal.Claims(token).GetProperty("iss").GetString());

        Client.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await Client.PushImageAsync("team/app", "1");
        using var beyond = await Client.SendAsync(HttpMethod.Delete, "/v2/team/app/manifests/1");
        Assert.Equal(HttpStatusCode.Unauthorized, beyond.StatusCode);
        Assert.EndsWith(",scope=\"repository:team/app:delete\",error=\"insufficient_scope\"", beyond.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_WithAPassword_IsTheFormOfOAuth()
    {
        using var answer = await _portal.PostAsync(
            ("grant_type", "password"), ("username", "bob"), ("password", "bobs-password"), ("service", "registry-portal"), ("client_id", "docker"),
            ("scope", $"{Push} registry:catalog:*"), ("access_type", "offline"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        using var json = await RegistryClient.ReadJsonAsync(answer);
        Assert.Equal("Bearer", json.RootElement.GetProperty("token_type").GetString());
        Assert.Equal($"{Push} registry:catalog:*", json.RootElement.GetProperty("scope").GetString());
        Assert.StartsWith("rpr_", json.RootElement.GetProperty("refresh_token").GetString(), StringComparison.Ordinal);
        Assert.False(json.RootElement.TryGetProperty("token", out _));
        Assert.Equal(HttpStatusCode.OK, await _portal.StatusAsync(json.RootElement.GetProperty("access_token").GetString()!, "/v2/_catalog"));
    }

    [Fact]
    public async Task Granted_IsWhatIsAskedForAndAllowed()
    {
        await _portal.SetRulesAsync(Rule("bob", Role.Reader, "team/**"), Rule("bob", Role.Writer, "team/own"), Rule("bob", Role.Maintainer, "team/all"));

        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "repository:team/app:pull,push,delete", "repository:team/app:pull");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "repository:team/own:pull,push,delete", "repository:team/own:pull,push");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "repository:team/own:*", "repository:team/own:pull,push");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "repository:team/all:*", "repository:team/all:*");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "repository(plugin):team/app:pull", "repository(plugin):team/app:pull");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "registry:catalog:*", "registry:catalog:*");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "repository:other/app:pull");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "repository:TEAM/app:pull");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "repository:team/app:push");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "registry:users:*");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "aws:s3:*");
        await _portal.AssertGrantedAsync(TokenServerPortal.Bob, "");
    }

    /// <summary>A token says what was allowed; a rule that is taken away meanwhile counts all the same.</summary>
    [Fact]
    public async Task Granted_ThatIsTakenAway_EndsAtOnce()
    {
        await _portal.SetRulesAsync(Rule("bob", Role.Writer, "team/**"));
        var token = await _portal.TokenAsync(TokenServerPortal.Bob, Push);
        Assert.Equal(HttpStatusCode.NotFound, await _portal.StatusAsync(token, "/v2/team/app/tags/list"));

        await _portal.SetRulesAsync(Rule("bob", Role.Writer, "other/**"));

        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync(token, "/v2/team/app/tags/list"));
    }

    [Fact]
    public async Task Nobody_GetsTheRightsOfAnyone()
    {
        await _portal.SetRulesAsync(new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("public/**")));

        await _portal.AssertGrantedAsync(null, "repository:public/app:pull,push", "repository:public/app:pull");
        await _portal.AssertGrantedAsync(null, "repository:private/app:pull");
        var token = await _portal.TokenAsync(null, "repository:public/app:pull");
        Assert.Equal(HttpStatusCode.OK, await _portal.StatusAsync(token, "/v2/"));
        Assert.Equal(HttpStatusCode.NotFound, await _portal.StatusAsync(token, "/v2/public/app/tags/list"));
        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync(token, "/v2/private/app/tags/list"));
        using var answer = await _portal.GetTokenAsync(null, "offline_token=true");
        Assert.False(answer.TryGetProperty("refresh_token", out _));
    }

    [Theory]
    [InlineData("Basic", "Ym9iOndyb25n")]
    [InlineData("Basic", "bm9ib2R5Ondyb25n")]
    [InlineData("Basic", "!!!")]
    [InlineData("Bearer", "x")]
    public async Task Get_WithWrongCredentials_AsksForAPassword(string scheme, string value)
    {
        using var answer = await _portal.SendAsync(new AuthenticationHeaderValue(scheme, value), $"/auth/token?scope={Push}");

        Assert.Equal("Basic realm=\"Our registry\"", answer.Headers.WwwAuthenticate.ToString());
        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.Unauthorized, "UNAUTHORIZED");
    }

    [Theory]
    [InlineData("service=other")]
    [InlineData("scope=repository")]
    [InlineData("scope=::")]
    [InlineData("scope=repository::pull")]
    public async Task Get_ThatMakesNoSense_IsRefused(string query)
    {
        using var answer = await _portal.SendAsync(TokenServerPortal.Bob, $"/auth/token?{query}");

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.Forbidden, "DENIED");
    }

    [Theory]
    [InlineData("", "invalid_request")]
    [InlineData("grant_type=magic", "unsupported_grant_type")]
    [InlineData("grant_type=password&username=bob", "invalid_request")]
    [InlineData("grant_type=password&username=bob&password=", "invalid_request")]
    [InlineData("grant_type=password&username=bob&password=wrong", "invalid_grant")]
    [InlineData("grant_type=password&grant_type=password&username=bob&password=bobs-password", "invalid_request")]
    [InlineData("grant_type=password&username=bob&password=bobs-password&scope=x", "invalid_scope")]
    [InlineData("grant_type=password&username=bob&password=bobs-password&service=other", "invalid_request")]
    [InlineData("grant_type=refresh_token", "invalid_request")]
    [InlineData("grant_type=refresh_token&refresh_token=rpr_AAAA", "invalid_grant")]
    [InlineData("grant_type=refresh_token&refresh_token=x", "invalid_grant")]
    public async Task Post_ThatIsRefused_SaysSoInTheFormOfOAuth(string form, string error)
    {
        using var answer = await Client.SendAsync(HttpMethod.Post, "/auth/token", Encoding.UTF8.GetBytes(form), "application/x-www-form-urlencoded");

        await TokenServerPortal.AssertOAuthErrorAsync(answer, error);
    }

    [Fact]
    public async Task Post_OfAnotherOrTooLongBody_IsRefused()
    {
        using var json = await Client.SendAsync(HttpMethod.Post, "/auth/token", "{}"u8.ToArray(), "application/json");
        using var tooLong = await Client.SendAsync(HttpMethod.Post, "/auth/token", new byte[40_000], "application/x-www-form-urlencoded");

        await TokenServerPortal.AssertOAuthErrorAsync(json, "invalid_request");
        await TokenServerPortal.AssertOAuthErrorAsync(tooLong, "invalid_request");
    }

    [Fact]
    public async Task Guessing_IsHeldUp_InBothForms()
    {
        for (var round = 0; round < 11; round++)
        {
            using var _ = await _portal.SendAsync(PasswordFile.Basic("bob", $"guess {round}"), "/auth/token");
        }

        using var get = await UntilRefusedAsync(() => _portal.SendAsync(PasswordFile.Basic("bob", "guess"), "/auth/token"));
        using var post = await UntilRefusedAsync(() => _portal.PostAsync(("grant_type", "password"), ("username", "bob"), ("password", "guess")));

        await RegistryClient.AssertErrorAsync(get, HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        Assert.Equal(HttpStatusCode.TooManyRequests, post.StatusCode);
        Assert.All([get, post], answer => Assert.NotNull(answer.Headers.RetryAfter?.Delta));

        // One that comes when its second is over is looked at, and the next one has to wait twice as long.
        async Task<HttpResponseMessage> UntilRefusedAsync(Func<Task<HttpResponseMessage>> guess)
        {
            var answer = await guess();
            for (var more = 0; more < 5 && answer.StatusCode is not HttpStatusCode.TooManyRequests; more++)
            {
                answer.Dispose();
                answer = await guess();
            }

            return answer;
        }
    }

    /// <summary>With the names of users; another name may be a password in the wrong field.</summary>
    [Fact]
    public async Task FailedRequests_AreInTheAuditTrail()
    {
        using var _ = await _portal.SendAsync(PasswordFile.Basic("mallory", "guess"), "/auth/token");
        using var __ = await _portal.PostAsync(("grant_type", "password"), ("username", "bob"), ("password", "guess"));
        IReadOnlyList<AuditEntry> found = [];
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (found.Count < 2)
        {
            await tick.WaitForNextTickAsync(deadline.Token);
            found = (await _portal.Get<AuditStore>().FindAsync(new AuditQuery { Action = AuditAction.SignInFailed }, deadline.Token)).Items;
        }

        Assert.Equal(["bob", null], found.Select(entry => entry.Actor));
        Assert.All(found, entry => Assert.Equal("127.0.0.1", entry.Address));
        Assert.All(found, entry => Assert.DoesNotContain("guess", $"{entry.Detail}", StringComparison.Ordinal));
        Assert.All(found, entry => Assert.DoesNotContain("mallory", $"{entry.Target}{entry.Detail}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("PUT", "/auth/token", "GET, HEAD, POST")]
    [InlineData("DELETE", "/auth/token", "GET, HEAD, POST")]
    [InlineData("POST", "/auth/keys", "GET, HEAD")]
    public async Task OtherMethods_AreNotTaken(string method, string path, string allowed)
    {
        using var answer = await Client.SendAsync(new HttpMethod(method), path, []);

        await RegistryClient.AssertErrorAsync(answer, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task WithAPrefix_ItLiesBelowIt()
    {
        await using var nested = new TokenServerPortal { Prefix = "/nested/registry/" };
        await nested.InitializeAsync();

        using var refused = await nested.Client.GetAsync("/nested/registry/v2/");
        using var token = await nested.Client.GetAsync("/nested/registry/auth/token");
        using var outside = await nested.Client.GetAsync("/auth/token");

        Assert.StartsWith($"Bearer realm=\"http://{nested.RegistryAddress.Authority}/nested/registry/auth/token\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
    }

    [Fact]
    public async Task WithoutIt_ThereIsNoSuchAddress()
    {
        await using var plain = new PortalFixture();
        await plain.InitializeAsync();
        using var token = await plain.Client.GetAsync("/auth/token");
        using var keys = await plain.Client.GetAsync("/auth/keys");

        Assert.All([token, keys], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
        Assert.False(File.Exists(Path.Combine(plain.Root, "token-keys.json")));
    }

    private static AccessRule Rule(string user, Role role, string pattern) => new(SubjectKind.User, user, role, RepositoryPattern.Parse(pattern));
}
