using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;
using Portal.Storage.Reasons;

namespace Portal.Storage.Accounts;

/// <summary>The file of users, permissions, tokens, sessions and audit: how it is opened, and brought to this version.</summary>
/// <param name="turn">Taken while the file is made: it belongs to all who open this file in this process.</param>
public sealed class AccountsDatabase(IDbContextFactory<AccountsDbContext> contexts, SemaphoreSlim turn)
{
    /// <param name="path">The file; its folder must exist when the database is opened first.</param>
    /// <remarks>With SQLite's own durability: what is acknowledged here, a revoked token say, outlives a power cut.</remarks>
    public static void Configure(DbContextOptionsBuilder options, string path) => options.UseSqliteFile(path);

    /// <summary>Makes the file, or brings it to this version.</summary>
    /// <exception cref="AccountsDatabaseException">The file is damaged, of a newer version, or cannot be opened. It stays as it is.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await MigrateInTurnAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task MigrateInTurnAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var path = context.Database.GetDbConnection().DataSource;
        MakePrivate(path);
        try
        {
            var known = context.Database.GetMigrations().ToHashSet();
            var applied = (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).ToHashSet();
            if (applied.FirstOrDefault(migration => !known.Contains(migration)) is not null)
            {
                throw new AccountsDatabaseException(
                    new Reason(AccountsFault.NewerVersion, $"{path} was written by a newer version of the portal: run that version, or put back a copy from before it"));
            }

            if (applied.SetEquals(known))
            {
                return;
            }

            await context.Database.ExecuteSqlAsync($"PRAGMA journal_mode = WAL", cancellationToken);

            // A process that was killed while migrating leaves its lock behind, and the next would wait for it for ever.
            await context.Database.ExecuteSqlAsync($"""DROP TABLE IF EXISTS "__EFMigrationsLock" """, cancellationToken);
            await context.Database.MigrateAsync(cancellationToken);
        }
        catch (SqliteException exception)
        {
            throw new AccountsDatabaseException(
                new Reason(
                    AccountsFault.Unusable,
                    $"the file of users and permissions, {path}, cannot be used ({exception.Message}): put back a copy of it, or move it away to begin with no permissions and no tokens"),
                exception);
        }
    }

    /// <summary>It holds hashes of passwords and sessions: for its owner alone, from its first byte on. SQLite's files beside it follow it.</summary>
    private static void MakePrivate(string path)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(path))
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
    }
}

/// <summary>The file of users and permissions cannot be used; the message says what to do.</summary>
public sealed class AccountsDatabaseException(Reason reason, Exception? inner = null) : Exception(reason.ToString(), inner), IReasoned
{
    public Reason Reason { get; } = reason;
}
