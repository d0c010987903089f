using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Logging;
using Portal.Storage.Metadata;
using Portal.Storage.Metadata.Compiled;
using Portal.Tests.Fixtures;

namespace Portal.Tests.Unit.Metadata;

public sealed class PortalDatabaseTests
{
    [Fact]
    public async Task Migrate_NewFile_MakesTheModelsTablesInWalMode()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var context = world.CreateDbContext();

        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Empty(await context.Database.GetPendingMigrationsAsync());
        Assert.Equal("wal", await context.Database.SqlQueryRaw<string>("SELECT journal_mode AS Value FROM pragma_journal_mode").SingleAsync());
        Assert.Equal(1, await context.Database.SqlQueryRaw<int>("SELECT synchronous AS Value FROM pragma_synchronous").SingleAsync());
    }

    /// <summary>A request that ends, or a process that stops, just then is nothing for an administrator.</summary>
    [Fact]
    public async Task Commit_OfWhoLeavesJustThen_IsNoErrorInTheLog()
    {
        await using var world = await CatalogWorld.CreateAsync();
        var logged = new ConcurrentQueue<LogLevel>();
        var options = new DbContextOptionsBuilder<PortalDbContext>();
        await using var first = world.CreateDbContext();
        PortalDatabase.Configure(options, first.Database.GetDbConnection().DataSource);
        await using var context = new PortalDbContext(options.LogTo((_, level) => level >= LogLevel.Debug, entry => logged.Enqueue(entry.LogLevel)).Options);
        await using var transaction = await context.Database.BeginTransactionAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transaction.CommitAsync(new CancellationToken(canceled: true)));

        Assert.NotEmpty(logged);
        Assert.DoesNotContain(logged, level => level >= LogLevel.Information);
    }

    [Fact]
    public async Task CompiledModel_IsTheModel()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await using var context = world.CreateDbContext();

        var declared = context.GetService<IDesignTimeModel>().Model;

        Assert.IsType<PortalDbContextModel>(context.Model);
        Assert.Equal(ColumnsOf(declared), ColumnsOf(context.Model));
    }

    [Fact]
    public async Task Migrate_Again_KeepsRows()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await world.PutImageAsync("app", "1", [1]);
        await world.ReconcileAsync();

        await world.Database.MigrateAsync(CancellationToken.None);

        Assert.NotNull(await world.FindAsync("app"));
        Assert.Empty(AsideOf(world));
    }

    [Fact]
    public async Task Migrate_NotADatabase_IsMovedAsideAndBegunAnew()
    {
        await using var world = await CatalogWorld.CreateAsync(migrate: false);
        await File.WriteAllTextAsync(world.DatabasePath, string.Join('\n', Enumerable.Repeat("this is no database", 1000)));

        await world.Database.MigrateAsync(CancellationToken.None);

        Assert.Null(await world.FindAsync("app"));
        var aside = Assert.Single(AsideOf(world));
        Assert.Equal("portal.db.broken-20260301T120000Z", Path.GetFileName(aside));
        Assert.StartsWith("this is no database", await File.ReadAllTextAsync(aside), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_CutFile_IsMovedAsideAndBegunAnew()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await ExecuteAsync(world, "PRAGMA wal_checkpoint(TRUNCATE)");
        ClosePool(world);
        await using (var file = File.OpenWrite(world.DatabasePath))
        {
            file.SetLength(6000);
        }

        await world.Database.MigrateAsync(CancellationToken.None);

        Assert.Null(await world.FindAsync("app"));
        Assert.Single(AsideOf(world), path => path.EndsWith('Z'));
    }

    [Fact]
    public async Task Migrate_NewerVersion_IsMovedAsideAndBegunAnew()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await ExecuteAsync(world, """
            INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('99990101000000_Later', '99.0.0')
            """);

        await world.Database.MigrateAsync(CancellationToken.None);

        Assert.Contains(AsideOf(world), path => path.EndsWith('Z'));
        Assert.Null(await world.FindAsync("app"));
    }

    [Fact]
    public async Task Migrate_LockLeftByAKilledProcess_DoesNotWait()
    {
        await using var world = await CatalogWorld.CreateAsync();
        await ExecuteAsync(world, """
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT OR REPLACE INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
            DELETE FROM "__EFMigrationsHistory";
            DROP TABLE "ManifestContents"; DROP TABLE "Manifests"; DROP TABLE "Tags"; DROP TABLE "Repositories";
            """);

        using var deadline = new CancellationTokenSource(Patience.Deadline);
        await world.Database.MigrateAsync(deadline.Token);

        Assert.Null(await world.FindAsync("app"));
    }

    [Fact]
    public async Task Migrate_FolderInItsPlace_FailsAndMovesNothing()
    {
        await using var world = await CatalogWorld.CreateAsync(migrate: false);
        Directory.CreateDirectory(world.DatabasePath);

        await Assert.ThrowsAsync<SqliteException>(() => world.Database.MigrateAsync(CancellationToken.None));

        Assert.True(Directory.Exists(world.DatabasePath));
        Assert.Empty(AsideOf(world));
    }

    private static IEnumerable<string> ColumnsOf(IModel model)
    {
        return from table in model.GetRelationalModel().Tables
               from column in table.Columns
               orderby table.Name, column.Name
               select $"{table.Name}.{column.Name} {column.StoreType} {column.IsNullable}";
    }

    private static string[] AsideOf(CatalogWorld world)
    {
        return Directory.GetFileSystemEntries(Path.GetDirectoryName(world.DatabasePath)!, "portal.db.broken-*");
    }

    private static async Task ExecuteAsync(CatalogWorld world, string sql)
    {
        await using var context = world.CreateDbContext();
        await context.Database.ExecuteSqlRawAsync(sql);
    }

    private static void ClosePool(CatalogWorld world)
    {
        using var context = world.CreateDbContext();
        SqliteConnection.ClearPool((SqliteConnection)context.Database.GetDbConnection());
    }
}
