using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.Metadata;

/// <summary>A pull that the history tells of.</summary>
/// <param name="Reference">The tag or the digest that was asked for.</param>
public readonly record struct LastPull(string Repository, string Reference, DateTimeOffset At);

/// <summary>
/// Brings the last pulls into the index's rows, where lists filter and sort by them. The history has them first; the rows
/// follow when they are a minute behind, so that something pulled all the time is not written all the time.
/// </summary>
public sealed class LastPulls(IDbContextFactory<PortalDbContext> contexts)
{
    private const string Pulled = """
        WITH pulled AS MATERIALIZED (
            SELECT value ->> 0 AS Repository, value ->> 1 AS Reference, value ->> 2 AS At FROM json_each({0})
        )

        """;

    // A repository was pulled when one of its tags or manifests was, whichever the index knows.
    private const string OfRepositories = Pulled + """
        UPDATE Repositories SET LastPull = found.At FROM (
            SELECT repository.Id AS Id, MAX(pulled.At) AS At FROM pulled
            JOIN Repositories repository ON repository.Name = pulled.Repository
            WHERE EXISTS (SELECT 1 FROM Tags tag WHERE tag.RepositoryId = repository.Id AND tag.Name = pulled.Reference)
                OR EXISTS (SELECT 1 FROM Manifests manifest WHERE manifest.RepositoryId = repository.Id AND manifest.Digest = pulled.Reference)
            GROUP BY repository.Id
        ) found
        WHERE Repositories.Id = found.Id AND (Repositories.LastPull IS NULL OR Repositories.LastPull < found.At - {1})
        """;

    private static readonly string[] Statements = [Of("Tags", "Name"), Of("Manifests", "Digest"), OfRepositories];

    /// <summary>How far a row may be behind the history.</summary>
    public static TimeSpan Slack { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Writes what is new of it in one transaction, which changes nothing on disk when nothing is.</summary>
    /// <remarks>What the index has no row for is passed over. One caller at a time: it is a part of the index's one writer.</remarks>
    /// <returns>How many rows changed.</returns>
    public async Task<int> WriteAsync(IEnumerable<LastPull> pulls, CancellationToken cancellationToken)
    {
        var rows = JsonSerializer.Serialize(pulls.Select(pull => new object[] { pull.Repository, pull.Reference, pull.At.UtcTicks }));
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var changed = 0;
        foreach (var statement in Statements)
        {
            changed += await context.Database.ExecuteSqlRawAsync(statement, [rows, Slack.Ticks], cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return changed;
    }

    /// <summary>Of a table of what a repository has.</summary>
    /// <param name="reference">The column that pulls are by.</param>
    private static string Of(string table, string reference) => Pulled + $$"""
        UPDATE {{table}} SET LastPull = found.At FROM (
            SELECT content.Id AS Id, pulled.At AS At FROM pulled
            JOIN Repositories repository ON repository.Name = pulled.Repository
            JOIN {{table}} content ON content.RepositoryId = repository.Id AND content.{{reference}} = pulled.Reference
            WHERE content.LastPull IS NULL OR content.LastPull < pulled.At - {1}
        ) found
        WHERE {{table}}.Id = found.Id
        """;
}
