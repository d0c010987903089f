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
    // Somebody may push as many made-up ones as he likes.
    private const int MostPlatforms = 50;

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

        await SumRepositoryAsync(context, repositoryId, cancellationToken);
    }

    /// <remarks>
    /// Each set is read once for the repository, so that the work grows with its rows alone. A signature is a manifest that
    /// refers to what it signs, or has cosign's tag for it: <c>sha256-HEX.sig</c>.
    /// </remarks>
    private static Task<int> SumRepositoryAsync(PortalDbContext context, long repositoryId, CancellationToken cancellationToken)
    {
        return context.Database.ExecuteSqlAsync($"""
            WITH manifest AS (SELECT * FROM Manifests WHERE RepositoryId = {repositoryId}),
            tag AS (SELECT * FROM Tags WHERE RepositoryId = {repositoryId}),
            listed(Digest) AS (
                SELECT entry.Digest FROM manifest
                JOIN ManifestContents entry ON entry.ManifestId = manifest.Id
                WHERE manifest.Kind = {(int)ManifestKind.Index}
            ),
            signed(Digest) AS (
                SELECT SubjectDigest FROM manifest WHERE ArtifactKind = {(int)ArtifactKind.Signature} AND SubjectDigest IS NOT NULL
                UNION
                SELECT 'sha256:' || substr(Name, 8, 64) FROM tag WHERE Name > 'sha256-' AND Name < 'sha256.' AND Name LIKE '%.sig'
            )
            UPDATE Repositories SET
                TagCount = (SELECT COUNT(*) FROM tag),
                (ManifestCount, Kinds) = (SELECT COUNT(*), COALESCE(SUM(DISTINCT 1 << ArtifactKind), 0) FROM manifest),
                LastPush = (SELECT MAX(pushed.At) FROM (
                    SELECT MAX(PushedAt) AS At FROM manifest
                    UNION ALL
                    SELECT MAX(PushedAt) FROM tag
                ) pushed),
                LastPull = (SELECT MAX(pulled.At) FROM (
                    SELECT MAX(LastPull) AS At FROM manifest
                    UNION ALL
                    SELECT MAX(LastPull) FROM tag
                ) pulled),
                Size = (SELECT CAST(TOTAL(once.Size) AS INTEGER) FROM (
                    SELECT MAX(content.Size) AS Size FROM manifest
                    JOIN ManifestContents content ON content.ManifestId = manifest.Id
                    GROUP BY content.Digest
                ) once),
                Platforms = (SELECT COALESCE(char(10) || group_concat(found.value, char(10)) || char(10), '') FROM (
                    SELECT DISTINCT entry.value
                    FROM (SELECT DISTINCT Platforms FROM manifest) lists, json_each(lists.Platforms) entry
                    ORDER BY entry.value LIMIT {MostPlatforms}
                ) found),
                UnsignedCount = (SELECT COUNT(*) FROM tag
                    JOIN manifest ON manifest.Digest = tag.Digest
                    WHERE manifest.ArtifactKind NOT IN ({(int)ArtifactKind.Sbom}, {(int)ArtifactKind.Signature}, {(int)ArtifactKind.Attestation})
                    AND tag.Digest NOT IN (SELECT Digest FROM signed)),
                UntaggedCount = (SELECT COUNT(*) FROM manifest
                    WHERE SubjectDigest IS NULL
                    AND Digest NOT IN (SELECT Digest FROM tag)
                    AND Digest NOT IN (SELECT Digest FROM listed))
            WHERE Id = {repositoryId}
            """, cancellationToken);
    }
}
