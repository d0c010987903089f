using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Storage.Metadata.Migrations
{
    /// <inheritdoc />
    public partial class LastPullsAndNamespaces : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "LastPull",
                table: "Tags",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "LastPull",
                table: "Repositories",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "LastPull",
                table: "Manifests",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Parent",
                table: "Repositories",
                type: "TEXT",
                nullable: false,
                computedColumnSql: "rtrim(\"Name\", replace(\"Name\", '/', ''))",
                stored: false);

            migrationBuilder.CreateTable(
                name: "Namespaces",
                columns: table => new
                {
                    Path = table.Column<string>(type: "TEXT", nullable: false),
                    Parent = table.Column<string>(type: "TEXT", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    RepositoryCount = table.Column<int>(type: "INTEGER", nullable: false),
                    TagCount = table.Column<long>(type: "INTEGER", nullable: false),
                    SizeHigh = table.Column<long>(type: "INTEGER", nullable: false),
                    SizeLow = table.Column<long>(type: "INTEGER", nullable: false),
                    LastPush = table.Column<long>(type: "INTEGER", nullable: true),
                    LastPull = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Namespaces", x => x.Path);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_LastPull_Name",
                table: "Repositories",
                columns: new[] { "LastPull", "Name" },
                descending: new[] { true, false });

            migrationBuilder.CreateIndex(
                name: "IX_Repositories_Parent_Name",
                table: "Repositories",
                columns: new[] { "Parent", "Name" });

            migrationBuilder.CreateIndex(
                name: "IX_Namespaces_Parent_Name",
                table: "Namespaces",
                columns: new[] { "Parent", "Name" });

            migrationBuilder.Sql(NamespaceTables.Fill);
            foreach (var statement in NamespaceTables.Create)
            {
                migrationBuilder.Sql(statement);
            }
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            foreach (var statement in NamespaceTables.Drop)
            {
                migrationBuilder.Sql(statement);
            }

            migrationBuilder.DropTable(
                name: "Namespaces");

            migrationBuilder.DropIndex(
                name: "IX_Repositories_LastPull_Name",
                table: "Repositories");

            migrationBuilder.DropIndex(
                name: "IX_Repositories_Parent_Name",
                table: "Repositories");

            // In place: a table that is made anew loses the triggers and indexes of the search.
            migrationBuilder.Sql("ALTER TABLE \"Repositories\" DROP COLUMN \"Parent\"");
            foreach (var table in new[] { "Tags", "Repositories", "Manifests" })
            {
                migrationBuilder.Sql($"ALTER TABLE \"{table}\" DROP COLUMN \"LastPull\"");
            }
        }
    }
}
