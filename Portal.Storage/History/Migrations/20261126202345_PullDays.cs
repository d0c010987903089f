using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Storage.History.Migrations
{
    /// <inheritdoc />
    public partial class PullDays : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "PullDays",
                columns: table => new
                {
                    Repository = table.Column<string>(type: "TEXT", nullable: false),
                    Day = table.Column<DateOnly>(type: "TEXT", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PullDays", x => new { x.Repository, x.Day });
                });

            migrationBuilder.CreateIndex(
                name: "IX_PullDays_Day",
                table: "PullDays",
                column: "Day");

            // As far as the activity goes back; 621355968000000000 ticks lie before 1970.
            migrationBuilder.Sql(
                """
                INSERT INTO "PullDays" ("Repository", "Day", "Count")
                SELECT "Repository", date(("Time" - 621355968000000000) / 10000000, 'unixepoch') AS "Day", SUM("Count")
                FROM "Activity" WHERE "Kind" = 1 AND "Repository" IS NOT NULL GROUP BY "Repository", "Day"
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "PullDays");
        }
    }
}
