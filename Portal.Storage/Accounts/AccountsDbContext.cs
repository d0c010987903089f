using Microsoft.EntityFrameworkCore;
using Portal.Storage.Metadata;

namespace Portal.Storage.Accounts;

/// <summary>
/// Users, permissions, tokens, sessions, the audit trail, and what people wrote about repositories. A file of its own
/// beside the index: the index can be built again from storage at any time, this cannot.
/// </summary>
public sealed class AccountsDbContext(DbContextOptions<AccountsDbContext> options) : DbContext(options)
{
    internal DbSet<AccountEntity> Accounts => Set<AccountEntity>();

    internal DbSet<RuleEntity> Rules => Set<RuleEntity>();

    internal DbSet<TokenEntity> Tokens => Set<TokenEntity>();

    internal DbSet<SessionEntity> Sessions => Set<SessionEntity>();

    internal DbSet<AuditEntity> Audit => Set<AuditEntity>();

    internal DbSet<DescriptionEntity> Descriptions => Set<DescriptionEntity>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<PortalDbContext.UtcTicks>();
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<AccountEntity>(account =>
        {
            account.ToTable("Accounts");
            account.Property(row => row.Name).UseCollation("BINARY");
            account.HasIndex(row => row.Name).IsUnique();
        });
        modelBuilder.Entity<RuleEntity>(rule =>
        {
            rule.ToTable("Rules");
            rule.HasIndex(row => new { row.Kind, row.Subject, row.Pattern }).IsUnique();
        });
        modelBuilder.Entity<TokenEntity>(token =>
        {
            token.ToTable("Tokens");
            token.HasOne<AccountEntity>().WithMany().HasForeignKey(row => row.AccountId);
            token.HasIndex(row => row.Hash).IsUnique();
            token.HasIndex(row => new { row.AccountId, row.Name }).IsUnique();
        });
        modelBuilder.Entity<SessionEntity>(session =>
        {
            session.ToTable("Sessions");
            session.HasOne<AccountEntity>().WithMany().HasForeignKey(row => row.AccountId);
            session.HasIndex(row => row.Hash).IsUnique();
        });
        modelBuilder.Entity<AuditEntity>(entry =>
        {
            entry.ToTable("Audit");
            entry.HasIndex(row => row.Time);
            entry.HasIndex(row => new { row.Actor, row.Id });
            entry.HasIndex(row => new { row.Action, row.Id });
        });
        modelBuilder.Entity<DescriptionEntity>(description =>
        {
            description.ToTable("Descriptions");
            description.HasKey(row => row.Repository);
            description.Property(row => row.Version).IsConcurrencyToken();
        });
    }
}
