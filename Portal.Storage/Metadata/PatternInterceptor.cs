using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Portal.Storage.Metadata;

/// <summary>
/// Matches regular expressions in the database without backtracking: patterns of repositories come from users, and no
/// pattern may keep a thread busy for longer than the name that it looks at is long.
/// </summary>
internal sealed class PatternInterceptor : DbConnectionInterceptor
{
    public static PatternInterceptor Instance { get; } = new();

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Register((SqliteConnection)connection);

    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Register((SqliteConnection)connection);
        return Task.CompletedTask;
    }

    private static void Register(SqliteConnection connection)
    {
        // A question has one pattern for all rows.
        Regex? regex = null;
        connection.CreateFunction(
            "regexp",
            (string? pattern, string? text) =>
            {
                if (pattern is null || text is null)
                {
                    return (bool?)null;
                }

                if (regex?.ToString() != pattern)
                {
                    regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
                }

                return regex.IsMatch(text);
            },
            isDeterministic: true);
    }
}
