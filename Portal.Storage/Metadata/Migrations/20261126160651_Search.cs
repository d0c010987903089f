using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Storage.Metadata.Migrations
{
    /// <inheritdoc />
    public partial class Search : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "Kinds",
                table: "Repositories",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "Platforms",
                table: "Repositories",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "UnsignedCount",
                table: "Repositories",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "UntaggedCount",
                table: "Repositories",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "ArtifactKind",
                table: "Manifests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "ReadBy",
                table: "Manifests",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "ManifestTexts",
                columns: table => new
                {
                    ManifestId = table.Column<long>(type: "INTEGER", nullable: false),
                    Lines = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ManifestTexts", x => x.ManifestId);
                    table.ForeignKey(
                        name: "FK_ManifestTexts_Manifests_ManifestId",
                        column: x => x.ManifestId,
                        principalTable: "Manifests",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Manifests_RepositoryId_SubjectDigest",
                table: "Manifests",
                columns: new[] { "RepositoryId", "SubjectDigest" },
                filter: "\"SubjectDigest\" IS NOT NULL");

            foreach (var statement in SearchTables.Drop.Concat(SearchTables.Create))
            {
                migrationBuilder.Sql(statement);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var statement in SearchTables.Drop.Append("DROP INDEX \"IX_Manifests_Hex\"").Append("DROP INDEX \"IX_Tags_NameWithoutCase\""))
            {
                migrationBuilder.Sql(statement);
            }

            foreach (var action in new[] { "Insert", "Delete", "Update" })
            {
                migrationBuilder.Sql($"DROP TRIGGER \"TagSearch_{action}\"");
            }

            migrationBuilder.DropTable(
                name: "ManifestTexts");

            migrationBuilder.DropIndex(
                name: "IX_Manifests_RepositoryId_SubjectDigest",
                table: "Manifests");

            migrationBuilder.DropColumn(
                name: "Kinds",
                table: "Repositories");

            migrationBuilder.DropColumn(
                name: "Platforms",
                table: "Repositories");

            migrationBuilder.DropColumn(
                name: "UnsignedCount",
                table: "Repositories");

            migrationBuilder.DropColumn(
                name: "UntaggedCount",
                table: "Repositories");

            migrationBuilder.DropColumn(
                name: "ArtifactKind",
                table: "Manifests");

            migrationBuilder.DropColumn(
                name: "ReadBy",
                table: "Manifests");
        }
    }
}
