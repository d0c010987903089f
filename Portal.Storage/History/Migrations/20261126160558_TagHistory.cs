using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Storage.History.Migrations
{
    /// <inheritdoc />
    public partial class TagHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "TagChanges",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Repository = table.Column<string>(type: "TEXT", nullable: false),
                    Tag = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Digest = table.Column<string>(type: "TEXT", nullable: false),
                    Time = table.Column<long>(type: "INTEGER", nullable: false),
                    Actor = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TagChanges", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_TagChanges_Repository_Kind_Id",
                table: "TagChanges",
                columns: new[] { "Repository", "Kind", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_TagChanges_Repository_Tag_Id",
                table: "TagChanges",
                columns: new[] { "Repository", "Tag", "Id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "TagChanges");
        }
    }
}
