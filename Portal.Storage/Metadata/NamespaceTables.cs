using System.Globalization;

namespace Portal.Storage.Metadata;

/// <summary>
/// Triggers that keep the sums of the namespaces, of all levels, true to the repositories' rows, whoever writes them: what
/// one who sees everything finds in the tree then costs no pass over all repositories.
/// </summary>
/// <remarks>
/// A migration that makes <c>Repositories</c> anew loses the triggers and has to make them again, and <see cref="Fill"/>.
/// A name never changes. Counts and sizes are added and taken away; the last moment is looked for again where the
/// repository that had it lost it.
/// </remarks>
internal static class NamespaceTables
{
    // 101,102,…: a number for each character of the longest name. As many as a name has are cut off to count along it.
    private static readonly string Numbers =
        string.Join(',', Enumerable.Range(101, Oci.RepositoryName.MaxLength - 1).Select(number => number.ToString(CultureInfo.InvariantCulture)));

    public static IReadOnlyList<string> Create { get; } =
    [
        $"""
        CREATE TRIGGER "Namespaces_Insert" AFTER INSERT ON "Repositories" WHEN instr(new."Name", '/') > 0 BEGIN
            INSERT INTO "Namespaces" ("Path", "Parent", "Name", "RepositoryCount", "TagCount", "SizeHigh", "SizeLow", "LastPush", "LastPull")
            SELECT "Path", {ParentOf("above.\"Path\"")}, {NameOf("above.\"Path\"")},
                1, new."TagCount", {High("new")}, {Low("new")}, new."LastPush", new."LastPull"
            FROM ({PathsOf("new.\"Name\"")}) above WHERE true
            ON CONFLICT ("Path") DO UPDATE SET
                "RepositoryCount" = "RepositoryCount" + 1,
                "TagCount" = "TagCount" + excluded."TagCount",
                "SizeHigh" = "SizeHigh" + excluded."SizeHigh",
                "SizeLow" = "SizeLow" + excluded."SizeLow",
                "LastPush" = {Later("\"LastPush\"", "excluded.\"LastPush\"")},
                "LastPull" = {Later("\"LastPull\"", "excluded.\"LastPull\"")};
        END
        """,
        $"""
        CREATE TRIGGER "Namespaces_Update" AFTER UPDATE OF "TagCount", "Size", "LastPush", "LastPull" ON "Repositories"
        WHEN instr(new."Name", '/') > 0 AND {Summed("new")} IS NOT {Summed("old")} BEGIN
            UPDATE "Namespaces" SET
                "TagCount" = "TagCount" + new."TagCount" - old."TagCount",
                "SizeHigh" = "SizeHigh" + {High("new")} - {High("old")},
                "SizeLow" = "SizeLow" + {Low("new")} - {Low("old")},
                "LastPush" = CASE WHEN old."LastPush" = "LastPush" AND new."LastPush" IS NOT old."LastPush"
                    THEN {Latest("LastPush")} ELSE {Later("\"LastPush\"", "new.\"LastPush\"")} END,
                "LastPull" = CASE WHEN old."LastPull" = "LastPull" AND new."LastPull" IS NOT old."LastPull"
                    THEN {Latest("LastPull")} ELSE {Later("\"LastPull\"", "new.\"LastPull\"")} END
            WHERE "Path" IN ({PathsOf("new.\"Name\"")});
        END
        """,
        $"""
        CREATE TRIGGER "Namespaces_Delete" AFTER DELETE ON "Repositories" WHEN instr(old."Name", '/') > 0 BEGIN
            DELETE FROM "Namespaces" WHERE "RepositoryCount" = 1 AND "Path" IN ({PathsOf("old.\"Name\"")});
            UPDATE "Namespaces" SET
                "RepositoryCount" = "RepositoryCount" - 1,
                "TagCount" = "TagCount" - old."TagCount",
                "SizeHigh" = "SizeHigh" - {High("old")},
                "SizeLow" = "SizeLow" - {Low("old")},
                "LastPush" = CASE WHEN old."LastPush" = "LastPush" THEN {Latest("LastPush")} ELSE "LastPush" END,
                "LastPull" = CASE WHEN old."LastPull" = "LastPull" THEN {Latest("LastPull")} ELSE "LastPull" END
            WHERE "Path" IN ({PathsOf("old.\"Name\"")});
        END
        """,
    ];

    /// <summary>The sums of the rows that are there.</summary>
    public static string Fill { get; } = $"""
        INSERT INTO "Namespaces" ("Path", "Parent", "Name", "RepositoryCount", "TagCount", "SizeHigh", "SizeLow", "LastPush", "LastPull")
        {Sums}
        """;

    public static IReadOnlyList<string> Drop { get; } =
    [
        """DROP TRIGGER IF EXISTS "Namespaces_Insert" """,
        """DROP TRIGGER IF EXISTS "Namespaces_Update" """,
        """DROP TRIGGER IF EXISTS "Namespaces_Delete" """,
    ];

    /// <summary>The sums as they must be, made of all repositories.</summary>
    public static string Sums => $"""
        SELECT above.value AS "Path", {ParentOf("above.value")} AS "Parent", {NameOf("above.value")} AS "Name",
            COUNT(*) AS "RepositoryCount", SUM("TagCount") AS "TagCount", SUM({High("repository")}) AS "SizeHigh", SUM({Low("repository")}) AS "SizeLow",
            MAX("LastPush") AS "LastPush", MAX("LastPull") AS "LastPull"
        FROM "Repositories" repository
        JOIN json_each((SELECT json_group_array("Path") FROM ({PathsOf("repository.\"Name\"")}))) above
        GROUP BY above.value
        """;

    /// <summary><c>a/</c> and <c>a/b/</c> of <c>a/b/c</c>.</summary>
    private static string PathsOf(string name) => $"""
        SELECT substr({name}, 1, value - 100) AS "Path"
        FROM json_each('[' || substr('{Numbers}', 1, 4 * length({name}) - 1) || ']')
        WHERE substr({name}, value - 100, 1) = '/'
        """;

    /// <summary><c>a/</c> of <c>a/b/</c>: without the slash, all characters from the end that are none.</summary>
    private static string ParentOf(string path) => $"rtrim(rtrim({path}, '/'), replace({path}, '/', ''))";

    private static string NameOf(string path) => $"rtrim(substr({path}, length({ParentOf(path)}) + 1), '/')";

    // In two halves: sizes are what manifests claim, and no claim may make a sum fail, or less than exact for those beside it.
    private static string High(string row) => $"({row}.\"Size\" >> 32)";

    private static string Low(string row) => $"({row}.\"Size\" & 4294967295)";

    private static string Later(string one, string other) => $"max(coalesce({one}, {other}), coalesce({other}, {one}))";

    private static string Summed(string row) => $"""({row}."TagCount", {row}."Size", {row}."LastPush", {row}."LastPull")""";

    // Up to what comes right behind the slash: the index of the names answers it.
    private static string Latest(string column) => $"""
        (SELECT MAX(repository."{column}") FROM "Repositories" repository
        WHERE repository."Name" > "Namespaces"."Path" AND repository."Name" < rtrim("Namespaces"."Path", '/') || '0')
        """;
}
