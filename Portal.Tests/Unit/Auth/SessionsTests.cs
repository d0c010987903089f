using System.Net;
using Microsoft.Extensions.Time.Testing;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

/// <summary>When a browser is signed in, and when no longer.</summary>
public sealed class SessionsTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TempFolder _folder = new();
    private readonly AccountsWorld _world;
    private readonly string _htpasswd;

    public SessionsTests()
    {
        _htpasswd = PasswordFile.Write(_folder.Path).Path;
        _world = new AccountsWorld(_htpasswd, time: _time);
    }

    private Sessions Sessions => _world.Sessions;

    public void Dispose()
    {
        _world.Dispose();
        _folder.Dispose();
    }

    /// <summary>Who is remembered as the configuration's administrator is none when the configuration names none.</summary>
    [Fact]
    public async Task AdministratorOfTheConfiguration_WhoIsGoneFromIt_IsSignedInNoMore()
    {
        using var world = new AccountsWorld(_htpasswd, new AdminConfiguration("root", new Secret("secret")), _time);
        var secret = await world.Sessions.StartAsync("root", Here, null, null, null, CancellationToken.None);
        Assert.NotNull(world.Sessions.Find(secret));

        world.Live.Apply(world.Live.Current with { Portal = world.Live.Current.Portal with { Admin = null } });

        Assert.Null(world.Sessions.Find(secret));
    }

    [Fact]
    public async Task Start_IsFoundByItsText_OfWhichOnlyAHashIsKept()
    {
        var secret = await StartAsync();

        var session = Sessions.Find(secret)!;
        Assert.Equal(PasswordFile.User, session.User);
        Assert.Equal("192.0.2.1", session.Address);
        Assert.Equal(43, secret.Length);
        Assert.DoesNotContain(secret, Convert.ToBase64String(session.Hash), StringComparison.Ordinal);
        Assert.NotEqual(secret, await StartAsync());
        Assert.Equal(session.Id, Sessions.Find(session.Id)?.Id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("0000000000000000000000000000000000000000000")]
    public async Task Find_AnyOtherText_IsNothing(string? secret)
    {
        await StartAsync();

        Assert.Null(Sessions.Find(secret));
    }

    [Fact]
    public async Task Find_UnusedForTheIdleTimeout_IsOver_UsedIsNot()
    {
        var (unused, used) = (await StartAsync(), await StartAsync());

        _time.Advance(TimeSpan.FromHours(11.9));
        Sessions.Saw(Sessions.Find(used)!);
        _time.Advance(TimeSpan.FromHours(0.2));

        Assert.Null(Sessions.Find(unused));
        Assert.NotNull(Sessions.Find(used));
    }

    [Fact]
    public async Task Find_OlderThanTheLifetime_IsOver_HoweverMuchItIsUsed()
    {
        var secret = await StartAsync();
        for (var hours = 0; hours < 7 * 24 - 6; hours += 6)
        {
            _time.Advance(TimeSpan.FromHours(6));
            Sessions.Saw(Sessions.Find(secret)!);
        }

        _time.Advance(TimeSpan.FromHours(6));

        Assert.Null(Sessions.Find(secret));
    }

    [Fact]
    public async Task Bounds_Changed_CountAtOnce()
    {
        var secret = await StartAsync();
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.NotNull(Sessions.Find(secret));

        _world.Live.Apply(new RegistryConfiguration { Portal = new PortalConfiguration { Session = new SessionConfiguration { IdleTimeout = TimeSpan.FromMinutes(5) } } });

        Assert.Null(Sessions.Find(secret));
    }

    [Fact]
    public async Task Find_OfADisabledUser_IsNothing()
    {
        var secret = await StartAsync();

        await SaveAsync(account => account with { IsDisabled = true });

        Assert.Null(Sessions.Find(secret));
    }

    [Fact]
    public async Task Find_OfAUserWhoIsNoLongerInTheFile_IsNothing()
    {
        var secret = await StartAsync();

        File.WriteAllText(_htpasswd, PasswordFile.Line("somebody-else", "x"));

        Assert.Null(Sessions.Find(secret));
    }

    [Fact]
    public async Task SignOut_EndsThisOneAlone()
    {
        var (one, other) = (await StartAsync(), await StartAsync());

        await Sessions.SignOutAsync(Sessions.Find(one)!, Here, CancellationToken.None);

        Assert.Null(Sessions.Find(one));
        Assert.NotNull(Sessions.Find(other));
    }

    [Fact]
    public async Task EndAll_EndsThoseFromBefore_AndNoneFromAfter()
    {
        var before = await StartAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await Sessions.EndAllAsync(PasswordFile.User, PasswordFile.User, Here, CancellationToken.None);

        Assert.Null(Sessions.Find(before));
        Assert.Empty(Sessions.Of(PasswordFile.User));
        Assert.NotNull(Sessions.Find(await StartAsync()));
        Assert.Equal(_time.GetUtcNow(), _world.Accounts.Current.Find(PasswordFile.User)!.ValidFrom);
    }

    [Fact]
    public async Task ValidFrom_InTheFuture_EndsWhatIsThere()
    {
        var secret = await StartAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        await SaveAsync(account => account with { ValidFrom = _time.GetUtcNow() });

        Assert.Null(Sessions.Find(secret));
    }

    [Fact]
    public async Task Start_InPlaceOfAnother_EndsThat()
    {
        var before = await StartAsync();

        var after = await Sessions.StartAsync(PasswordFile.User, Here, "Firefox", Sessions.Find(before), null, CancellationToken.None);

        Assert.Null(Sessions.Find(before));
        Assert.NotNull(Sessions.Find(after));
    }

    [Fact]
    public async Task End_OfAnotherUsersSession_DoesNothing()
    {
        var session = Sessions.Find(await StartAsync())!;

        Assert.False(await Sessions.EndAsync("grace", session.Id, Here, CancellationToken.None));
        Assert.NotNull(Sessions.Find(session.Id));
        Assert.True(await Sessions.EndAsync(PasswordFile.User, session.Id, Here, CancellationToken.None));
        Assert.Null(Sessions.Find(session.Id));
    }

    [Fact]
    public async Task Of_ListsOnesOwn_TheLastUsedFirst()
    {
        var (first, second) = (Sessions.Find(await StartAsync())!, Sessions.Find(await StartAsync())!);
        _time.Advance(TimeSpan.FromMinutes(1));
        Sessions.Saw(first);

        Assert.Equal([first.Id, second.Id], Sessions.Of(PasswordFile.User).Select(session => session.Id));
        Assert.Equal(_time.GetUtcNow(), Sessions.Of(PasswordFile.User)[0].LastSeen);
        Assert.Empty(Sessions.Of("grace"));
    }

    [Fact]
    public async Task Start_MoreThanAHundred_EndsTheOldest()
    {
        var first = await StartAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 100; i++)
        {
            await StartAsync();
        }

        Assert.Null(Sessions.Find(first));
        Assert.Equal(100, Sessions.Of(PasswordFile.User).Count);
    }

    [Fact]
    public async Task RowsOfEndedSessions_AreRemovedByThemselves()
    {
        await StartAsync();
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Sessions.StartAsync(CancellationToken.None);
        _world.Accounts.Changed += () => changed.TrySetResult();

        using var deadline = new CancellationTokenSource(Patience.Deadline);
        while (!changed.Task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await Task.WhenAny(changed.Task, Task.Delay(10, deadline.Token));
            deadline.Token.ThrowIfCancellationRequested();
        }

        Assert.Empty(_world.Accounts.Current.Rows.Sessions);
        await Sessions.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task LastSeen_IsWrittenDown_WhenTheProcessEnds()
    {
        var session = Sessions.Find(await StartAsync())!;
        _time.Advance(TimeSpan.FromHours(3));
        Sessions.Saw(session);

        await _world.Activity.StopAsync(CancellationToken.None);

        Assert.Equal(_time.GetUtcNow(), Assert.Single((await _world.Store.LoadAsync(CancellationToken.None)).Sessions).LastSeen);
    }

    private Task<string> StartAsync()
    {
        return Sessions.StartAsync(PasswordFile.User, Here, "Firefox", replaced: null, remember: null, CancellationToken.None);
    }

    private Task SaveAsync(Func<Account, Account> change)
    {
        return _world.Accounts.ChangeAsync(
            store => store.SaveAccountAsync(change(_world.Accounts.Current.Find(PasswordFile.User)!), CancellationToken.None), CancellationToken.None);
    }
}
