using Portal.Registry.Catalog;
using Portal.Storage.Metadata;

namespace Portal.Web.Hosting;

/// <summary>The database, and the index in it that follows storage.</summary>
public static class MetadataExtensions
{
    /// <param name="path">The SQLite file.</param>
    public static void AddMetadata(this IServiceCollection services, string path)
    {
        services.AddDbContextFactory<PortalDbContext>(options => PortalDatabase.Configure(options, path));
        services.AddSingleton<PortalDatabase>();
        services.AddSingleton<CatalogIndex>();
        services.AddSingleton<CatalogWriter>();
        services.AddSingleton<CatalogReconciler>();
        services.AddSingleton<CatalogIndexer>();
        services.AddHostedService(provider => provider.GetRequiredService<CatalogIndexer>());
    }
}
