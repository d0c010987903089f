using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Portal.Storage.Metadata;

/// <summary>The database file: how it is opened, and brought to this version before the host serves anything.</summary>
/// <remarks>
/// Every row it holds today can be built again from storage. So a file that is damaged or of a newer version is moved
/// aside and a new one begun. That must change with the first row that cannot be rebuilt.
/// </remarks>
public sealed partial class PortalDatabase(
    IDbContextFactory<PortalDbContext> contexts, TimeProvider time, ILogger<PortalDatabase> logger)
{
    // SQLite's primary result codes that say the file itself is at fault, not the disk, a permission or another process.
    private const int GenericError = 1;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    /// <param name="path">The file; its folder must exist when the database is opened first.</param>
    public static void Configure(DbContextOptionsBuilder options, string path)
    {
        // The default timeout is how long a writer waits for another one's transaction.
        var connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 };
        options.UseSqlite(connection.ToString())
            .AddInterceptors(DurabilityInterceptor.Instance, PatternInterceptor.Instance)
            // A test compares model and migrations, so that no start has to.
            .ConfigureWarnings(warnings => warnings
                .Ignore(RelationalEventId.PendingModelChangesWarning)
                // Who began it is told by the exception; that it is given up when the process stops is no error.
                .Log((RelationalEventId.TransactionError, LogLevel.Debug)));
    }

    /// <summary>Makes the file, or brings it to this version.</summary>
    /// <exception cref="SqliteException">The file can be neither used nor replaced: permission, disk, or in use.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        string reason;
        try
        {
            if (await TryMigrateAsync(cancellationToken))
            {
                return;
            }

            reason = "it was written by a newer version";
        }
        catch (SqliteException exception)
            when (exception.SqliteErrorCode is GenericError or Corrupt or NotADatabase)
        {
            reason = exception.Message;
        }

        await MoveAsideAsync(reason, cancellationToken);
        await TryMigrateAsync(cancellationToken);
    }

    /// <returns>False when the file has migrations that this version does not know.</returns>
    private async Task<bool> TryMigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var database = context.Database;
        var known = database.GetMigrations();
        var applied = await ListAppliedAsync(context, cancellationToken);
        if (applied.SetEquals(known))
        {
            return true;
        }

        if (applied.Except(known).Any())
        {
            return false;
        }

        // Readers then never wait for the writer. The mode is kept in the file.
        await database.ExecuteSqlAsync($"PRAGMA journal_mode = WAL", cancellationToken);

        // A process that was killed while migrating leaves its lock behind, and the next would wait for it for ever.
        await database.ExecuteSqlAsync($"""DROP TABLE IF EXISTS "__EFMigrationsLock" """, cancellationToken);
        await database.MigrateAsync(cancellationToken);
        return true;
    }

    /// <summary>The migrations in the file's history, read without what EF would build to ask for them: it shows in the time and memory of a start.</summary>
    private static async Task<HashSet<string>> ListAppliedAsync(PortalDbContext context, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_schema WHERE name = '__EFMigrationsHistory'";
        if (await command.ExecuteScalarAsync(cancellationToken) is 0L)
        {
            return [];
        }

        var applied = new HashSet<string>(StringComparer.Ordinal);
        command.CommandText = """SELECT "MigrationId" FROM "__EFMigrationsHistory" """;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            applied.Add(rows.GetString(0));
        }

        return applied;
    }

    private async Task MoveAsideAsync(string reason, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        SqliteConnection.ClearPool(connection);
        var path = connection.DataSource;
        var aside = path + time.GetUtcNow().ToString("'.broken-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        Log.MovedAside(logger, path, aside, reason);
        foreach (var suffix in new[] { string.Empty, "-wal", "-shm" })
        {
            if (File.Exists(path + suffix))
            {
                File.Move(path + suffix, aside + suffix, overwrite: true);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The database {Path} cannot be used and was moved to {Aside}; "
            + "it holds only an index, which is built anew from storage. Reason: {Reason}")]
        public static partial void MovedAside(ILogger logger, string path, string aside, string reason);
    }
}
