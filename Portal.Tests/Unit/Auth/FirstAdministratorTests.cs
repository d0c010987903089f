using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

public sealed class FirstAdministratorTests
{
    [Fact]
    public async Task Name_ByTheCode_MakesOne_Once()
    {
        using var world = new AccountsWorld();
        var first = Of(world);
        var code = first.Offer()!;
        Assert.True(first.Accepts(code));

        Assert.True(await first.NameAsync(code, "root", "a good password", null, CancellationToken.None));

        Assert.False(first.Accepts(code));
        Assert.False(await first.NameAsync(code, "mallory", "another password", null, CancellationToken.None));
        Assert.Null(Of(world).Offer());
        Assert.Equal(AccountSource.Portal, world.Users.FindSource("root"));
        Assert.Equal("root", (await world.SignInAsync("root", "a good password"))?.Name);
        Assert.True(world.Permissions.IsAdministrator(new Identity { Kind = IdentityKind.Session, Name = "root" }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Accepts_AnyOtherCode_Never(string? code)
    {
        using var world = new AccountsWorld();
        var first = Of(world);
        Assert.False(first.Accepts(code));
        first.Offer();

        Assert.False(first.Accepts(code));
        Assert.False(await first.NameAsync(code ?? "", "root", "a good password", null, CancellationToken.None));
    }

    [Fact]
    public void Offer_WithAnAdministratorOrUsers_IsNone()
    {
        using var named = new AccountsWorld(admin: new AdminConfiguration("root", new Secret("password")));
        using var users = new AccountsWorld();
        users.Live.Apply(new RegistryConfiguration { Auth = new AuthConfiguration { Htpasswd = new HtpasswdConfiguration("r", "/p") } });

        Assert.Null(Of(named).Offer());
        Assert.Null(Of(users).Offer());
    }

    [Fact]
    public async Task Name_TwoAtOnce_OneBecomesIt()
    {
        using var world = new AccountsWorld();
        var first = Of(world);
        var code = first.Offer()!;

        var named = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => first.NameAsync(code, $"root-{i}", "a good password", null, CancellationToken.None)));

        Assert.Single(named, true);
        Assert.Single(world.Accounts.Current.Rows.Rules);
    }

    [Theory]
    [InlineData("", "a good password", "a good password", "name")]
    [InlineData("a:b", "a good password", "a good password", "colon")]
    [InlineData("root", "short", "short", "fewer than 8")]
    [InlineData("root", "a good password", "a good passwort", "differ")]
    [InlineData("root", "äääääääääääääääääääääääääääääääääääää", "äääääääääääääääääääääääääääääääääääää", "more than 72 bytes")]
    public void FindProblem_NamesIt(string name, string password, string again, string expected)
    {
        Assert.Contains(expected, FirstAdministrator.FindProblem(name, password, again)!.ToString(), StringComparison.Ordinal);
        Assert.Null(FirstAdministrator.FindProblem("root", "a good password", "a good password"));
    }

    private static FirstAdministrator Of(AccountsWorld world) => new(world.Accounts, world.Live, world.Audit, world.Time);
}
