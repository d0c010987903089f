using System.Net;
using Portal.Registry.Configuration;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>What is left of sessions and forms when the process comes again, and how the first administrator is named.</summary>
public sealed class SignInRestartTests : IAsyncLifetime
{
    private readonly PasswordFixture _portal = new();

    public async ValueTask InitializeAsync() => await _portal.InitializeAsync();

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Restart_KeepsSessionsAndForms()
    {
        using var browser = new PageBrowser(_portal.PortalAddress);
        using var late = new PageBrowser(_portal.PortalAddress);
        using var signedIn = await browser.SignInAsync(PasswordFile.User, PasswordFile.Password);
        var fields = await late.HiddenFieldsAsync("/signin");

        await _portal.RestartAsync();
        browser.Address = late.Address = _portal.PortalAddress;

        using var page = await browser.GetAsync("/");
        using var form = await late.PostAsync("/signin", new(fields) { ["Form.Name"] = PasswordFile.User, ["Form.Password"] = PasswordFile.Password });
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(HttpStatusCode.Found, form.StatusCode);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(_portal.Root, "page-keys")));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_portal.Root, "accounts.db")));
        }
    }

    [Fact]
    public async Task SecureCookie_IsGivenOut_WhereAProxyDoesTls()
    {
        using var browser = new PageBrowser(_portal.PortalAddress);
        (string, string)[] proxy = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "hub.example"), ("X-Forwarded-Prefix", "/hub")];
        using var form = await browser.GetAsync("/signin", proxy);

        // The antiforgery cookie is for https and /hub: this client has to be told to send it.
        var cookie = form.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var fields = await browser.HiddenFieldsAsync("/signin", [.. proxy, ("Cookie", cookie)]);
        using var answer = await browser.PostAsync(
            "/signin?returnUrl=r%2Fapp", new(fields) { ["Form.Name"] = PasswordFile.User, ["Form.Password"] = PasswordFile.Password }, [.. proxy, ("Cookie", cookie)]);

        Assert.Equal("/hub/r/app", answer.Headers.Location?.ToString());
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), set =>
            set.StartsWith("portal-session=", StringComparison.Ordinal) && set.Contains("path=/hub/; secure; samesite=lax; httponly", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SetupLink_NamesTheFirstAdministrator_OnceAndForGood()
    {
        await using var portal = new PortalFixture();
        await portal.InitializeAsync();
        using var browser = new PageBrowser(portal.PortalAddress);
        var link = portal.SetupLink!.PathAndQuery;
        using var wrong = await browser.GetAsync("/setup?code=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        Assert.Contains("This link counts no more", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var shortOne = await browser.SubmitAsync(link, Candidate("short"));
        using var made = await browser.SubmitAsync(link, Candidate("a good password"));
        using var second = new PageBrowser(portal.PortalAddress);
        using var again = await second.GetAsync(link);

        Assert.Contains("fewer than 8", await shortOne.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("/", made.Headers.Location?.ToString());
        Assert.Contains("Signed in as <strong>root", await browser.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains("settings/config", await browser.ReadAsync("/"), StringComparison.Ordinal);
        Assert.Contains("This link counts no more", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("settings/config", await second.ReadAsync("/"), StringComparison.Ordinal);

        await portal.RestartAsync();
        second.Address = portal.PortalAddress;
        Assert.Null(portal.SetupLink);
        using var signedIn = await second.SignInAsync("root", "a good password");
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        using var open = await portal.Client.GetAsync("/v2/");
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task SetupForm_WithoutTheCode_MakesNobody()
    {
        await using var portal = new PortalFixture();
        await portal.InitializeAsync();
        using var browser = new PageBrowser(portal.PortalAddress);
        var fields = await browser.HiddenFieldsAsync(portal.SetupLink!.PathAndQuery);

        using var answer = await browser.PostAsync("/setup", new(fields.Concat(Candidate("a good password"))) { ["Form.Code"] = "guessed" });

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.NotNull(portal.SetupLink);
        Assert.Null(browser.Session);
    }

    [Fact]
    public async Task Administrator_OfTheConfiguration_SignsIn()
    {
        await using var portal = new AdministratedPortal();
        await portal.InitializeAsync();
        using var browser = new PageBrowser(portal.PortalAddress);

        Assert.Null(portal.SetupLink);
        using var before = await browser.GetAsync("/");
        using var signedIn = await browser.SignInAsync("root", "from the environment");

        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(HttpStatusCode.Found, signedIn.StatusCode);
        Assert.Contains("settings/users", await browser.ReadAsync("/"), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Candidate(string password) => new()
    {
        ["Form.Name"] = "root",
        ["Form.Password"] = password,
        ["Form.Again"] = password,
    };

    private sealed class AdministratedPortal : PortalFixture
    {
        protected override RegistryConfiguration Configuration => base.Configuration with
        {
            Portal = base.Configuration.Portal with { Admin = new AdminConfiguration("root", new Secret("from the environment")) },
        };
    }
}
