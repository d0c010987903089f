namespace Portal.Storage.Metadata;

/// <summary>What SQLite keeps beside the model's tables to search in them. Triggers keep it true, whoever writes the rows.</summary>
/// <remarks>
/// Each three characters that stand side by side are a word of the full-text tables, of which only the rows are kept, no
/// places: small, and whoever asks has to look at the text itself. A migration that makes <c>Tags</c> or
/// <c>ManifestTexts</c> anew loses the triggers and has to make all this again.
/// </remarks>
internal static class SearchTables
{
    public static IReadOnlyList<string> Create { get; } =
    [
        // Names from their beginning, without case; digests by the beginning of what comes behind the algorithm.
        """CREATE INDEX "IX_Tags_NameWithoutCase" ON "Tags" ("Name" COLLATE NOCASE)""",
        """CREATE INDEX "IX_Manifests_Hex" ON "Manifests" (substr("Digest", 8, 12))""",
        .. FullText("TagSearch", "Tags", "Id", "Name"),
        .. FullText("TextSearch", "ManifestTexts", "ManifestId", "Lines"),
    ];

    public static IReadOnlyList<string> Drop { get; } =
    [
        """DROP TABLE IF EXISTS "TagSearch" """,
        """DROP TABLE IF EXISTS "TextSearch" """,
    ];

    private static IEnumerable<string> FullText(string name, string table, string id, string column)
    {
        yield return $"""
            CREATE VIRTUAL TABLE "{name}" USING fts5(
                "{column}", content='{table}', content_rowid='{id}', tokenize='trigram', detail='none', columnsize=0)
            """;
        yield return $"""
            CREATE TRIGGER "{name}_Insert" AFTER INSERT ON "{table}" BEGIN
                INSERT INTO "{name}" (rowid, "{column}") VALUES (new."{id}", new."{column}");
            END
            """;
        yield return $"""
            CREATE TRIGGER "{name}_Delete" AFTER DELETE ON "{table}" BEGIN
                INSERT INTO "{name}" ("{name}", rowid, "{column}") VALUES ('delete', old."{id}", old."{column}");
            END
            """;
        yield return $"""
            CREATE TRIGGER "{name}_Update" AFTER UPDATE OF "{column}" ON "{table}" BEGIN
                INSERT INTO "{name}" ("{name}", rowid, "{column}") VALUES ('delete', old."{id}", old."{column}");
                INSERT INTO "{name}" (rowid, "{column}") VALUES (new."{id}", new."{column}");
            END
            """;
        yield return $"""INSERT INTO "{name}" ("{name}") VALUES ('rebuild')""";
    }
}
