using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth;
using Portal.Storage.Accounts;
using Portal.Storage.Oci;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

public sealed class AccessTokensTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");
    private static readonly Identity Ada = new() { Kind = IdentityKind.Session, Name = "ada" };

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly AccountsWorld _world;

    public AccessTokensTests()
    {
        File.WriteAllText(_folder.Combine("htpasswd"), PasswordFile.Line("ada", "password") + PasswordFile.Line("bob", "password"));
        _world = new AccountsWorld(_folder.Combine("htpasswd"), time: _time);
    }

    public void Dispose()
    {
        _world.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Create_WorksAtOnce_AndIsKeptAsAHashAlone()
    {
        var made = await CreateAsync(new TokenRequest { User = "ada", Name = "ci", Role = Role.Writer, Patterns = [RepositoryPattern.Parse("team/**")] });

        Assert.Matches("^rpt_[A-Za-z0-9_-]{43}$", made.Secret);
        var identity = await _world.SignInAsync("ada", made.Secret);
        Assert.Equal((IdentityKind.AccessToken, "ada", "ci"), (identity!.Kind, identity.Name, identity.TokenName));
        Assert.Equal(RepositoryActions.Pull | RepositoryActions.Push, _world.Permissions.On(identity, RepositoryName.Parse("team/app")));
        Assert.Equal(RepositoryActions.None, _world.Permissions.On(identity, RepositoryName.Parse("other/app")));
        Assert.Null(await _world.SignInAsync("bob", made.Secret));
        Assert.Equal(_time.GetUtcNow().AddDays(90), made.Token.ExpiresAt);
        var token = Assert.Single(_world.Tokens.List(Ada, "ada"));
        Assert.Equal(("ci", _time.GetUtcNow(), "192.0.2.1"), (token.Name, token.LastUsed, token.LastAddress));
        foreach (var file in Directory.GetFiles(_world.Folder))
        {
            Assert.DoesNotContain(made.Secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Token_EndsAtItsTime_OrWhenItIsRevoked()
    {
        var week = await CreateAsync(new TokenRequest { User = "ada", Name = "week", Lifetime = TimeSpan.FromDays(7) });
        var ever = await CreateAsync(new TokenRequest { User = "ada", Name = "ever", Lifetime = null });

        _time.Advance(TimeSpan.FromDays(7));
        Assert.Null(await _world.SignInAsync("ada", week.Secret));
        _time.Advance(TimeSpan.FromDays(3650));
        Assert.NotNull(await _world.SignInAsync("ada", ever.Secret));

        await _world.Tokens.RevokeAsync(Ada, Here, ever.Token.Id, CancellationToken.None);
        Assert.Null(await _world.SignInAsync("ada", ever.Secret));
        Assert.Equal(["week"], _world.Tokens.List(Ada, "ada").Select(token => token.Name));
    }

    [Fact]
    public async Task Others_AreRevokedByAdministratorsAlone_AndMadeByNobody()
    {
        var bob = new Identity { Kind = IdentityKind.Session, Name = "bob" };
        await _world.SetRulesAsync(new AccessRule(SubjectKind.User, "ada", Role.Admin, RepositoryPattern.All));
        var bobs = await _world.Tokens.CreateAsync(bob, Here, new TokenRequest { User = "bob", Name = "bob's" }, CancellationToken.None);
        var adas = await CreateAsync(new TokenRequest { User = "ada", Name = "ada's" });

        await DeniedAsync(() => _world.Tokens.CreateAsync(Ada, Here, new TokenRequest { User = "bob", Name = "for bob" }, CancellationToken.None));
        await DeniedAsync(() => _world.Tokens.RevokeAsync(bob, Here, adas.Token.Id, CancellationToken.None));
        await DeniedAsync(() => _world.Tokens.RevokeAsync(bob, Here, 12345, CancellationToken.None));
        await DeniedAsync(() => Task.Run(() => _world.Tokens.List(bob, "ada")));
        Assert.Single(_world.Tokens.List(Ada, "bob"));
        await _world.Tokens.RevokeAsync(Ada, Here, bobs.Token.Id, CancellationToken.None);
        Assert.Null(await _world.SignInAsync("bob", bobs.Secret));
    }

    [Fact]
    public async Task Token_MakesAndTakesNone()
    {
        var made = await CreateAsync(new TokenRequest { User = "ada", Name = "ci", Role = Role.Maintainer });
        var holder = (await _world.SignInAsync("ada", made.Secret))!;

        await DeniedAsync(() => _world.Tokens.CreateAsync(holder, Here, new TokenRequest { User = "ada", Name = "more" }, CancellationToken.None));
        await DeniedAsync(() => _world.Tokens.RevokeAsync(holder, Here, made.Token.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Create_OutOfBounds_IsRefusedWithASentence()
    {
        await CreateAsync(new TokenRequest { User = "ada", Name = "ci" });
        await RefusedAsync("a token \"ci\" already", new TokenRequest { User = "ada", Name = "ci" });
        await RefusedAsync("1 to 64 characters", new TokenRequest { User = "ada", Name = "" });
        await RefusedAsync("1 to 64 characters", new TokenRequest { User = "ada", Name = new string('n', 65) });
        await RefusedAsync("1 to 64 characters", new TokenRequest { User = "ada", Name = "a\u0007" });
        await RefusedAsync("no administration", new TokenRequest { User = "ada", Name = "a", Role = Role.Admin });
        await RefusedAsync("1 to 20 patterns", new TokenRequest { User = "ada", Name = "a", Patterns = [] });
        await RefusedAsync("at most 3650 days", new TokenRequest { User = "ada", Name = "a", Lifetime = TimeSpan.FromDays(3651) });
        await RefusedAsync("at most 3650 days", new TokenRequest { User = "ada", Name = "a", Lifetime = TimeSpan.Zero });
        Assert.Single(_world.Tokens.List(Ada, "ada"));
    }

    [Fact]
    public async Task Create_TheHundredAndFirst_IsRefused()
    {
        await _world.Accounts.ChangeAsync(
            async store =>
            {
                await store.SaveAccountAsync(new Account { Name = "ada" }, CancellationToken.None);
                for (var number = 0; number < AccessTokens.MostTokens; number++)
                {
                    await store.AddTokenAsync(
                        new AccessToken { User = "ada", Name = $"t{number}", Hash = Guid.NewGuid().ToByteArray().Concat(new byte[16]).ToArray() }, CancellationToken.None);
                }
            },
            CancellationToken.None);

        await RefusedAsync("has 100 tokens", new TokenRequest { User = "ada", Name = "one more" });
    }

    [Fact]
    public async Task Audit_TellsOfAToken_MadeUsedAndRevoked_UseOnceADayAndAddress()
    {
        var made = await CreateAsync(new TokenRequest { User = "ada", Name = "ci" });
        for (var use = 0; use < 3; use++)
        {
            await _world.SignInAsync("ada", made.Secret);
        }

        await _world.SignInAsync("ada", made.Secret, "198.51.100.1");
        _time.Advance(TimeSpan.FromDays(1));
        await _world.SignInAsync("ada", made.Secret);
        await _world.Tokens.RevokeAsync(Ada, Here, made.Token.Id, CancellationToken.None);

        var entries = await _world.AuditedAsync();
        Assert.Equal(
            [
                (AuditAction.TokenCreated, "192.0.2.7"), (AuditAction.TokenUsed, "192.0.2.1"), (AuditAction.TokenUsed, "198.51.100.1"),
                (AuditAction.TokenUsed, "192.0.2.1"), (AuditAction.TokenRevoked, "192.0.2.7"),
            ],
            entries.Select(entry => (entry.Action, entry.Address)));
        Assert.All(entries, entry => Assert.Equal(("ada", "ada/ci"), (entry.Actor, entry.Target)));
        Assert.Equal("reader on **, until 2027-01-30 12:00:00Z", entries[0].Detail?.ToString());
        Assert.DoesNotContain(entries, entry => $"{entry.Detail}".Contains(made.Secret, StringComparison.Ordinal));
    }

    private static async Task DeniedAsync(Func<Task> act) => Assert.Equal(ErrorCode.Denied, (await Assert.ThrowsAsync<OciException>(act)).Code);

    private Task<CreatedToken> CreateAsync(TokenRequest request) => _world.Tokens.CreateAsync(Ada, Here, request, CancellationToken.None);

    private async Task RefusedAsync(string reason, TokenRequest request)
    {
        Assert.Contains(reason, (await Assert.ThrowsAsync<UserChangeException>(() => CreateAsync(request))).Message, StringComparison.Ordinal);
    }
}
