using Portal.Storage.Accounts;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Auth;

public sealed class AccountsDatabaseTests
{
    [Fact]
    public async Task Migrate_SeveralApplicationsOfAProcessAtOnce_MakeOneDatabase()
    {
        using var world = new AccountsWorld();
        using var turn = new SemaphoreSlim(1, 1);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new AccountsDatabase(world, turn).MigrateAsync(CancellationToken.None))));

        Assert.Equal(0, (await world.AuditStore.FindAsync(new AuditQuery(), CancellationToken.None)).Total);
    }
}
