using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Portal.Registry.Auth;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>An administrator's days, and what they do to those who push and pull: each step is held against the registry.</summary>
public sealed class AdministrationStoryTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>, IAsyncLifetime
{
    /// <summary>Each story begins with the same permissions, whichever went before it.</summary>
    public async ValueTask InitializeAsync()
    {
        var table = portal.Get<PermissionTable>();
        if (table.Read(Ada) is { Count: > 0 } rules)
        {
            await table.ReplaceAsync(Ada, null, rules, [], RuleAnswer.OpenToSignedIn, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task User_IsAdded_Disabled_Enabled_AndDeleted_AndTheRegistryFollows()
    {
        var (page, complaints) = await OpenAsync("/settings/users");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add user…" }).ClickAsync();
        await page.DialogAsync();
        await dialog.GetByLabel("Name").FillAsync("dora");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("never again");
        var password = await dialog.GetByRole(AriaRole.Group, new() { Name = "Password" }).InnerTextAsync();
        await Expect(dialog).ToContainTextAsync($"docker login {portal.PortalAddress.Host}:{portal.RegistryAddress.Port}");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.Locator("main")).Not.ToContainTextAsync(password);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("dora", password));

        // She is signed in meanwhile, and her page goes when she is disabled.
        var (hers, _) = await portal.OpenLiveAsync("/", signedInAs: "dora");
        await page.GetByRole(AriaRole.Button, new() { Name = "Disable dora" }).ClickAsync();
        await Expect(Row(page, "dora")).ToContainTextAsync("disabled");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("dora", password));
        await Expect(hers.GetByLabel("Password")).ToBeVisibleAsync();
        await hers.Context.CloseAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Enable dora" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Disable dora" })).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("dora", password));

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete dora" }).ClickAsync();
        await Expect(dialog.Locator(".doomed li")).ToContainTextAsync(["no access token", "browser", "no rule"]);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete dora" }).ClickAsync();
        await Expect(Row(page, "dora")).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("dora", password));
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Roles_AreGiven_AskedAbout_AndCount_AndARobotHasATokenAlone()
    {
        await AddUserAsync("rita");
        await PushAsync("roles/app");
        await PushAsync("other/app");
        var (page, complaints) = await OpenAsync("/settings/users");
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add robot…" }).ClickAsync();
        await page.DialogAsync();
        await dialog.GetByLabel("Name").FillAsync("ci");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("signs in with access tokens");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Expect(Row(page, "ci")).ToContainTextAsync("robot");

        // ada stays administrator; rita reads one namespace, and the robot writes to it.
        await RuleAsync(page, 1, PasswordFile.User, "Admin", "**");
        await RuleAsync(page, 2, "rita", "Reader", "roles/**");
        await RuleAsync(page, 3, "ci", "Writer", "roles/**");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save permissions" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Only what rules give" }).ClickAsync();
        await Expect(page.GetByText("The permissions are saved")).ToBeVisibleAsync();
        await Expect(Row(page, "rita")).ToContainTextAsync("Reader on roles/**");

        await page.GetByRole(AriaRole.Textbox, new() { Name = "User", Exact = true }).FillAsync("rita");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Repository", Exact = true }).FillAsync("roles/app");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await Expect(page.Locator(".answers li")).ToContainTextAsync(["may pull", "may not push", "may not delete"]);
        await Expect(page.Locator(".because li")).ToContainTextAsync(["pull: Reader on roles/**, for rita"]);

        var rita = PasswordFile.Basic("rita", "rita's password");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(rita, "/v2/roles/app/manifests/1.0"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(rita, "/v2/other/app/manifests/1.0"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(rita, "/v2/roles/app/blobs/uploads/", HttpMethod.Post));
        var (hers, _) = await portal.OpenLiveAsync("/", signedInAs: "rita");
        await Expect(hers.GetByRole(AriaRole.Link, new() { Name = "roles/app" })).ToBeVisibleAsync();
        await Expect(hers.GetByRole(AriaRole.Link, new() { Name = "other/app" })).ToHaveCountAsync(0);
        await hers.Context.CloseAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Tokens of ci" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New token…" }).ClickAsync();
        var secret = await MakeTokenAsync(await page.DialogAsync(2), "build", "Writer");
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(PasswordFile.Basic("ci", secret), "/v2/roles/app/blobs/uploads/", HttpMethod.Post));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(PasswordFile.Basic("ci", secret), "/v2/other/app/blobs/uploads/", HttpMethod.Post));
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Account_ATokenIsShownOnce_WorksUntilItIsRevoked_AndThePasswordIsChanged()
    {
        await AddUserAsync("carl");
        var (page, complaints) = await portal.OpenLiveAsync("/account", signedInAs: "carl");
        await page.GetByRole(AriaRole.Button, new() { Name = "New token…" }).ClickAsync();
        var secret = await MakeTokenAsync(await page.DialogAsync(), "laptop", "Reader");
        await Expect(page.Locator("table.tokens").First).ToContainTextAsync("Reader on **");
        await Expect(page.Locator("body")).Not.ToContainTextAsync(secret);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("carl", secret));

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke laptop" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.GetByText("There is no access token.")).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("carl", secret));

        await ChangeAsync("wrong", "carl's next password");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The current password is not right.");
        await ChangeAsync("carl's password", "carl's next password");
        await Expect(page.GetByText("Your password is changed.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("New password", new() { Exact = true })).ToHaveValueAsync("");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("carl", "carl's password"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("carl", "carl's next password"));
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();

        async Task ChangeAsync(string current, string next)
        {
            await page.GetByLabel("Current password").FillAsync(current);
            await page.GetByLabel("New password", new() { Exact = true }).FillAsync(next);
            await page.GetByLabel("New password again").FillAsync(next);
            await page.GetByRole(AriaRole.Button, new() { Name = "Change the password" }).ClickAsync();
        }
    }

    [Fact]
    public async Task AuditTrail_IsFiltered_AndTheFileHasWhatIsShown()
    {
        await AddUserAsync("audited-1");
        await AddUserAsync("audited-2");
        await portal.Get<UserAdministration>().SetDisabledAsync(Ada, null, "audited-1", isDisabled: true, CancellationToken.None);
        var (page, complaints) = await OpenAsync("/settings/audit");
        var rows = page.Locator("table.audit tbody tr");
        await Expect(rows.Filter(new() { HasText = "audited-1" })).ToHaveCountAsync(2);

        await page.GetByLabel("What").SelectOptionAsync("added a user");
        await Expect(page).ToHaveURLAsync(new Regex("action=useradded"));
        await page.GetByLabel("Search the audit trail").FillAsync("audited");
        await Expect(page).ToHaveURLAsync(new Regex("q=audited"));
        await Expect(rows).ToContainTextAsync(["audited-2", "audited-1"]);
        await page.GetByLabel("Who").FillAsync("nobody-like-this");
        await page.GetByLabel("Who").PressAsync("Tab");
        await Expect(page.GetByText("No line is like that.")).ToBeVisibleAsync();
        await page.GetByLabel("Who").FillAsync(PasswordFile.User);
        await page.GetByLabel("Who").PressAsync("Tab");
        await Expect(rows).ToHaveCountAsync(2);

        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "As CSV" }).ClickAsync());
        Assert.Equal("audit.csv", file.SuggestedFilename);
        var lines = (await File.ReadAllTextAsync(await file.PathAsync(), TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("time,action,actor,address,target,detail", lines[0]);
        Assert.Equal(["UserAdded,ada,,audited-2", "UserAdded,ada,,audited-1"], lines[1..].Select(line => string.Join(',', line.Split(',')[1..5])));

        await page.GetByLabel("From (UTC)").FillAsync("2999-01-01");
        await Expect(page.GetByText("No line is like that.")).ToBeVisibleAsync();
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Activity_IsFilteredByWhatRepositoryWhoAndDay()
    {
        await AddUserAsync("puller");
        await PushAsync("active/one");
        await PushAsync("active/two");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(PasswordFile.Basic("puller", "puller's password"), "/v2/active/one/manifests/1.0"));
        var (page, complaints) = await OpenAsync("/activity?q=active");
        var rows = page.Locator("table.activity tbody tr");
        await Expect(rows).ToContainTextAsync(["Pull active/one:1.0", "Push active/two:1.0", "Push active/one:1.0"]);

        await page.GetByLabel("What").SelectOptionAsync("Push");
        await Expect(rows).ToContainTextAsync(["Push active/two:1.0", "Push active/one:1.0"]);
        await TypeAsync("Repository", "active/one");
        await Expect(rows).ToContainTextAsync(["Push active/one:1.0"]);
        await TypeAsync("Who", "puller");
        await Expect(page.GetByText("Nothing that happened is like that.")).ToBeVisibleAsync();
        await page.GetByLabel("What").SelectOptionAsync("anything");
        await Expect(rows).ToContainTextAsync(["Pull active/one:1.0"]);
        await Expect(rows).ToContainTextAsync(["puller"]);

        // The filters stand in the address, so that they outlive a load.
        await page.ReloadAsync();
        await page.LiveAsync();
        await Expect(rows).ToContainTextAsync(["Pull active/one:1.0"]);
        await Expect(page.GetByLabel("Who")).ToHaveValueAsync("puller");
        await page.GetByLabel("Until (UTC)").FillAsync("2020-01-01");
        await Expect(page.GetByText("Nothing that happened is like that.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Show all" }).ClickAsync();
        await Expect(page.GetByLabel("Who")).ToHaveValueAsync("");
        await Expect(rows.First).ToBeVisibleAsync();
        Assert.Equal([], complaints);
        await page.Context.CloseAsync();

        async Task TypeAsync(string label, string text)
        {
            await page.GetByLabel(label, new() { Exact = true }).FillAsync(text);
            await page.GetByLabel(label, new() { Exact = true }).PressAsync("Tab");
        }
    }

    private static Identity Ada { get; } = new() { Kind = IdentityKind.Session, Name = PasswordFile.User };

    private static ILocator Row(IPage page, string name) =>
        page.Locator("table.users tbody tr").Filter(new() { Has = page.GetByText(name, new() { Exact = true }) });

    private Task<(IPage Page, List<string> Complaints)> OpenAsync(string path) => portal.OpenLiveAsync(path, signedInAs: PasswordFile.User);

    private Task AddUserAsync(string name) => portal.Get<UserAdministration>().AddAsync(Ada, null, name, $"{name}'s password", CancellationToken.None);

    private async Task PushAsync(string repository)
    {
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushImageAsync(repository, "1.0");
        portal.Client.Authorization = null;
    }

    private Task<HttpStatusCode> StatusAsync(string name, string password) => StatusAsync(PasswordFile.Basic(name, password), "/v2/");

    private async Task<HttpStatusCode> StatusAsync(AuthenticationHeaderValue credentials, string path, HttpMethod? method = null)
    {
        using var answer = await portal.Client.SendAsync(method ?? HttpMethod.Get, path, change: request => request.Headers.Authorization = credentials);
        return answer.StatusCode;
    }

    private static async Task RuleAsync(IPage page, int number, string user, string role, string pattern)
    {
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" })).ToBeVisibleAsync();
        if (await page.GetByLabel($"Name, rule {number}").CountAsync() == 0)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Add a rule" }).ClickAsync();
        }

        await page.GetByLabel($"Name, rule {number}").FillAsync(user);
        await page.GetByLabel($"Role, rule {number}").SelectOptionAsync(role);
        await page.GetByLabel($"Repositories, rule {number}").FillAsync(pattern);
    }

    /// <summary>Fills the form of a new token in, and takes the secret that is shown this once.</summary>
    private static async Task<string> MakeTokenAsync(ILocator dialog, string name, string role)
    {
        await dialog.GetByLabel("Name").FillAsync(name);
        await dialog.GetByLabel("Lets through").SelectOptionAsync(role);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
        var secret = dialog.GetByRole(AriaRole.Group, new() { Name = "Token" });
        await Expect(secret).ToContainTextAsync("rpt_");
        var text = await secret.InnerTextAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        return text;
    }
}
