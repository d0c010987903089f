using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Portal.Storage.Metadata;

/// <summary>The portal's rows in SQLite. Made by an <see cref="IDbContextFactory{TContext}"/>, one for each piece of work.</summary>
public sealed class PortalDbContext(DbContextOptions<PortalDbContext> options) : DbContext(options)
{
    internal DbSet<RepositoryEntity> Repositories => Set<RepositoryEntity>();

    internal DbSet<NamespaceEntity> Namespaces => Set<NamespaceEntity>();

    internal DbSet<ManifestEntity> Manifests => Set<ManifestEntity>();

    internal DbSet<ContentEntity> Contents => Set<ContentEntity>();

    internal DbSet<ManifestTextEntity> Texts => Set<ManifestTextEntity>();

    internal DbSet<TagEntity> Tags => Set<TagEntity>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // SQLite has no type for a time with an offset and could not sort it.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<RepositoryEntity>(repository =>
        {
            repository.ToTable("Repositories");
            repository.Property(row => row.Name).UseCollation("BINARY");
            repository.HasIndex(row => row.Name).IsUnique();
            repository.HasIndex(row => new { row.Size, row.Name }).IsDescending(true, false);
            repository.HasIndex(row => new { row.TagCount, row.Name }).IsDescending(true, false);
            repository.HasIndex(row => new { row.LastPush, row.Name }).IsDescending(true, false);
            repository.HasIndex(row => new { row.LastPull, row.Name }).IsDescending(true, false);

            // What is left of a name without the characters at its end that are no slash.
            repository.Property(row => row.Parent).HasComputedColumnSql("rtrim(\"Name\", replace(\"Name\", '/', ''))", stored: false);
            repository.HasIndex(row => new { row.Parent, row.Name });
        });
        modelBuilder.Entity<NamespaceEntity>(space =>
        {
            space.ToTable("Namespaces");
            space.HasKey(row => row.Path);
            space.HasIndex(row => new { row.Parent, row.Name });
        });
        modelBuilder.Entity<ManifestEntity>(manifest =>
        {
            manifest.ToTable("Manifests");
            manifest.HasOne<RepositoryEntity>().WithMany().HasForeignKey(row => row.RepositoryId);
            manifest.HasIndex(row => new { row.RepositoryId, row.Digest }).IsUnique();
            manifest.HasIndex(row => new { row.RepositoryId, row.SubjectDigest }).HasFilter("\"SubjectDigest\" IS NOT NULL");
            manifest.HasMany(row => row.Contents).WithOne().HasForeignKey(row => row.ManifestId);
            manifest.HasOne(row => row.Text).WithOne().HasForeignKey<ManifestTextEntity>(row => row.ManifestId);
        });
        modelBuilder.Entity<ManifestTextEntity>(text =>
        {
            text.ToTable("ManifestTexts");
            text.HasKey(row => row.ManifestId);
            text.Property(row => row.ManifestId).ValueGeneratedNever();
        });
        modelBuilder.Entity<ContentEntity>(content =>
        {
            content.ToTable("ManifestContents");
            content.HasKey(row => new { row.ManifestId, row.Digest });

            // From a manifest to the indexes that list it; their entries alone have size 0.
            content.HasIndex(row => row.Digest).HasFilter("\"Size\" = 0");
        });
        modelBuilder.Entity<TagEntity>(tag =>
        {
            tag.ToTable("Tags");
            tag.HasOne<RepositoryEntity>().WithMany().HasForeignKey(row => row.RepositoryId);
            tag.Property(row => row.Name).UseCollation("BINARY");
            tag.HasIndex(row => new { row.RepositoryId, row.Name }).IsUnique();
            tag.HasIndex(row => new { row.RepositoryId, row.Digest });
            tag.HasIndex(row => new { row.RepositoryId, row.PushedAt, row.Name }).IsDescending(false, true, false);
        });
    }

    internal sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks,
        ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
}
