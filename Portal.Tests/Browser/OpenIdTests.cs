using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Browser;

/// <summary>Sign-in through a server that speaks OpenID Connect.</summary>
public sealed class OpenIdTests : IClassFixture<OpenIdWorld>
{
    private readonly OpenIdWorld _world;

    public OpenIdTests(OpenIdWorld world)
    {
        _world = world;
        (Server.Name, Server.Groups, Server.TellsGroupsLater, Server.SignsWithAnotherKey, Server.Forge) = ("grace", [], false, false, (_, _) => { });
    }

    private OpenIdServer Server => _world.Server;

    private ChromiumFixture Portal => _world.Portal;

    public static TheoryData<string, Action<JsonObject, JsonObject>> Forgeries => new()
    {
        { "another nonce", (_, claims) => claims["nonce"] = "guessed" },
        { "no nonce", (_, claims) => claims.Remove("nonce") },
        { "for another", (_, claims) => claims["aud"] = "another-client" },
        { "by another", (_, claims) => claims["iss"] = "https://evil.example/" },
        { "expired", (_, claims) => claims["exp"] = 1_700_000_000 },
        { "unsigned", (header, _) => header["alg"] = "none" },
        { "signed with the secret", (header, _) => header["alg"] = "HS256" },
    };

    [Fact]
    public async Task Browser_ComesInByTheButton_AndOutByTheMenu()
    {
        var (page, _) = await Portal.OpenAsync("/?q=nothing");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("No repository has “nothing”");
        await page.LiveAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Menu of grace" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "My account" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Configuration" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

        await Assertions.Expect(page.GetByLabel("Password")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SignIn_RemembersTheGroups_AsTheyAreNow(bool later)
    {
        Server.TellsGroupsLater = later;
        Server.Groups = ["ops", "devs"];
        using var browser = new PageBrowser(Portal.PortalAddress);

        Assert.Equal("/r/team/app?q=1", await ComeAsync(browser, "r/team/app?q=1"));

        var account = Portal.Get<Accounts>().Current.Find("grace")!;
        Assert.Equal(AccountSource.OpenId, account.Source);
        Assert.Equal(["devs", "ops"], account.Groups.Order());
        Assert.Contains("settings/users", await browser.ReadAsync("/"), StringComparison.Ordinal);

        Server.Groups = [];
        await ComeAsync(browser);
        Assert.Empty(Portal.Get<Accounts>().Current.Find("grace")!.Groups);
        Assert.DoesNotContain("settings/users", await browser.ReadAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameOfTheRegistrysOwnUser_IsNotTakenOver()
    {
        Server.Name = PasswordFile.User;
        Server.Groups = ["ops"];
        using var browser = new PageBrowser(Portal.PortalAddress);

        Assert.Equal("/signin?problem=taken", await ComeAsync(browser));

        Assert.Null(browser.Session);
        Assert.DoesNotContain("ops", Portal.Get<Accounts>().Current.Find(PasswordFile.User)?.Groups ?? []);
        Assert.Contains("has your name", await browser.ReadAsync("/signin?problem=taken"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DisabledUser_StaysOutside()
    {
        Server.Name = "dora";
        using var browser = new PageBrowser(Portal.PortalAddress);
        await ComeAsync(browser);
        var accounts = Portal.Get<Accounts>();
        await accounts.ChangeAsync(
            store => store.SaveAccountAsync(accounts.Current.Find("dora")! with { IsDisabled = true }, CancellationToken.None), CancellationToken.None);

        Assert.Equal("/signin?problem=disabled", await ComeAsync(browser));
        using var page = await browser.GetAsync("/");
        Assert.Equal(HttpStatusCode.Found, page.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    public async Task NameThatCannotBeUsed_IsRefused(string name)
    {
        Server.Name = name;
        using var browser = new PageBrowser(Portal.PortalAddress);

        Assert.Equal("/signin?problem=no-name", await ComeAsync(browser));
        Assert.Null(browser.Session);
    }

    [Theory]
    [MemberData(nameof(Forgeries), DisableDiscoveryEnumeration = true)]
    public async Task ForgedToken_IsRefused(string what, Action<JsonObject, JsonObject> forge)
    {
        Server.Forge = forge;
        using var browser = new PageBrowser(Portal.PortalAddress);

        var answer = await ComeAsync(browser);

        Assert.True(answer == "/signin?problem=refused", what);
        Assert.Null(browser.Session);
    }

    [Fact]
    public async Task TokenOfAnotherKey_IsRefused()
    {
        Server.SignsWithAnotherKey = true;
        using var browser = new PageBrowser(Portal.PortalAddress);

        Assert.Equal("/signin?problem=refused", await ComeAsync(browser));
        Assert.Null(browser.Session);
    }

    [Theory]
    [InlineData("/signin/openid/callback")]
    [InlineData("/signin/openid/callback?code=x&state=y")]
    [InlineData("/signin/openid/callback?error=access_denied&state=y")]
    public async Task Callback_OutOfTheBlue_IsRefused(string path)
    {
        using var browser = new PageBrowser(Portal.PortalAddress);

        using var answer = await browser.GetAsync(path);

        Assert.Equal("/signin?problem=refused", answer.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Callback_OfAnotherBrowser_IsRefused()
    {
        using var attacker = new PageBrowser(Portal.PortalAddress);
        using var victim = new PageBrowser(Portal.PortalAddress);
        var callback = await AskAsync(attacker);

        using var answer = await victim.GetAsync(callback.PathAndQuery);

        Assert.Equal("/signin?problem=refused", answer.Headers.Location?.ToString());
        Assert.Null(victim.Session);
    }

    [Fact]
    public async Task BehindAProxy_ComesBackToTheProxysAddress()
    {
        using var browser = new PageBrowser(Portal.PortalAddress);

        using var answer = await browser.GetAsync(
            "/signin/openid", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "hub.example"), ("X-Forwarded-Prefix", "/registry"));

        Assert.Contains(
            $"redirect_uri={Uri.EscapeDataString("https://hub.example/registry/signin/openid/callback")}", answer.Headers.Location?.Query, StringComparison.Ordinal);
        Assert.All(answer.Headers.GetValues("Set-Cookie"), cookie => Assert.Contains("secure", cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ServerThatIsNotThere_IsTold()
    {
        await using var portal = new LonelyPortal();
        await portal.InitializeAsync();
        using var browser = new PageBrowser(portal.PortalAddress);

        using var answer = await browser.GetAsync("/signin/openid");

        Assert.Equal("/signin?problem=unreachable", answer.Headers.Location?.ToString());
    }

    /// <summary>All the way; the address where the portal leads in the end.</summary>
    private static async Task<string?> ComeAsync(PageBrowser browser, string? back = null)
    {
        var callback = await AskAsync(browser, back);
        using var answer = await browser.GetAsync(callback.PathAndQuery);
        return answer.Headers.Location?.ToString();
    }

    /// <summary>To the server and back, as far as the callback.</summary>
    private static async Task<Uri> AskAsync(PageBrowser browser, string? back = null)
    {
        using var asked = await browser.GetAsync($"/signin/openid?returnUrl={Uri.EscapeDataString(back ?? "")}");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await http.GetAsync(asked.Headers.Location);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer.Headers.Location!;
    }

    private sealed class LonelyPortal : PortalFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with
        {
            Portal = base.Configuration.Portal with { OpenId = new OpenIdConfiguration { Issuer = new Uri("http://127.0.0.1:1/"), ClientId = "x" } },
        };
    }
}
