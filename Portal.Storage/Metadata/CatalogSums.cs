using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Portal.Storage.Metadata;

/// <summary>Keeps the sums of manifests and repositories true to their rows.</summary>
/// <remarks>
/// Sizes are what manifests claim. TOTAL adds in floating point and the cast is bounded, so that no claim, however
/// large, can make a sum fail.
/// </remarks>
internal static class CatalogSums
{
    /// <summary>Sums anew the manifests given, the indexes that list them, and the repository.</summary>
    public static async Task UpdateAsync(
        PortalDbContext context, long repositoryId, IEnumerable<string> digests, CancellationToken cancellationToken)
    {
        var touched = JsonSerializer.Serialize(digests);

        // What a manifest reaches is itself and, for an index, its manifests; content that several share counts once.
        await context.Database.ExecuteSqlAsync($"""
            WITH RECURSIVE touched(Digest) AS (
                SELECT value FROM json_each({touched})
                UNION
                SELECT parent.Digest FROM touched
                JOIN ManifestContents entry ON entry.Digest = touched.Digest AND entry.Size = 0
                JOIN Manifests parent ON parent.Id = entry.ManifestId AND parent.RepositoryId = {repositoryId}
            )
            UPDATE Manifests SET Size = (
                WITH RECURSIVE reached(Id) AS (
                    SELECT Manifests.Id
                    UNION
                    SELECT child.Id FROM reached
                    JOIN ManifestContents entry ON entry.ManifestId = reached.Id AND entry.Size = 0
                    JOIN Manifests child ON child.RepositoryId = {repositoryId} AND child.Digest = entry.Digest
                )
                SELECT CAST(TOTAL(once.Size) AS INTEGER) FROM (
                    SELECT MAX(content.Size) AS Size FROM reached
                    JOIN ManifestContents content ON content.ManifestId = reached.Id
                    GROUP BY content.Digest
                ) once
            )
            WHERE RepositoryId = {repositoryId} AND Digest IN (SELECT Digest FROM touched)
            """, cancellationToken);

        await context.Database.ExecuteSqlAsync($"""
            UPDATE Repositories SET
                TagCount = (SELECT COUNT(*) FROM Tags WHERE RepositoryId = {repositoryId}),
                ManifestCount = (SELECT COUNT(*) FROM Manifests WHERE RepositoryId = {repositoryId}),
                LastPush = (SELECT MAX(pushed.At) FROM (
                    SELECT MAX(PushedAt) AS At FROM Manifests WHERE RepositoryId = {repositoryId}
                    UNION ALL
                    SELECT MAX(PushedAt) FROM Tags WHERE RepositoryId = {repositoryId}
                ) pushed),
                Size = (SELECT CAST(TOTAL(once.Size) AS INTEGER) FROM (
                    SELECT MAX(content.Size) AS Size FROM Manifests manifest
                    JOIN ManifestContents content ON content.ManifestId = manifest.Id
                    WHERE manifest.RepositoryId = {repositoryId}
                    GROUP BY content.Digest
                ) once)
            WHERE Id = {repositoryId}
            """, cancellationToken);
    }
}
