using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Portal.Bench.Index;

/// <summary>Rows written straight into the index: a hundred repositories to a team, ten tags each, an image of its own for each tag.</summary>
public static class Seed
{
    private const int RepositoriesPerTransaction = 1000;

    /// <summary>One repository more, for its page.</summary>
    public const string LargeRepository = "large/app";

    public static string RepositoryName(int number) => $"team-{number / 100:0000}/app-{number % 100:00}";

    public static string Digest(int number) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));

    /// <summary>Two of ten are numbers that others have too, one is everybody's, the rest are a build's own.</summary>
    public static string Tag(int repository, int tag) => tag switch
    {
        0 => "latest",
        1 or 2 => $"v1.{tag}.{repository % 50}",
        _ => $"sha-{Digest((repository * 10) + tag)[7..14]}",
    };

    public static async Task WriteAsync(IndexFile file, int repositories, int tagsEach, int largeTags)
    {
        await using var context = file.CreateDbContext();
        await context.Database.OpenConnectionAsync();
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        using var repository = new Insert(connection, "Repositories", "Id", "Name", "TagCount", "ManifestCount", "Size", "LastPush", "LastPull", "Kinds", "Platforms", "UnsignedCount", "UntaggedCount");
        using var manifest = new Insert(connection, "Manifests", "Id", "RepositoryId", "Digest", "MediaType", "ReadBy", "Kind", "ArtifactKind", "Size", "Platforms", "PushedAt");
        using var text = new Insert(connection, "ManifestTexts", "ManifestId", "Lines");
        using var tag = new Insert(connection, "Tags", "RepositoryId", "Name", "Digest", "PushedAt", "LastPull");
        var now = TimeProvider.System.GetUtcNow().Ticks;
        var id = 0;
        for (var first = 0; first <= repositories; first += RepositoriesPerTransaction)
        {
            await using var transaction = (SqliteTransaction)await connection.BeginTransactionAsync();
            for (var number = first; number < Math.Min(first + RepositoriesPerTransaction, repositories + 1); number++)
            {
                var isLarge = number == repositories;
                var count = isLarge ? largeTags : tagsEach;
                var pushed = now - (TimeSpan.TicksPerMinute * ((number * 7919L) % 500_000));
                object pulled = number % 4 == 3 ? DBNull.Value : now - (TimeSpan.TicksPerMinute * ((number * 6007L) % 300_000));
                var platform = number % 10 == 0 ? "linux/arm64" : "linux/amd64";
                var size = 1_000_000L + ((number * 104_729L) % 900_000_000);
                repository.Run(
                    transaction, number + 1, isLarge ? LargeRepository : RepositoryName(number), count, count, size, pushed, pulled, 1, $"\n{platform}\n", number % 3 == 0 ? count : 0, number % 7 == 0 ? 1 : 0);
                for (var index = 0; index < count; index++)
                {
                    var digest = Digest((number * 10) + index);
                    id++;
                    manifest.Run(
                        transaction, id, number + 1, digest, "application/vnd.oci.image.manifest.v1+json", 1, 0, 0, size / 3, $"[\"{platform}\"]", pushed - index);
                    text.Run(transaction, id, string.Create(
                        CultureInfo.InvariantCulture,
                        $"org.opencontainers.image.revision={digest[7..47]}\norg.opencontainers.image.title=app-{number % 100:00}\nmaintainer=team-{number / 100:0000}@example.com\ncom.example.build=build-{id}"));
                    tag.Run(transaction, number + 1, isLarge ? $"v{index:00000}" : Tag(number, index), digest, pushed - index, index % 5 == 0 ? pulled : DBNull.Value);
                }
            }

            await transaction.CommitAsync();
        }

        await context.Database.ExecuteSqlAsync($"PRAGMA wal_checkpoint(TRUNCATE)");
    }

    private sealed class Insert : IDisposable
    {
        private readonly SqliteCommand _command;

        public Insert(SqliteConnection connection, string table, params string[] columns)
        {
            _command = connection.CreateCommand();
            var statement = new StringBuilder("INSERT INTO ").Append(table).Append(" (").AppendJoin(", ", columns)
                .Append(") VALUES (").AppendJoin(", ", columns.Select(column => "@" + column)).Append(')');
#pragma warning disable CA2100 // The names are those above.
            _command.CommandText = statement.ToString();
#pragma warning restore CA2100
            foreach (var column in columns)
            {
                _command.Parameters.Add(new SqliteParameter("@" + column, null));
            }
        }

        public void Run(SqliteTransaction transaction, params object[] values)
        {
            _command.Transaction = transaction;
            for (var index = 0; index < values.Length; index++)
            {
                _command.Parameters[index].Value = values[index];
            }

            _command.ExecuteNonQuery();
        }

        public void Dispose() => _command.Dispose();
    }
}
