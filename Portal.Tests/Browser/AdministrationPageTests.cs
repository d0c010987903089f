using Microsoft.Playwright;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>Users, permissions, tokens and the audit trail in a browser.</summary>
public sealed class AdministrationPageTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>, IAsyncLifetime
{
    private static readonly Identity Ada = new() { Kind = IdentityKind.Session, Name = PasswordFile.User };

    public async ValueTask InitializeAsync()
    {
        if (portal.Get<Accounts>().Current.Rows.Rules.Count > 0)
        {
            return;
        }

        var users = portal.Get<UserAdministration>();
        await File.AppendAllTextAsync(Path.Combine(portal.Root, "htpasswd"), "old:$apr1$qwertyui$abcdefghijklmnopqrstu1\n");
        await users.AddAsync(Ada, null, "bob", "bob's password", CancellationToken.None);
        await users.AddAsync(Ada, null, "a-user-with-a-very-long-name@of-a-department.of-a-company.example", "password", CancellationToken.None);
        await users.AddRobotAsync(Ada, null, "ci", CancellationToken.None);
        await users.SetDisabledAsync(Ada, null, "bob", isDisabled: true, CancellationToken.None);
        await portal.Get<AccessTokens>().CreateAsync(
            Ada, null, new TokenRequest { User = PasswordFile.User, Name = "laptop", Patterns = [RepositoryPattern.Parse("team/**"), RepositoryPattern.Parse("tools/*")] }, CancellationToken.None);
        await portal.Get<PermissionTable>().ReplaceAsync(
            Ada,
            null,
            [],
            [
                new AccessRule(SubjectKind.User, PasswordFile.User, Role.Admin, RepositoryPattern.All),
                new AccessRule(SubjectKind.User, "bob", Role.Writer, RepositoryPattern.Parse("team/**")),
                new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("public/**")),
            ],
            RuleAnswer.KeepForSignedIn,
            CancellationToken.None);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public Task Users_InBothThemesAndWidths_HaveNoViolation() => RequireNoViolationAsync("/settings/users", async page =>
    {
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("1 line of the htpasswd file");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "User", Exact = true }).FillAsync("ada");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Repository", Exact = true }).FillAsync("team/app");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask" }).ClickAsync();
        await Expect(page.GetByText("may delete")).ToBeVisibleAsync();
        await page.GetByLabel("Repositories, rule 2").FillAsync("Team");
        await Expect(page.GetByText("is in no repository's name")).ToBeVisibleAsync();
    });

    [Fact]
    public Task NewUser_InBothThemesAndWidths_HasNoViolation() => RequireNoViolationAsync("/settings/users", async page =>
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add user…" }).ClickAsync();
        var dialog = await page.DialogAsync();
        await dialog.GetByLabel("Name").FillAsync("dora the new one");
    });

    [Fact]
    public Task Tokens_InBothThemesAndWidths_HaveNoViolation() => RequireNoViolationAsync("/account", async page =>
    {
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("laptop");
    });

    [Fact]
    public Task NewToken_InBothThemesAndWidths_HasNoViolation() => RequireNoViolationAsync("/account", async page =>
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New token…" }).ClickAsync();
        var dialog = await page.DialogAsync();
        await dialog.GetByLabel("Name").FillAsync($"token {Guid.NewGuid():N}");

        // By the keyboard alone.
        await page.Keyboard.PressAsync("Enter");
        await Expect(dialog).ToContainTextAsync("rpt_");
    });

    [Fact]
    public Task Audit_InBothThemesAndWidths_HasNoViolation() => RequireNoViolationAsync("/settings/audit", async page =>
    {
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("changed permissions");
    });

    private Task RequireNoViolationAsync(string path, Func<IPage, Task> arrive) => AccessibilityTests.RequireNoViolationAsync(portal, path, arrive, PasswordFile.User);
}
