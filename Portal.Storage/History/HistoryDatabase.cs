using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;
using Portal.Storage.Metadata;

namespace Portal.Storage.History;

/// <summary>
/// The file of what happened. It is made, or brought to this version, when somebody first writes or reads: a registry at
/// rest has none open.
/// </summary>
/// <param name="path">The file; its folder must exist when the database is opened first.</param>
/// <param name="turn">Taken while the file is made: it belongs to all who open this file in this process.</param>
public sealed partial class HistoryDatabase(
    IDbContextFactory<HistoryDbContext> contexts, string path, SemaphoreSlim turn, TimeProvider time, ILogger<HistoryDatabase> logger)
{
    // SQLite's primary result codes that say the file itself is at fault.
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private volatile bool _isReady;

    /// <summary>Whether there is a file: where nothing ever happened, who reads need not make one.</summary>
    public bool Exists => _isReady || File.Exists(path);

    /// <param name="path">The file; its folder must exist when the database is opened first.</param>
    public static void Configure(DbContextOptionsBuilder options, string path)
    {
        // The default timeout is how long a writer waits for another one's transaction.
        var connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 };
        options.UseSqlite(connection.ToString())
            .AddInterceptors(DurabilityInterceptor.Instance, PatternInterceptor.Instance)
            .ConfigureWarnings(warnings => warnings
                .Ignore(RelationalEventId.PendingModelChangesWarning)
                // Who began it is told by the exception; that it is given up when the process stops is no error.
                .Log((RelationalEventId.TransactionError, LogLevel.Debug)));
    }

    /// <summary>A context of a file that is there and of this version.</summary>
    /// <exception cref="InvalidOperationException">A newer version wrote the file; the message says what to do.</exception>
    /// <exception cref="SqliteException">The file can be neither used nor replaced: permission, disk, or in use.</exception>
    internal async Task<HistoryDbContext> OpenAsync(CancellationToken cancellationToken)
    {
        if (!_isReady)
        {
            await turn.WaitAsync(cancellationToken);
            try
            {
                if (!_isReady)
                {
                    await PrepareAsync(cancellationToken);
                    _isReady = true;
                }
            }
            finally
            {
                turn.Release();
            }
        }

        return await contexts.CreateDbContextAsync(cancellationToken);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await MigrateAsync(cancellationToken);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is Corrupt or NotADatabase)
        {
            MoveAside(exception.Message);
            await MigrateAsync(cancellationToken);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var known = context.Database.GetMigrations().ToHashSet();
        var applied = await context.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.Any(migration => !known.Contains(migration)))
        {
            throw new InvalidOperationException(
                $"{path} was written by a newer version of the portal: run that version, or move the file away to begin a new history");
        }

        if (known.SetEquals(applied))
        {
            return;
        }

        await context.Database.ExecuteSqlAsync($"PRAGMA journal_mode = WAL", cancellationToken);

        // A process that was killed while migrating leaves its lock behind, and the next would wait for it for ever.
        await context.Database.ExecuteSqlAsync($"""DROP TABLE IF EXISTS "__EFMigrationsLock" """, cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }

    private void MoveAside(string reason)
    {
        SqliteConnection.ClearAllPools();
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
        [LoggerMessage(Level = LogLevel.Error, Message = "The history {Path} cannot be read and was moved to {Aside}. Activity, figures, "
            + "and events that were not delivered yet are in it alone; a new one is begun. Reason: {Reason}")]
        public static partial void MovedAside(ILogger logger, string path, string aside, string reason);
    }
}
