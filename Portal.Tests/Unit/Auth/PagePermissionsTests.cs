using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

/// <summary>What may be done in the pages, where it differs from what the registry's own listener allows.</summary>
public sealed class PagePermissionsTests
{
    private static readonly RepositoryName Repository = RepositoryName.Parse("team/app");
    private static readonly Identity Local = Identity.Everyone with { IsAtPages = true, IsLocal = true };
    private static readonly Identity Elsewhere = Local with { IsLocal = false };

    [Fact]
    public void WithoutSignInAndAdministrator_OnlyTheMachineItselfChangesAnything()
    {
        using var world = new AccountsWorld();

        Assert.Equal(RepositoryActions.All, world.Permissions.On(Local, Repository));
        Assert.Equal(RepositoryActions.Pull, world.Permissions.On(Elsewhere, Repository));
        Assert.Contains("log", Refusal(world, Elsewhere), StringComparison.Ordinal);
        Assert.True(world.Permissions.IsAdministrator(Local));
        Assert.False(world.Permissions.IsAdministrator(Elsewhere));
    }

    [Fact]
    public void WithAnAdministrator_NobodyWithoutANameChangesAnything()
    {
        using var world = new AccountsWorld(admin: new AdminConfiguration("root", new Secret("password")));
        var root = new Identity { Kind = IdentityKind.Session, Name = "root", IsAtPages = true };

        Assert.Equal(RepositoryActions.Pull, world.Permissions.On(Local, Repository));
        Assert.Equal(RepositoryActions.Pull, world.Permissions.On(Elsewhere, Repository));
        Assert.False(world.Permissions.IsAdministrator(Local));
        Assert.Contains("signed in", Refusal(world, Local), StringComparison.Ordinal);
        Assert.Equal(RepositoryActions.All, world.Permissions.On(root, Repository));
        Assert.True(world.Permissions.IsAdministrator(root));
        Assert.Null(world.Permissions.WhyNothingChanges(root));
    }

    [Fact]
    public void Protocol_OfARegistryWithoutSignIn_StaysOpen()
    {
        using var world = new AccountsWorld(admin: new AdminConfiguration("root", new Secret("password")));

        Assert.Equal(RepositoryActions.All, world.Permissions.On(Identity.Everyone, Repository));
    }

    [Fact]
    public async Task LetsIn_NobodyWhereNamesAreAskedFor_UnlessARuleIsForAnyone()
    {
        using var world = new AccountsWorld();
        var nobody = Identity.Anonymous with { IsAtPages = true };
        Assert.False(world.Permissions.LetsIn(nobody));
        Assert.True(world.Permissions.LetsIn(Elsewhere));

        await world.SetRulesAsync(new AccessRule(SubjectKind.Anyone, "", Role.Reader, RepositoryPattern.Parse("public/**")));

        Assert.True(world.Permissions.LetsIn(nobody));
        Assert.Equal(RepositoryActions.None, world.Permissions.On(nobody, Repository));
        Assert.Equal(RepositoryActions.Pull, world.Permissions.On(nobody, RepositoryName.Parse("public/app")));
    }

    [Fact]
    public async Task OpenIdUser_WhereNobodyIsNamedAdministrator_IsNone()
    {
        using var world = new AccountsWorld();
        await world.Accounts.ChangeAsync(
            store => store.SaveAccountAsync(new Account { Name = "grace", Source = AccountSource.OpenId }, CancellationToken.None), CancellationToken.None);

        Assert.False(world.Permissions.IsAdministrator(new Identity { Kind = IdentityKind.Session, Name = "grace" }));
        Assert.True(world.Permissions.IsAdministrator(new Identity { Kind = IdentityKind.Session, Name = "ada" }));
    }

    [Theory]
    [InlineData("ops", true)]
    [InlineData("Ops", false)]
    [InlineData("devs", false)]
    public async Task OpenIdUser_OfAnAdministratorsGroup_IsOne(string group, bool isOne)
    {
        using var world = new AccountsWorld();
        world.Live.Apply(new RegistryConfiguration { Portal = new PortalConfiguration { OpenId = new OpenIdConfiguration { AdminGroups = ["ops"] } } });
        await world.Accounts.ChangeAsync(
            store => store.SaveAccountAsync(new Account { Name = "grace", Source = AccountSource.OpenId, Groups = [group] }, CancellationToken.None), CancellationToken.None);

        Assert.Equal(isOne, world.Permissions.IsAdministrator(new Identity { Kind = IdentityKind.Session, Name = "grace" }));
        Assert.True(world.Permissions.HasAdministrator);
    }

    private static string? Refusal(AccountsWorld world, Identity who)
    {
        var exception = Assert.Throws<OciException>(() => world.Permissions.Require(who, Repository, RepositoryActions.Delete));
        Assert.Equal(ErrorCode.Denied, exception.Code);
        return exception.Message;
    }
}
