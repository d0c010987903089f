using System.Net;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Protocol;

/// <summary>Signing in to the pages and out, as a browser does it, and as an attacker would.</summary>
public sealed class SignInTests(PasswordFixture portal) : IClassFixture<PasswordFixture>
{
    private const string User = PasswordFile.User;
    private const string Password = PasswordFile.Password;

    [Theory]
    [InlineData("/")]
    [InlineData("/r/team/app")]
    [InlineData("/settings/config")]
    [InlineData("/no/such/page")]
    public async Task Page_WithoutSession_LeadsToTheSignInAndBack(string path)
    {
        using var browser = Open();

        using var refused = await browser.GetAsync(path);
        using var signedIn = await browser.SignInAsync(User, Password, refused.Headers.Location!.ToString());

        Assert.Equal(HttpStatusCode.Found, refused.StatusCode);
        Assert.StartsWith("/signin", refused.Headers.Location.ToString(), StringComparison.Ordinal);
        Assert.Equal(path, signedIn.Headers.Location?.ToString());
    }

    [Fact]
    public async Task Form_WithoutItsToken_Is400()
    {
        using var browser = Open();
        using var first = await browser.GetAsync("/signin");

        using var answer = await browser.PostAsync("/signin", new() { ["_handler"] = "signin", ["Form.Name"] = User, ["Form.Password"] = Password });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("load the page again", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(browser.Session);
    }

    [Fact]
    public async Task Form_WithTheTokenOfAnotherBrowser_Is400()
    {
        using var browser = Open();
        using var other = Open();
        var fields = await other.HiddenFieldsAsync("/signin");
        using var first = await browser.GetAsync("/signin");

        using var answer = await browser.PostAsync("/signin", new(fields) { ["Form.Name"] = User, ["Form.Password"] = Password });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(browser.Session);
    }

    [Fact]
    public async Task Cookie_IsForThisHostsServerAlone_AndSecureBehindTls()
    {
        using var browser = Open();
        using var plain = await browser.SignInAsync(User, Password);
        using var proxied = Open();

        Assert.Matches("portal-session=[A-Za-z0-9_-]{43}; max-age=604800; path=/; samesite=lax; httponly$", Cookie(plain));
        Assert.Equal("/", plain.Headers.Location?.ToString());
        Assert.DoesNotContain("secure", Cookie(plain), StringComparison.Ordinal);
        using var form = await proxied.GetAsync("/signin", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/hub"));
        var antiforgery = Assert.Single(form.Headers.GetValues("Set-Cookie"), cookie => cookie.Contains("Antiforgery", StringComparison.Ordinal));
        Assert.Contains("; secure;", antiforgery, StringComparison.Ordinal);
        Assert.Contains("path=/hub;", antiforgery, StringComparison.Ordinal);
        Assert.Contains("<base href=\"/hub/\"", await form.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example/x")]
    [InlineData("/\\evil.example")]
    public async Task ReturnUrl_OfAnotherHost_IsNotFollowed(string wanted)
    {
        using var browser = Open();

        using var answer = await browser.SignInAsync(User, Password, $"/signin?returnUrl={Uri.EscapeDataString(wanted)}");

        Assert.Equal(portal.PortalAddress.Authority, new Uri(portal.PortalAddress, answer.Headers.Location!).Authority);
    }

    [Theory]
    [InlineData(User, "wrong")]
    [InlineData("nobody", Password)]
    [InlineData("", Password)]
    [InlineData(User, "")]
    public async Task WrongNameOrPassword_SaysTheSame_AndKeepsTheName(string name, string password)
    {
        using var browser = Open();

        using var answer = await browser.SignInAsync(name, password);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("No user has this name and password.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"wrong\"", page, StringComparison.Ordinal);
        Assert.Null(browser.Session);
    }

    [Fact]
    public async Task TooManyTries_AreToldHowLongToWait()
    {
        using var browser = Open();
        HttpResponseMessage answer;
        var tries = 0;
        do
        {
            answer = await browser.SignInAsync("guessed", $"wrong-{tries}");
        }
        while (answer.StatusCode == HttpStatusCode.Unauthorized && ++tries < 30);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Matches("Try again in [0-9]+ second", await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Disabled_IsTold_ToWhoKnowsThePasswordAlone()
    {
        var accounts = portal.Get<Accounts>();
        using var browser = Open();
        try
        {
            await accounts.ChangeAsync(
                store => store.SaveAccountAsync(new Account { Name = User, IsDisabled = true }, CancellationToken.None), CancellationToken.None);

            using var knows = await browser.SignInAsync(User, Password);
            using var guesses = await browser.SignInAsync(User, "wrong");

            Assert.Contains("This user is disabled", await knows.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain("disabled", await guesses.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Null(browser.Session);
        }
        finally
        {
            await accounts.ChangeAsync(store => store.SaveAccountAsync(new Account { Name = User }, CancellationToken.None), CancellationToken.None);
        }
    }

    [Fact]
    public async Task SignIn_GivesANewSession_AndEndsTheOneFromBefore()
    {
        using var browser = Open();
        browser.Session = new string('a', 43);
        using var first = await browser.SignInAsync(User, Password);
        var before = browser.Session;
        using var second = await browser.SignInAsync(User, Password, "/signin?problem=refused");

        Assert.NotEqual(new string('a', 43), before);
        Assert.NotEqual(before, browser.Session);
        Assert.Null(portal.Get<Sessions>().Find(before));
        Assert.NotNull(portal.Get<Sessions>().Find(browser.Session));
    }

    [Fact]
    public async Task SignOut_EndsTheSession_AndNotByAnotherSitesForm()
    {
        using var browser = await SignedInAsync();
        var secret = browser.Session;

        using var forged = await browser.PostAsync("/signout", []);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.NotNull(portal.Get<Sessions>().Find(secret));
        using var answer = await browser.SignOutAsync();

        Assert.Equal("/signin", answer.Headers.Location?.ToString());
        Assert.Null(browser.Session);
        Assert.Null(portal.Get<Sessions>().Find(secret));
        browser.Session = secret;
        using var stolen = await browser.GetAsync("/");
        Assert.Equal(HttpStatusCode.Found, stolen.StatusCode);
    }

    [Fact]
    public async Task SignOut_Everywhere_EndsTheOtherBrowserToo()
    {
        using var browser = await SignedInAsync();
        using var other = await SignedInAsync();

        await portal.Get<Sessions>().EndAllAsync(User, User, null, CancellationToken.None);

        foreach (var one in new[] { browser, other })
        {
            using var answer = await one.GetAsync("/");
            Assert.Equal("/signin", answer.Headers.Location?.ToString());
        }
    }

    [Fact]
    public async Task Page_HoldsNoSecretOfTheSession()
    {
        using var browser = await SignedInAsync();

        var page = await browser.ReadAsync("/");

        Assert.Contains($"Signed in as <strong>{User}", page, StringComparison.Ordinal);
        Assert.DoesNotContain(browser.Session!, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Registry_TakesNoSessionForAPassword()
    {
        using var browser = await SignedInAsync();

        using var answer = await portal.Client.SendAsync(
            HttpMethod.Get, "/v2/", change: request => request.Headers.Add("Cookie", $"portal-session={browser.Session}"));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task AccessToken_IsNoPasswordOfThePages()
    {
        const string token = UserSignIn.TokenPrefix + "abcdefghijklmnopqrstuvwxyz";
        var accounts = portal.Get<Accounts>();
        using var signedIn = await SignedInAsync();
        var added = await accounts.ChangeAsync(
            store => store.AddTokenAsync(
                new AccessToken { User = User, Name = "ci", Hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token)) },
                CancellationToken.None),
            CancellationToken.None);
        using var browser = Open();

        using var answer = await browser.SignInAsync(User, token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        await accounts.ChangeAsync(store => store.DeleteTokenAsync(added.Id, CancellationToken.None), CancellationToken.None);
    }

    [Fact]
    public async Task RuleForAnyone_ShowsWhatItGives_WithoutSignIn()
    {
        var accounts = portal.Get<Accounts>();
        using var browser = Open();
        try
        {
            await accounts.ChangeAsync(
                store => store.ReplaceRulesAsync([new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("public/**"))], CancellationToken.None),
                CancellationToken.None);

            var page = await browser.ReadAsync("/");

            Assert.Contains("href=\"signin\"", page, StringComparison.Ordinal);
            Assert.DoesNotContain("settings/config", page, StringComparison.Ordinal);
        }
        finally
        {
            await accounts.ChangeAsync(store => store.ReplaceRulesAsync([], CancellationToken.None), CancellationToken.None);
        }
    }

    [Fact]
    public async Task Audit_TellsWhoCameAndWhoTried_ButNoNameThatNobodyHas()
    {
        using var browser = Open();
        using var wrong = await browser.SignInAsync(User, "wrong");
        using var slip = await browser.SignInAsync("my-secret-password", "x");
        using var signedIn = await browser.SignInAsync(User, Password);
        using var signedOut = await browser.SignOutAsync();

        var store = portal.Get<AuditStore>();
        using var deadline = new CancellationTokenSource(Patience.Deadline);
        IReadOnlyList<AuditEntry> entries;
        do
        {
            await Task.Delay(20, deadline.Token);
            entries = (await store.FindAsync(new AuditQuery { Take = 4 }, deadline.Token)).Items;
        }
        while (!entries.Select(entry => entry.Action).SequenceEqual(
            [AuditAction.SignedOut, AuditAction.SignedIn, AuditAction.SignInFailed, AuditAction.SignInFailed]));

        Assert.Equal([User, User, null, User], entries.Select(entry => entry.Actor));
        Assert.All(entries, entry => Assert.Equal("127.0.0.1", entry.Address));
        Assert.DoesNotContain(entries, entry => entry.ToString().Contains("my-secret-password", StringComparison.Ordinal));
    }

    private static string Cookie(HttpResponseMessage answer) =>
        Assert.Single(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("portal-session", StringComparison.Ordinal));

    private PageBrowser Open() => new(portal.PortalAddress);

    private async Task<PageBrowser> SignedInAsync()
    {
        var browser = Open();
        using var answer = await browser.SignInAsync(User, Password);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return browser;
    }
}
