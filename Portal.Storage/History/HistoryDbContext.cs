using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;

namespace Portal.Storage.History;

/// <summary>
/// What happened, and what is on its way because of it: activity, pull counts, what tags pointed to, deliveries to endpoints, health and figures
/// for charts. A file of its own, written all the time, so that it never makes the index or the users wait.
/// </summary>
public sealed class HistoryDbContext(DbContextOptions<HistoryDbContext> options) : DbContext(options)
{
    internal DbSet<ActivityEntity> Activity => Set<ActivityEntity>();

    internal DbSet<PullCountEntity> PullCounts => Set<PullCountEntity>();

    internal DbSet<PullDayEntity> PullDays => Set<PullDayEntity>();

    internal DbSet<TagChangeEntity> TagChanges => Set<TagChangeEntity>();

    internal DbSet<DeliveryEntity> Deliveries => Set<DeliveryEntity>();

    internal DbSet<AttemptEntity> Attempts => Set<AttemptEntity>();

    internal DbSet<EndpointEntity> Endpoints => Set<EndpointEntity>();

    internal DbSet<MarkEntity> Marks => Set<MarkEntity>();

    internal DbSet<HealthChangeEntity> HealthChanges => Set<HealthChangeEntity>();

    internal DbSet<SampleEntity> Samples => Set<SampleEntity>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<PortalDbContext.UtcTicks>();
        configurationBuilder.Properties<TimeSpan>().HaveConversion<long>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ActivityEntity>(activity =>
        {
            activity.ToTable("Activity");
            activity.HasIndex(row => new { row.Repository, row.Id });
            activity.HasIndex(row => row.Time);
        });
        modelBuilder.Entity<PullCountEntity>(count =>
        {
            count.ToTable("PullCounts");
            count.HasKey(row => new { row.Repository, row.Reference });
            count.HasIndex(row => row.Count);
        });
        modelBuilder.Entity<PullDayEntity>(pulls =>
        {
            pulls.ToTable("PullDays");
            pulls.HasKey(row => new { row.Repository, row.Day });
            pulls.HasIndex(row => row.Day);
        });
        modelBuilder.Entity<TagChangeEntity>(change =>
        {
            change.ToTable("TagChanges");

            // A number never comes again, so that newer is always more.
            change.Property(row => row.Id).HasAnnotation("Sqlite:Autoincrement", true);
            change.HasIndex(row => new { row.Repository, row.Tag, row.Id });
            change.HasIndex(row => new { row.Repository, row.Kind, row.Id });
        });
        modelBuilder.Entity<DeliveryEntity>(delivery =>
        {
            delivery.ToTable("Deliveries");

            // Numbers never come again, though the newest rows may be removed: they are links, too.
            delivery.Property(row => row.Id).HasAnnotation("Sqlite:Autoincrement", true);
            delivery.HasIndex(row => new { row.Endpoint, row.State, row.Id });
        });
        modelBuilder.Entity<AttemptEntity>(attempt =>
        {
            attempt.ToTable("Attempts");
            attempt.HasKey(row => new { row.DeliveryId, row.Number });
            attempt.HasOne<DeliveryEntity>().WithMany().HasForeignKey(row => row.DeliveryId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<EndpointEntity>(endpoint =>
        {
            endpoint.ToTable("Endpoints");
            endpoint.HasKey(row => row.Name);
        });
        modelBuilder.Entity<MarkEntity>(mark =>
        {
            mark.ToTable("Marks");
            mark.HasKey(row => row.Name);
        });
        modelBuilder.Entity<HealthChangeEntity>(change =>
        {
            change.ToTable("HealthChanges");
            change.HasIndex(row => new { row.Check, row.Id });
        });
        modelBuilder.Entity<SampleEntity>(sample =>
        {
            sample.ToTable("Samples");
            sample.HasKey(row => new { row.Series, row.Resolution, row.Time });
        });
    }
}
