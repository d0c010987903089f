using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>When tokens of the portal's own end, what a refresh token is good for, and who else believes them.</summary>
public sealed class TokenLifetimeTests : IAsyncLifetime
{
    private const string Push = "repository:team/app:pull,push";

    private readonly TokenServerPortal _portal = new();

    private RegistryClient Client => _portal.Client;

    public ValueTask InitializeAsync() => _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task RefreshToken_GetsTokens_UntilThePasswordChanges()
    {
        using var login = await _portal.GetTokenAsync(TokenServerPortal.Bob, "offline_token=true");
        var refresh = login.GetProperty("refresh_token").GetString()!;
        Assert.Equal(Push, Assert.Single(TokenServerPortal.AccessOf(await _portal.RefreshAsync(refresh, Push))));
        Assert.Equal(HttpStatusCode.NotFound, await _portal.StatusAsync(await _portal.RefreshAsync(refresh, Push), "/v2/team/app/tags/list"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await _portal.SendAsync(new AuthenticationHeaderValue("Bearer", refresh), "/v2/")).StatusCode);

        await File.WriteAllTextAsync(_portal.Htpasswd, PasswordFile.Line("bob", "another-one"), TestContext.Current.CancellationToken);

        await _portal.AssertEndedAsync(refresh);
    }

    [Fact]
    public async Task RefreshToken_GrantsNoMoreThanTheRulesOfNow()
    {
        using var login = await _portal.GetTokenAsync(TokenServerPortal.Bob, "offline_token=true");
        await _portal.SetRulesAsync(Rule("bob", Role.Reader, "team/**"));

        Assert.Equal("repository:team/app:pull", Assert.Single(TokenServerPortal.AccessOf(await _portal.RefreshAsync(login.GetProperty("refresh_token").GetString()!, Push))));
    }

    [Fact]
    public async Task RefreshToken_OfAnotherKey_IsNone()
    {
        using var login = await _portal.GetTokenAsync(TokenServerPortal.Bob, "offline_token=true");
        var bytes = Base64Url.DecodeFromChars(login.GetProperty("refresh_token").GetString()!.AsSpan(4));
        for (var index = 0; index < bytes.Length; index += 5)
        {
            bytes[index] ^= 1;
            await _portal.AssertEndedAsync("rpr_" + Base64Url.EncodeToString(bytes));
            bytes[index] ^= 1;
        }

        Assert.Equal(Push, Assert.Single(TokenServerPortal.AccessOf(await _portal.RefreshAsync("rpr_" + Base64Url.EncodeToString(bytes), Push))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task User_WhoIsDisabledOrSignedOut_HasNoTokensFromThenOn(bool isDisabled)
    {
        var token = await _portal.TokenAsync(TokenServerPortal.Bob, Push);
        using var login = await _portal.GetTokenAsync(TokenServerPortal.Bob, "offline_token=true");
        Assert.Equal(HttpStatusCode.OK, await _portal.StatusAsync(token, "/v2/"));

        await _portal.ChangeAsync(store => store.SaveAccountAsync(
            new Account { Name = "bob", IsDisabled = isDisabled, ValidFrom = isDisabled ? default : TimeProvider.System.GetUtcNow() }, CancellationToken.None));

        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync(token, "/v2/"));
        await _portal.AssertEndedAsync(login.GetProperty("refresh_token").GetString()!);
        using var again = await _portal.SendAsync(TokenServerPortal.Bob, "/auth/token");
        Assert.Equal(isDisabled ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task User_WhoIsGone_HasNoTokens()
    {
        var token = await _portal.TokenAsync(TokenServerPortal.Bob, Push);

        await File.WriteAllTextAsync(_portal.Htpasswd, PasswordFile.Line("ada", "x"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync(token, "/v2/"));
    }

    /// <summary>What is remembered of a user, when it pulled last say, makes it no user.</summary>
    [Fact]
    public async Task User_WhoIsGone_AndRemembered_HasNoTokens()
    {
        await _portal.Get<Accounts>().ChangeAsync(
            store => store.SaveAccountAsync(new Account { Name = "bob", Source = AccountSource.Htpasswd }, CancellationToken.None), CancellationToken.None);
        var token = await _portal.TokenAsync(TokenServerPortal.Bob, Push);
        Assert.Equal(HttpStatusCode.OK, await _portal.StatusAsync(token, "/v2/"));

        await File.WriteAllTextAsync(_portal.Htpasswd, PasswordFile.Line("somebody-else", "x"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync(token, "/v2/"));
    }

    [Fact]
    public async Task AccessToken_BoundsWhatIsGotByIt_AndEndsItWhenItIsRevoked()
    {
        var id = await AddAccessTokenAsync("rpt_secret", Role.Reader, "team/app");
        var robot = PasswordFile.Basic("bob", "rpt_secret");
        await _portal.AssertGrantedAsync(robot, Push, "repository:team/app:pull");
        await _portal.AssertGrantedAsync(robot, "repository:team/other:pull");
        var token = await _portal.TokenAsync(robot, Push);
        using var login = await _portal.GetTokenAsync(robot, "offline_token=true");
        var refresh = login.GetProperty("refresh_token").GetString()!;
        Assert.Equal("repository:team/app:pull", Assert.Single(TokenServerPortal.AccessOf(await _portal.RefreshAsync(refresh, Push))));
        Assert.Equal(HttpStatusCode.NotFound, await _portal.StatusAsync(token, "/v2/team/app/tags/list"));

        // One by a password is not held back by it.
        var own = await _portal.TokenAsync(TokenServerPortal.Bob, Push);
        await _portal.ChangeAsync(store => store.DeleteTokenAsync(id, CancellationToken.None));

        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync(token, "/v2/"));
        Assert.Equal(HttpStatusCode.OK, await _portal.StatusAsync(own, "/v2/"));
        await _portal.AssertEndedAsync(refresh);
        Assert.Equal(HttpStatusCode.Unauthorized, (await _portal.SendAsync(robot, "/auth/token")).StatusCode);
    }

    [Fact]
    public async Task TokenOfSomebodyElse_IsInvalid()
    {
        var attacker = new TokenSigner("ES256");
        var real = (await _portal.TokenAsync(TokenServerPortal.Bob, Push)).Split('.');
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(real[0])).RootElement;
        var claims = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(real[1])).Replace("\"bob\"", "\"ada\"", StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync($"{real[0]}.{TokenSigner.Encode(claims)}.{real[2]}", "/v2/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync(attacker.Sign(header.GetRawText(), claims), "/v2/"));
        Assert.Equal(HttpStatusCode.Unauthorized, await _portal.StatusAsync(attacker.Sign($$"""{"alg":"ES256","jwk":{{attacker.Jwk().ToJsonString()}}}""", claims), "/v2/"));
    }

    [Fact]
    public async Task Keys_AreForTheirOwnerAlone_AndOutliveARestart()
    {
        var token = await _portal.TokenAsync(TokenServerPortal.Bob, Push);
        using var keys = await Client.GetAsync("/auth/keys");
        using var set = await RegistryClient.ReadJsonAsync(keys);
        Assert.Equal(2, set.RootElement.GetProperty("keys").GetArrayLength());
        Assert.DoesNotContain("\"d\"", set.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(_portal.Root, "token-keys.json")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));

        await _portal.RestartAsync();

        Assert.Equal(HttpStatusCode.OK, await _portal.StatusAsync(token, "/v2/"));
    }

    /// <summary>Another portal, which knows the keys by their file alone.</summary>
    [Fact]
    public async Task AnotherRegistry_TrustsItsTokens_ByKeysOrByCertificate()
    {
        using var keys = await Client.GetAsync("/auth/keys");
        var path = Path.Combine(_portal.Root, "jwks.json");
        await File.WriteAllBytesAsync(path, await keys.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var token = await _portal.TokenAsync(TokenServerPortal.Bob, Push);
        foreach (var (jwks, bundle) in new (string?, string?)[] { (path, null), (null, Path.Combine(_portal.Root, "token-keys.crt")) })
        {
            await using var other = new TrustingPortal(new TokenAuthConfiguration
            {
                Realm = "http://" + _portal.RegistryAddress.Authority + "/auth/token",
                Service = "registry-portal",
                Issuer = _portal.RegistryAddress.Authority,
                Jwks = jwks,
                RootCertBundle = bundle,
            });
            await other.InitializeAsync();

            other.Client.Authorization = new AuthenticationHeaderValue("Bearer", token);

            await other.Client.PushImageAsync("team/app", "1");
        }
    }

    private static AccessRule Rule(string user, Role role, string pattern) => new(SubjectKind.User, user, role, RepositoryPattern.Parse(pattern));

    private async Task<long> AddAccessTokenAsync(string secret, Role role, string pattern)
    {
        long id = 0;
        await _portal.ChangeAsync(async store =>
        {
            await store.SaveAccountAsync(new Account { Name = "bob" }, CancellationToken.None);
            var token = await store.AddTokenAsync(
                new AccessToken
                {
                    User = "bob",
                    Name = "ci",
                    Hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret)),
                    Role = role,
                    Patterns = [RepositoryPattern.Parse(pattern)],
                },
                CancellationToken.None);
            id = token.Id;
        });
        return id;
    }

    private sealed class TrustingPortal(TokenAuthConfiguration token) : PortalFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with { Auth = new AuthConfiguration { Token = token } };
    }
}
