using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Portal.Storage.Metadata;

/// <summary>What is the same for each of the portal's databases.</summary>
internal static class SqliteFile
{
    /// <summary>Uses one file, made when it is opened first; its folder must exist then.</summary>
    public static DbContextOptionsBuilder UseSqliteFile(this DbContextOptionsBuilder options, string path)
    {
        // The default timeout is how long a writer waits for another one's transaction.
        var connection = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 };
        return options.UseSqlite(connection.ToString()).ConfigureWarnings(warnings => warnings
            // A test compares model and migrations, so that no start has to.
            .Ignore(RelationalEventId.PendingModelChangesWarning)
            // Whoever commits is told by the exception, and one who leaves just then is no error.
            .Log((RelationalEventId.TransactionError, LogLevel.Debug)));
    }
}
