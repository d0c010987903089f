using System.Net;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

public sealed class UserAdministrationTests : IAsyncLifetime
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");
    private static readonly Identity Ada = new() { Kind = IdentityKind.Session, Name = "ada" };
    private static readonly Identity Bob = new() { Kind = IdentityKind.Session, Name = "bob" };
    private static readonly AccessRule AdaIsAdmin = new(SubjectKind.User, "ada", Role.Admin, RepositoryPattern.All);

    private readonly TempFolder _folder = new();
    private readonly AccountsWorld _world;

    public UserAdministrationTests()
    {
        File.WriteAllText(Path, PasswordFile.Line("ada", "ada's password") + PasswordFile.Line("bob", "bob's password"));
        _world = new AccountsWorld(Path, new AdminConfiguration("root", new Secret("root's password")));
    }

    private string Path => _folder.Combine("htpasswd");

    private UserAdministration Users => _world.Administration;

    public static TheoryData<string> Acts => ["list", "bad lines", "read-only", "add", "robot", "password", "disable", "enable", "plan", "delete", "rules", "write", "explain", "tokens", "revoke", "robot's token"];

    public async ValueTask InitializeAsync() => await _world.SetRulesAsync(AdaIsAdmin);

    public ValueTask DisposeAsync()
    {
        _world.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task NoAdministrator_IsDenied(string act)
    {
        await _world.SetRulesAsync(AdaIsAdmin, new AccessRule(SubjectKind.SignedIn, "", Role.Maintainer, RepositoryPattern.All));
        await Users.AddRobotAsync(Ada, Here, "robot", CancellationToken.None);
        var token = await _world.Tokens.CreateAsync(Ada, Here, new TokenRequest { User = "robot", Name = "t" }, CancellationToken.None);
        var askers = new[]
        {
            Bob,
            Identity.Anonymous,
            Identity.Everyone,
            new Identity { Kind = IdentityKind.Everyone, IsLocal = true },
            Ada with { Kind = IdentityKind.AccessToken, Limit = Rights.All, TokenName = "t" },
            Ada with { Kind = IdentityKind.Bearer },
            Ada with { Kind = IdentityKind.ForeignBearer },
            Ada with { Kind = IdentityKind.Silly },
        };

        foreach (var by in askers)
        {
            var denied = await Assert.ThrowsAsync<OciException>(() => DoAsync(act, by, token.Token.Id));
            Assert.Equal(ErrorCode.Denied, denied.Code);
        }

        Assert.Equal(["ada", "bob", "robot", "root"], Users.List(Ada, new UserQuery()).Items.Select(user => user.Name));
    }

    [Fact]
    public async Task Add_SignsInAtOnce_AndIsAudited()
    {
        await Users.AddAsync(Ada, Here, "cy", "cy's password", CancellationToken.None);

        Assert.NotNull(await _world.SignInAsync("cy", "cy's password"));
        Assert.Null(await _world.SignInAsync("cy", "another"));
        var entry = Assert.Single(await _world.AuditedAsync());
        Assert.Equal((AuditAction.UserAdded, "ada", "192.0.2.7", "cy", ""), (entry.Action, entry.Actor, entry.Address, entry.Target, $"{entry.Detail}"));
        Assert.StartsWith("cy:$2y$10$", (await File.ReadAllLinesAsync(Path))[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "the user name is empty: choose another one")]
    [InlineData("a:b", "colon or a control character")]
    [InlineData("a\nb", "colon or a control character")]
    [InlineData("#a", "begins with #")]
    [InlineData(" a", "begins or ends with a blank")]
    [InlineData("ada", "there is a user \"ada\" already")]
    [InlineData("root", "there is a user \"root\" already")]
    public async Task Add_NameThatCannotBe_IsRefusedWithASentence(string name, string reason)
    {
        await RefusedAsync(reason, () => Users.AddAsync(Ada, Here, name, "password", CancellationToken.None));
        await RefusedAsync(reason, () => Users.AddRobotAsync(Ada, Here, name, CancellationToken.None));
    }

    [Fact]
    public async Task Password_OfMoreThan72Bytes_OrNone_IsRefused_AndNotRepeated()
    {
        await RefusedAsync("longer than 72 bytes", () => Users.AddAsync(Ada, Here, "cy", new string('p', 73), CancellationToken.None));
        await RefusedAsync("longer than 72 bytes", () => Users.SetPasswordAsync(Ada, Here, "bob", new string('é', 37), CancellationToken.None));
        await RefusedAsync("the password is empty", () => Users.AddAsync(Ada, Here, "cy", "", CancellationToken.None));
        await RefusedAsync("not valid Unicode text", () => Users.AddAsync(Ada, Here, "\ud800", "password", CancellationToken.None));
        await RefusedAsync("zero byte", () => Users.AddAsync(Ada, Here, "cy", "a\0b", CancellationToken.None));
        await RefusedAsync("longer than 255 bytes", () => Users.AddAsync(Ada, Here, new string('n', 256), "password", CancellationToken.None));

        await Users.AddAsync(Ada, Here, new string('n', 255), new string('p', 72), CancellationToken.None);
        Assert.NotNull(await _world.SignInAsync(new string('n', 255), new string('p', 72)));
    }

    [Fact]
    public async Task SetPassword_TakesTheOldOne_AndTheSessions()
    {
        Assert.NotNull(await _world.SignInAsync("bob", "bob's password"));
        await AddSessionAsync("bob");

        await Users.SetPasswordAsync(Ada, Here, "bob", "another", CancellationToken.None);

        Assert.Null(await _world.SignInAsync("bob", "bob's password"));
        Assert.NotNull(await _world.SignInAsync("bob", "another"));
        Assert.Empty(_world.Accounts.Current.Rows.Sessions);
        Assert.True(_world.Accounts.Current.Find("bob")!.ValidFrom > _world.Time.GetUtcNow().AddMinutes(-1));
        Assert.Equal([AuditAction.PasswordChanged], (await _world.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Disabled_NothingLetsIn_UntilEnabled()
    {
        var token = await TokenOfAsync("bob");
        await AddSessionAsync("bob");

        await Users.SetDisabledAsync(Ada, Here, "bob", isDisabled: true, CancellationToken.None);

        Assert.Null(await _world.SignInAsync("bob", "bob's password"));
        Assert.Null(await _world.SignInAsync("bob", token));
        Assert.Empty(_world.Accounts.Current.Rows.Sessions);
        Assert.True(Users.List(Ada, new UserQuery { Search = "BO" }).Items.Single().Account.IsDisabled);

        await Users.SetDisabledAsync(Ada, Here, "bob", isDisabled: false, CancellationToken.None);
        Assert.NotNull(await _world.SignInAsync("bob", "bob's password"));
        Assert.NotNull(await _world.SignInAsync("bob", token));
        Assert.Equal(
            [AuditAction.UserDisabled, AuditAction.UserEnabled],
            (await _world.AuditedAsync()).Select(entry => entry.Action).Where(action => action is AuditAction.UserDisabled or AuditAction.UserEnabled));
    }

    [Fact]
    public async Task Delete_TakesLineTokensSessionsAndRules_AndSaysSoBefore()
    {
        await _world.SetRulesAsync(AdaIsAdmin, new AccessRule(SubjectKind.User, "bob", Role.Writer, RepositoryPattern.Parse("team/**")), PermissionTable.ForSignedIn);
        var token = await TokenOfAsync("bob");
        await AddSessionAsync("bob");

        var plan = Users.PlanDeletion(Ada, "bob");
        await Users.DeleteAsync(Ada, Here, "bob", opens: false, CancellationToken.None);

        Assert.Equal((1, 1, "team/**", false), (plan.Tokens, plan.Sessions, plan.Rules.Single().Pattern.Text, plan.Opens));
        Assert.Null(await _world.SignInAsync("bob", "bob's password"));
        Assert.Null(await _world.SignInAsync("bob", token));
        Assert.Equal([AdaIsAdmin, PermissionTable.ForSignedIn], _world.Accounts.Current.Rows.Rules);
        Assert.Equal(["ada", "root"], Users.List(Ada, new UserQuery()).Items.Select(user => user.Name));
        await RefusedAsync("there is no user \"bob\" any more", () => Users.DeleteAsync(Ada, Here, "bob", opens: false, CancellationToken.None));

        await Users.AddAsync(Ada, Here, "bob", "a new bob", CancellationToken.None);
        Assert.Null(await _world.SignInAsync("bob", token));
    }

    [Fact]
    public async Task Delete_OfTheLastRuleThatBoundsOthers_HasToBeAgreedTo()
    {
        await _world.SetRulesAsync(AdaIsAdmin, new AccessRule(SubjectKind.User, "bob", Role.Reader, RepositoryPattern.All));

        Assert.True(Users.PlanDeletion(Ada, "bob").Opens);
        await RefusedAsync("the last rule that bounds signed-in users", () => Users.DeleteAsync(Ada, Here, "bob", opens: false, CancellationToken.None));
        Assert.NotNull(await _world.SignInAsync("bob", "bob's password"));

        await Users.DeleteAsync(Ada, Here, "bob", opens: true, CancellationToken.None);
        Assert.Null(await _world.SignInAsync("bob", "bob's password"));
    }

    [Fact]
    public async Task Oneself_AndTheConfigurationsAdministrator_AreNotTouched()
    {
        await RefusedAsync("you cannot delete yourself", () => Users.DeleteAsync(Ada, Here, "ada", opens: true, CancellationToken.None));
        await RefusedAsync("you cannot disable yourself", () => Users.SetDisabledAsync(Ada, Here, "ada", isDisabled: true, CancellationToken.None));
        var root = new Identity { Kind = IdentityKind.Session, Name = "root" };
        await RefusedAsync("held by portal.admin", () => Users.DeleteAsync(root, Here, "root", opens: true, CancellationToken.None));
        await RefusedAsync("held by portal.admin", () => Users.SetDisabledAsync(root, Here, "root", isDisabled: true, CancellationToken.None));
        await RefusedAsync("held by portal.admin", () => Users.SetPasswordAsync(root, Here, "root", "another", CancellationToken.None));
    }

    [Fact]
    public async Task Robot_HasTokensAndNoPassword()
    {
        await Users.AddRobotAsync(Ada, Here, "ci", CancellationToken.None);
        await RefusedAsync("is a robot", () => Users.SetPasswordAsync(Ada, Here, "ci", "password", CancellationToken.None));

        var made = await _world.Tokens.CreateAsync(Ada, Here, new TokenRequest { User = "ci", Name = "build" }, CancellationToken.None);

        Assert.Equal("ci", (await _world.SignInAsync("ci", made.Secret))?.Name);
        Assert.Equal(AccountSource.Robot, Users.List(Ada, new UserQuery { Search = "ci" }).Items.Single().Source);
    }

    [Fact]
    public async Task LineTakenOutOfTheFile_EndsTheUsersTokens_AndANewUserOfThatNameHasNone()
    {
        var token = await TokenOfAsync("bob");
        Assert.NotNull(await _world.SignInAsync("bob", token));

        await ChildProcess.RunAsync("htpasswd", "-D", Path, "bob");

        Assert.Null(await _world.SignInAsync("bob", token));
        Assert.False(Users.List(Ada, new UserQuery { Search = "bob" }).Items.Single().IsThere);
        await Users.AddAsync(Ada, Here, "bob", "another bob", CancellationToken.None);
        Assert.Null(await _world.SignInAsync("bob", token));
        Assert.NotNull(await _world.SignInAsync("bob", "another bob"));
    }

    [Fact]
    public async Task List_TellsRolesAndLastUse_APageAtATime()
    {
        await _world.SetRulesAsync(AdaIsAdmin, new AccessRule(SubjectKind.User, "bob", Role.Writer, RepositoryPattern.Parse("team/**")));
        _world.Activity.Saw(Bob, new Access(AccessKind.Repository, RepositoryName.Parse("team/app"), RepositoryActions.Pull));

        var page = Users.List(Ada, new UserQuery { Skip = 1, Take = 1 });
        var root = Users.List(Ada, new UserQuery { Search = "root" }).Items.Single();

        Assert.Equal(3, page.Total);
        var bob = Assert.Single(page.Items);
        Assert.Equal(("bob", false, AccountSource.Htpasswd), (bob.Name, bob.IsAdministrator, bob.Source));
        Assert.Equal(["team/**"], bob.Rules.Select(given => given.Rule.Pattern.Text));
        Assert.NotNull(bob.Account.LastPull);
        Assert.Equal((true, RuleOrigin.Configuration), (root.IsAdministrator, root.Rules.Single().Origin));
    }

    [Fact]
    public async Task OwnPassword_NeedsTheCurrentOne_AndEndsOtherSessions()
    {
        var kept = await AddSessionAsync("bob");
        await AddSessionAsync("bob");

        await RefusedAsync("the current password is not right", () => _world.OwnPassword.ChangeAsync(Bob, Here, "wrong", "another", kept.Id, CancellationToken.None));
        await RefusedAsync("longer than 72", () => _world.OwnPassword.ChangeAsync(Bob, Here, "bob's password", new string('x', 73), kept.Id, CancellationToken.None));
        await RefusedAsync("sign in", () => _world.OwnPassword.ChangeAsync(Bob with { Kind = IdentityKind.AccessToken }, Here, "bob's password", "another", null, CancellationToken.None));
        await _world.OwnPassword.ChangeAsync(Bob, Here, "bob's password", "another", kept.Id, CancellationToken.None);

        Assert.NotNull(await _world.SignInAsync("bob", "another"));
        Assert.Null(await _world.SignInAsync("bob", "bob's password"));
        var session = Assert.Single(_world.Accounts.Current.Rows.Sessions);
        Assert.Equal(kept.Hash, session.Hash);
        Assert.True(session.CreatedAt >= _world.Accounts.Current.Find("bob")!.ValidFrom);
        Assert.Equal([AuditAction.PasswordChanged], (await _world.AuditedAsync()).Select(entry => entry.Action));
    }

    [Fact]
    public async Task WithoutAFile_UsersAreThePortalsOwn()
    {
        using var world = new AccountsWorld();
        var local = new Identity { Kind = IdentityKind.Everyone, IsLocal = true };

        await world.Administration.AddAsync(local, Here, "ada", "ada's password", CancellationToken.None);
        Assert.NotNull(await world.SignInAsync("ada", "ada's password"));
        await world.OwnPassword.ChangeAsync(Ada, Here, "ada's password", "another", null, CancellationToken.None);

        Assert.NotNull(await world.SignInAsync("ada", "another"));
        Assert.Equal(AccountSource.Portal, world.Administration.List(local, new UserQuery()).Items.Single().Source);
    }

    [Fact]
    public async Task FileThatCannotBeWritten_ChangesNothing()
    {
        var token = await TokenOfAsync("bob");
        await _world.SetRulesAsync(AdaIsAdmin, new AccessRule(SubjectKind.User, "bob", Role.Reader, RepositoryPattern.All), PermissionTable.ForSignedIn);
        await ChildProcess.RunAsync("chmod", "0444", Path);

        await RefusedAsync("read-only", () => Users.DeleteAsync(Ada, Here, "bob", opens: false, CancellationToken.None));
        await RefusedAsync("read-only", () => Users.AddAsync(Ada, Here, "cy", "password", CancellationToken.None));

        Assert.NotNull(await _world.SignInAsync("bob", token));
        Assert.Equal(3, _world.Accounts.Current.Rows.Rules.Count);
        Assert.Equal(3, Users.List(Ada, new UserQuery()).Total);
        Assert.Contains("read-only", Users.WhyReadOnly(Ada)!.ToString(), StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string reason, Func<Task> act)
    {
        Assert.Contains(reason, (await Assert.ThrowsAsync<UserChangeException>(act)).Message, StringComparison.Ordinal);
    }

    private Task DoAsync(string act, Identity by, long token)
    {
        var (none, table) = (CancellationToken.None, _world.Table);
        return act switch
        {
            "list" => Task.Run(() => Users.List(by, new UserQuery())),
            "bad lines" => Task.Run(() => Users.BadLines(by)),
            "read-only" => Task.Run(() => Users.WhyReadOnly(by)),
            "add" => Users.AddAsync(by, Here, "cy", "password", none),
            "robot" => Users.AddRobotAsync(by, Here, "cy", none),
            "password" => Users.SetPasswordAsync(by, Here, "ada", "password", none),
            "disable" => Users.SetDisabledAsync(by, Here, "robot", isDisabled: true, none),
            "enable" => Users.SetDisabledAsync(by, Here, "robot", isDisabled: false, none),
            "plan" => Task.Run(() => Users.PlanDeletion(by, "robot")),
            "delete" => Users.DeleteAsync(by, Here, "robot", opens: true, none),
            "rules" => Task.Run(() => table.Read(by)),
            "write" => table.ReplaceAsync(by, Here, _world.Accounts.Current.Rows.Rules, [], RuleAnswer.OpenToSignedIn, none),
            "explain" => Task.Run(() => table.Explain(by, "ada", RepositoryName.Parse("team/app"))),
            "tokens" => Task.Run(() => _world.Tokens.List(by, "robot")),
            "revoke" => _world.Tokens.RevokeAsync(by, Here, token, none),
            _ => _world.Tokens.CreateAsync(by, Here, new TokenRequest { User = "robot", Name = "another" }, none),
        };
    }

    private async Task<string> TokenOfAsync(string user)
    {
        var by = new Identity { Kind = IdentityKind.Session, Name = user };
        return (await _world.Tokens.CreateAsync(by, Here, new TokenRequest { User = user, Name = "token" }, CancellationToken.None)).Secret;
    }

    private async Task<Session> AddSessionAsync(string user)
    {
        var now = _world.Time.GetUtcNow();
        return await _world.Accounts.ChangeAsync(
            async store =>
            {
                await store.SaveAccountAsync(new Account { Name = user }, CancellationToken.None);
                return await store.AddSessionAsync(
                    new Session { User = user, Hash = Guid.NewGuid().ToByteArray().Concat(new byte[16]).ToArray(), CreatedAt = now, LastSeen = now }, CancellationToken.None);
            },
            CancellationToken.None);
    }
}
