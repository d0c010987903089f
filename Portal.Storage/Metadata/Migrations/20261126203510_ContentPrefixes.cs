using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Portal.Storage.Metadata.Migrations
{
    /// <inheritdoc />
    public partial class ContentPrefixes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Who else refers to a content is found by 16 of its digest's digits: whole digests would make the table half as large again.
            migrationBuilder.Sql("""CREATE INDEX "IX_ManifestContents_Prefix" ON "ManifestContents" (substr("Digest", 8, 16))""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""DROP INDEX "IX_ManifestContents_Prefix" """);
        }
    }
}
