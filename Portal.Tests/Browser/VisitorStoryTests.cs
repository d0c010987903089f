using Microsoft.Playwright;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace Portal.Tests.Browser;

/// <summary>What two users and a guest see of the same registry, in a real browser.</summary>
public sealed class VisitorStoryTests(PasswordChromiumFixture portal) : IClassFixture<PasswordChromiumFixture>, IAsyncLifetime
{
    private const string Other = "bob";

    public async ValueTask InitializeAsync()
    {
        if (portal.Get<Accounts>().Current.Rows.Rules.Count > 0)
        {
            return;
        }

        var ada = new Identity { Kind = IdentityKind.Session, Name = PasswordFile.User };
        await portal.Get<UserAdministration>().AddAsync(ada, null, Other, "bob's password", CancellationToken.None);
        await portal.Get<PermissionTable>().ReplaceAsync(
            ada,
            null,
            [],
            [
                new AccessRule(SubjectKind.User, PasswordFile.User, Role.Admin, RepositoryPattern.All),
                new AccessRule(SubjectKind.User, Other, Role.Reader, RepositoryPattern.Parse("team/**")),
                new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("public/**")),
            ],
            RuleAnswer.BoundSignedIn,
            CancellationToken.None);
        portal.Client.Authorization = PasswordFile.Basic(PasswordFile.User, PasswordFile.Password);
        await portal.Client.PushSizedAsync("team/app", "1.0", 100, 1);
        await portal.Client.PushSizedAsync("public/app", "1.0", 100, 2);
        await portal.Client.PushSizedAsync("secret/harbour", "harbour-tag", 100, 3, label: ("who", "harbour crew"));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task TwoUsers_Searching_FindOnlyWhatEachMaySee()
    {
        var ada = await OpenAsync("/search?q=harbour", PasswordFile.User);
        await Expect(ada.GetByRole(AriaRole.Region)).ToHaveCountAsync(3);
        await ada.GotoAsync("/");
        await ada.LiveAsync();
        await Expect(ada.Locator("table.catalog tbody a.name")).ToHaveCountAsync(3);

        var bob = await OpenAsync("/search?q=harbour", Other);
        await Expect(bob.GetByText("Nothing has “harbour” in it")).ToBeVisibleAsync();
        await bob.GotoAsync("/");
        await bob.LiveAsync();
        await Expect(bob.Locator("table.catalog tbody a.name")).ToHaveCountAsync(2);
        await Expect(bob.GetByText("2 in all")).ToBeVisibleAsync();
        await bob.GetByLabel("Search repositories", new() { Exact = true }).FillAsync("harbour");
        await Expect(bob.GetByText("No repository has “harbour” in its name.")).ToBeVisibleAsync();
        await bob.Keyboard.PressAsync("Control+k");
        await bob.Keyboard.TypeAsync("harbour");
        var box = bob.GetByRole(AriaRole.Dialog, new() { Name = "Search and open" });
        await Expect(box.GetByRole(AriaRole.Listbox)).ToHaveAttributeAsync("data-for", "harbour");
        await Expect(box.GetByRole(AriaRole.Option)).ToHaveCountAsync(0);

        // Its address tells no more than that of what is not there.
        await bob.GotoAsync("/r/secret/harbour");
        await Expect(bob.GetByText("There is no repository secret/harbour")).ToBeVisibleAsync();
        await bob.GotoAsync("/?view=tree");
        await Expect(bob.Locator("table.catalog")).ToContainTextAsync("team/");
        await Expect(bob.GetByText("secret/")).ToHaveCountAsync(0);
        await ada.Context.CloseAsync();
        await bob.Context.CloseAsync();
    }

    [Fact]
    public async Task Guest_ReadsWhatIsOpenToAll_AndIsOfferedNoChange()
    {
        var page = await OpenAsync("/", null);

        await Expect(page.Locator("table.catalog tbody a.name")).ToHaveCountAsync(1);
        await page.Locator("table.catalog tbody a.name").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Expect(page.Locator("table.tags tbody tr")).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("[Dd]elete|[Ee]dit") })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await page.GetByLabel("Actions for tag 1.0").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Menuitem)).ToHaveTextAsync(["Open", "Copy pull command", "Copy digest", "History"]);
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Open" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Layers" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("[Dd]elete") })).ToHaveCountAsync(0);

        foreach (var closed in new[] { "/settings/users", "/settings/audit", "/settings/config", "/webhooks", "/dashboard" })
        {
            await page.GotoAsync(closed);
            await Expect(page.GetByText("administrator").Or(page.GetByLabel("Password")).First).ToBeVisibleAsync();
            await Expect(page.Locator("main").GetByRole(AriaRole.Table)).ToHaveCountAsync(0);
        }

        await page.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync(string path, string? user)
    {
        var (page, _) = await portal.OpenLiveAsync(path, signedInAs: user);
        return page;
    }
}
