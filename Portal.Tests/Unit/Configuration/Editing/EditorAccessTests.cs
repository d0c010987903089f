using System.Net;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Editing;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Configuration.Editing;

public sealed class EditorAccessTests
{
    private static readonly Identity Nobody = Identity.Anonymous with { IsAtPages = true };
    private static readonly Identity Ada = new() { Kind = IdentityKind.Session, Name = "ada", IsAtPages = true };

    [Theory]
    [InlineData("127.0.0.1", "localhost:5080", false, true)]
    [InlineData("127.8.0.1", "127.0.0.1", false, true)]
    [InlineData("::1", "[::1]:5080", false, true)]
    [InlineData("::ffff:127.0.0.1", "localhost:5080", false, true)]
    [InlineData("127.0.0.1", "localhost:5080", true, false)]
    [InlineData("127.0.0.1", "rebound.example:5080", false, false)]
    [InlineData("127.0.0.1", null, false, false)]
    [InlineData("192.168.0.7", "localhost:5080", false, false)]
    [InlineData("172.17.0.1", "127.0.0.1:5080", false, false)]
    [InlineData(null, "localhost", false, false)]
    public void WithoutSignIn_OnlyTheMachineItselfMay(string? address, string? host, bool isForwarded, bool may)
    {
        using var world = new AccountsWorld();
        var isLocal = LocalBrowser.Is(address is null ? null : IPAddress.Parse(address), host, isForwarded);

        var reason = Refusal(world, Identity.Everyone with { IsAtPages = true, IsLocal = isLocal });

        Assert.Equal(may, reason is null);
        Assert.True(may || reason!.Contains("only to a browser on the machine itself", StringComparison.Ordinal));
    }

    [Fact]
    public void WithAnAdministrator_TheMachineItselfMaySignIn()
    {
        using var world = new AccountsWorld(admin: new AdminConfiguration("root", new Secret("password")));

        Assert.Contains("Sign in", Refusal(world, Identity.Everyone with { IsAtPages = true, IsLocal = true }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithUsers_WhoeverIsSignedInMay_UntilAnAdministratorIsNamed()
    {
        using var world = new AccountsWorld();
        Assert.Contains("Sign in", Refusal(world, Nobody), StringComparison.Ordinal);
        Assert.Null(Refusal(world, Ada));

        await world.SetRulesAsync(new AccessRule(SubjectKind.User, "grace", Role.Admin, RepositoryPattern.All));

        Assert.Contains("ada, who is no administrator", Refusal(world, Ada), StringComparison.Ordinal);
        Assert.Null(Refusal(world, Ada with { Name = "grace" }));
    }

    private static string? Refusal(AccountsWorld world, Identity who)
    {
        try
        {
            EditorAccess.Require(world.Permissions, who);
            return null;
        }
        catch (EditorAccessException exception)
        {
            return exception.Message;
        }
    }
}
