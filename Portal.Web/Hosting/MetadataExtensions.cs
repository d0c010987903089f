using Microsoft.EntityFrameworkCore;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Registry.Configuration;
using Portal.Storage.Accounts;
using Portal.Storage.History;
using Portal.Storage.Metadata;

namespace Portal.Web.Hosting;

/// <summary>The databases, and the index in one of them that follows storage.</summary>
public static class MetadataExtensions
{
    /// <param name="path">The SQLite file.</param>
    public static void AddMetadata(this IServiceCollection services, string path)
    {
        services.AddDbContextFactory<PortalDbContext>(options => PortalDatabase.Configure(options, path));
        services.AddSingleton<PortalDatabase>();
        services.AddSingleton<CatalogIndex>();
        services.AddSingleton<CatalogTree>();
        services.AddSingleton<CatalogSearch>();
        services.AddSingleton<ContentIndex>();
        services.AddSingleton<LastPulls>();
        services.AddSingleton<CatalogWriter>();
        services.AddSingleton<CatalogReconciler>();
        services.AddSingleton<PullFollower>();
        services.AddSingleton<CatalogIndexer>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogIndexer>());
    }

    /// <param name="path">The SQLite file of users, permissions, tokens, sessions and audit.</param>
    /// <param name="turn">Taken while the file is made; of the whole process.</param>
    public static void AddAccounts(this IServiceCollection services, string path, SemaphoreSlim turn)
    {
        services.AddDbContextFactory<AccountsDbContext>(options => AccountsDatabase.Configure(options, path));
        services.AddSingleton(provider => new AccountsDatabase(provider.GetRequiredService<IDbContextFactory<AccountsDbContext>>(), turn));
        services.AddSingleton<AccountStore>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<DescriptionStore>();
        services.AddHostedService(provider => new AuditRetention(
            provider.GetRequiredService<AuditStore>(),
            () => File.Exists(path),
            provider.GetRequiredService<LiveConfiguration>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuditRetention>>()));
    }

    /// <param name="path">The SQLite file of what happened.</param>
    /// <param name="turn">Taken while the file is made; of the whole process.</param>
    public static void AddHistory(this IServiceCollection services, string path, SemaphoreSlim turn)
    {
        services.AddDbContextFactory<HistoryDbContext>(options => HistoryDatabase.Configure(options, path));
        services.AddSingleton(provider => new HistoryDatabase(
            provider.GetRequiredService<IDbContextFactory<HistoryDbContext>>(),
            path,
            turn,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<HistoryDatabase>>()));
        services.AddSingleton<SampleStore>();
        services.AddSingleton<ActivityStore>();
        services.AddSingleton<PullCounts>();
        services.AddSingleton<PullDays>();
        services.AddSingleton<TagChanges>();
    }
}
