using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

public sealed class PermissionsTests
{
    private static readonly Identity Ada = new() { Kind = IdentityKind.Password, Name = "ada" };
    private static readonly Identity Bob = new() { Kind = IdentityKind.Session, Name = "bob" };

    [Fact]
    public void NoRule_EverySignedInUserMayDoEverything_AndNobodyElseAnything()
    {
        using var world = new AccountsWorld();

        Assert.Equal(RepositoryActions.All, On(world, Ada, "team/app"));
        Assert.True(world.Permissions.IsAdministrator(Bob));
        Assert.Equal(RepositoryActions.None, On(world, Identity.Anonymous, "team/app"));
        Assert.False(world.Permissions.Allows(Identity.Anonymous, new Access(AccessKind.SignedIn)));
        Assert.False(world.Permissions.Allows(Identity.Anonymous, new Access(AccessKind.Catalog)));
    }

    [Fact]
    public async Task NamedAdministrator_IsTheOnlyOne_AndTakesNothingFromOthers()
    {
        using var world = new AccountsWorld();
        await world.SetRulesAsync(new AccessRule(SubjectKind.User, "ada", Role.Admin, RepositoryPattern.All));

        Assert.True(world.Permissions.IsAdministrator(Ada));
        Assert.False(world.Permissions.IsAdministrator(Bob));
        Assert.Equal(RepositoryActions.All, On(world, Bob, "team/app"));
    }

    [Fact]
    public void AdministratorOfTheConfiguration_IsOne()
    {
        using var world = new AccountsWorld(admin: new AdminConfiguration("ada", new Secret("secret")));

        Assert.True(world.Permissions.IsAdministrator(Ada));
        Assert.False(world.Permissions.IsAdministrator(Bob));
    }

    [Fact]
    public async Task FirstRule_BoundsEverybody()
    {
        using var world = new AccountsWorld();
        await world.SetRulesAsync(
            new AccessRule(SubjectKind.User, "ada", Role.Writer, RepositoryPattern.Parse("team/**")),
            new AccessRule(SubjectKind.SignedIn, "", Role.Reader, RepositoryPattern.Parse("shared/**")),
            new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("public/**")));

        Assert.Equal(RepositoryActions.Pull | RepositoryActions.Push, On(world, Ada, "team/app"));
        Assert.Equal(RepositoryActions.Pull, On(world, Ada, "shared/base"));
        Assert.Equal(RepositoryActions.Pull, On(world, Ada, "public/base"));
        Assert.Equal(RepositoryActions.None, On(world, Ada, "other"));
        Assert.Equal(RepositoryActions.None, On(world, Bob, "team/app"));
        Assert.Equal(RepositoryActions.Pull, On(world, Identity.Anonymous, "public/base"));
        Assert.Equal(RepositoryActions.None, On(world, Identity.Anonymous, "shared/base"));
        Assert.True(world.Permissions.Visible(Ada).Matches("team/app"));
        Assert.False(world.Permissions.Visible(Bob).Matches("team/app"));
    }

    [Fact]
    public async Task Groups_GiveTheirMembersWhatTheyHave()
    {
        using var world = new AccountsWorld();
        await world.Accounts.ChangeAsync(
            async store =>
            {
                await store.SaveAccountAsync(new Account { Name = "ada", Source = AccountSource.OpenId, Groups = ["developers"] }, CancellationToken.None);
                await store.ReplaceRulesAsync([new AccessRule(SubjectKind.Group, "developers", Role.Maintainer, RepositoryPattern.All)], CancellationToken.None);
            },
            CancellationToken.None);

        Assert.Equal(RepositoryActions.All, On(world, Ada, "a"));
        Assert.Equal(RepositoryActions.None, On(world, Bob, "a"));
    }

    [Fact]
    public async Task DisabledUser_MayNothing()
    {
        using var world = new AccountsWorld();
        await world.Accounts.ChangeAsync(store => store.SaveAccountAsync(new Account { Name = "ada", IsDisabled = true }, CancellationToken.None), CancellationToken.None);

        Assert.Equal(RepositoryActions.None, On(world, Ada, "a"));
        Assert.False(world.Permissions.IsAdministrator(Ada));
    }

    [Fact]
    public async Task AccessToken_GivesNoMoreThanItsUserHas()
    {
        using var world = new AccountsWorld();
        await world.SetRulesAsync(new AccessRule(SubjectKind.User, "ada", Role.Writer, RepositoryPattern.Parse("team/**")));
        var limited = Ada with
        {
            Kind = IdentityKind.AccessToken,
            Limit = new Rights([new Grant(RepositoryPattern.Parse("**/app"), RepositoryActions.Pull)], isAdministrator: false, seesCatalog: true),
        };

        Assert.Equal(RepositoryActions.Pull, On(world, limited, "team/app"));
        Assert.Equal(RepositoryActions.None, On(world, limited, "team/other"));
        Assert.Equal(RepositoryActions.None, On(world, limited, "elsewhere/app"));
        Assert.False(world.Permissions.Visible(limited).Matches("elsewhere/app"));
        Assert.False(world.Permissions.IsAdministrator(limited));
    }

    [Fact]
    public void ForeignToken_GivesWhatItSays_AndAStarInANameIsNoPattern()
    {
        using var world = new AccountsWorld();
        var name = RepositoryName.Parse("team/app");
        var foreign = new Identity
        {
            Kind = IdentityKind.ForeignBearer,
            Name = "eve",
            Granted = new Rights([new Grant(RepositoryPattern.Exactly(name), RepositoryActions.Pull)], isAdministrator: false, seesCatalog: false),
        };

        Assert.Equal(RepositoryActions.Pull, On(world, foreign, "team/app"));
        Assert.Equal(RepositoryActions.None, On(world, foreign, "team/app2"));
        Assert.False(world.Permissions.Allows(foreign, new Access(AccessKind.Catalog)));
        Assert.False(world.Permissions.IsAdministrator(foreign));
    }

    [Fact]
    public async Task Rules_OutliveTheProcess()
    {
        using var world = new AccountsWorld();
        var rule = new AccessRule(SubjectKind.User, "ada", Role.Reader, RepositoryPattern.Parse("team/**"));
        await world.SetRulesAsync(rule);

        using var again = new Accounts(world.Store, world.Live);
        await again.LoadAsync(CancellationToken.None);

        Assert.Equal([rule], again.Current.Rows.Rules);
    }

    private static RepositoryActions On(AccountsWorld world, Identity who, string name) => world.Permissions.On(who, RepositoryName.Parse(name));
}
