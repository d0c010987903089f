using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Registry.Acme;
using Portal.Registry.Activity;
using Portal.Registry.Auth;
using Portal.Registry.Auth.Tokens;
using Portal.Registry.Auth.TokenServer;
using Portal.Registry.Catalog;
using Portal.Registry.Configuration;
using Portal.Registry.Copying;
using Portal.Registry.Dashboard;
using Portal.Registry.Deletion;
using Portal.Registry.Descriptions;
using Portal.Registry.Events;
using Portal.Registry.Health;
using Portal.Registry.Maintenance;
using Portal.Registry.Notifications;
using Portal.Registry.Observability;
using Portal.Registry.Observability.Metrics;
using Portal.Registry.Protocol;
using Portal.Registry.Remotes;
using Portal.Registry.Schema1;
using Portal.Registry.Tagging;
using Portal.Registry.Transport;
using Portal.Storage.Drivers;
using Portal.Storage.Maintenance;
using Portal.Storage.Repositories;

namespace Portal.Registry;

/// <summary>The registry's services, from storage up to the protocol.</summary>
public static class RegistryExtensions
{
    /// <param name="uploadSecret">Signs upload addresses.</param>
    /// <param name="content">The storage, which outlives these services.</param>
    /// <param name="pending">Events on their way, which outlive them, too.</param>
    /// <param name="telemetry">Makes spans of requests; null when nobody wants any.</param>
    public static void AddRegistry(
        this IServiceCollection services,
        LiveConfiguration live,
        byte[] uploadSecret,
        RegistryContent content,
        PendingEvents pending,
        RequestTelemetry? telemetry = null)
    {
        var configuration = live.Current;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(content.Driver);
        services.AddSingleton(content.Registry);
        services.AddSingleton(content.Locks);
        services.AddSingleton(content.Deletions);
        services.AddSingleton(content.IndexTurn);
        services.AddMetrics(configuration, content, telemetry);
        services.AddSingleton(live);
        services.AddSingleton<DataRate>();
        services.AddSingleton(new RegistryPolicy(live, new ManifestRules(configuration.Validation, configuration.RepositoryClasses)));
        services.AddSingleton(new RegistryLinks(
            configuration.Http.Host, configuration.Http.RelativeUrls, configuration.Http.Prefix, configuration.Portal.TrustedProxies));
        services.AddSignIn(configuration);
        services.AddForeignTokens(configuration.Auth);
        services.AddUserAdministration(configuration.Auth);
        services.AddSingleton<RemoteRegistries>();
        services.AddSingleton(provider => new Schema1Compatibility(
            configuration.Schema1, provider.GetRequiredService<LocalRegistry>(), provider.GetRequiredService<TimeProvider>()));
        if (configuration.Storage.UploadPurging.Enabled)
        {
            services.AddSingleton(configuration.Storage.UploadPurging);
            services.AddSingleton(provider => new UploadPurger(
                provider.GetRequiredService<IStorageDriver>(), provider.GetRequiredService<LocalRegistry>().Uploads));
            services.AddHostedService<UploadPurging>();
        }

        services.AddSingleton<EventStream>();
        services.AddNotifications(configuration, pending);
        services.AddSingleton<ActivityLog>();
        services.AddSingleton<ActivityHistory>();
        services.AddHostedService<ActivityRecorder>();
        services.AddSingleton<RegistryService>();
        services.AddRepositoryWork();
        services.AddSingleton<CatalogFeed>();
        services.AddSingleton<RepositoryCatalog>();
        services.AddSingleton<StoredBytes>();
        services.AddSingleton<TrafficSampler>();
        services.AddHostedService(provider => provider.GetRequiredService<TrafficSampler>());
        services.AddSingleton<DashboardReader>();
        services.AddSingleton<UploadPlaces>();
        services.AddSingleton(provider => CreateDispatcher(provider, live, uploadSecret, telemetry));
        if (configuration.Http.Tls?.LetsEncrypt is { } letsEncrypt)
        {
            services.AddSingleton(letsEncrypt);
            services.AddSingleton<AcmeCertificates>();
            services.AddHostedService(provider => provider.GetRequiredService<AcmeCertificates>());
        }

        services.AddHealth();
        if (configuration.Http.Debug is { } debug)
        {
            services.AddDebug(debug);
        }
    }

    /// <summary>What can be done with a repository beyond the protocol; nothing of it is made before somebody asks.</summary>
    private static void AddRepositoryWork(this IServiceCollection services)
    {
        services.AddSingleton<TagHistory>();
        services.AddSingleton<ImageCopier>();
        services.AddSingleton<RepositoryDescriptions>();
        services.AddSingleton<RepositoryContents>();
        services.AddSingleton<DeletionPlanner>();
        services.AddSingleton<RepositoryDeletion>();
        services.AddSingleton<DeletionUndo>();
        services.AddSingleton<RecentDeletions>();
        services.AddSingleton<GarbageCollection>();
    }

    /// <summary>Requests and bytes are counted in any case; whatever else has figures is asked when somebody wants to see them.</summary>
    private static void AddMetrics(
        this IServiceCollection services, RegistryConfiguration configuration, RegistryContent content, RequestTelemetry? telemetry)
    {
        services.AddSingleton(new RequestMetrics(hasSizes: telemetry is not null || configuration.Http.Debug?.MetricsPath is not null));
        services.AddSingleton<TransferTotals>();
        services.AddSingleton<MetricsSource, RequestMetricsSource>();
        services.AddSingleton<MetricsSource>(_ => new ContentMetricsSource(content));
        services.AddSingleton<MetricsSource, PortalMetricsSource>();
        services.AddSingleton<MetricsSource, ProcessMetricsSource>();
    }

    /// <summary>Health and counters, on a listener of their own.</summary>
    private static void AddDebug(this IServiceCollection services, DebugConfiguration debug)
    {
        services.AddSingleton(provider => new DebugEndpoint(
            provider.GetRequiredService<HealthState>(),
            provider.GetRequiredService<RequestMetrics>(),
            provider.GetServices<MetricsSource>(),
            provider.GetRequiredService<NotificationVariables>(),
            debug.MetricsPath));
    }

    private static RegistryDispatcher CreateDispatcher(
        IServiceProvider provider, LiveConfiguration live, byte[] uploadSecret, RequestTelemetry? telemetry)
    {
        var configuration = live.Current;
        var time = provider.GetRequiredService<TimeProvider>();
        var minDataRate = provider.GetRequiredService<DataRate>();
        var registry = provider.GetRequiredService<LocalRegistry>();
        var service = provider.GetRequiredService<RegistryService>();
        var links = provider.GetRequiredService<RegistryLinks>();
        return new RegistryDispatcher(
            provider.GetRequiredService<HealthState>(),
            provider.GetRequiredService<RegistryPolicy>(),
            new RequestLog(
                live,
                new AccessLog(Console.Out, time),
                links.IsTrusted,
                provider.GetRequiredService<ILogger<RequestLog>>(),
                time),
            links,
            new ExtraHeaders(live),
            provider.GetService<IAccessController>(),
            provider.GetService<TokenEndpoint>(),
            provider.GetRequiredService<Permissions>(),
            provider.GetRequiredService<AccountActivity>(),
            new CatalogEndpoint(provider.GetRequiredService<RepositoryCatalog>(), configuration.Catalog.MaxEntries),
            new TagsEndpoint(registry),
            new ManifestEndpoint(service, provider.GetRequiredService<Schema1Compatibility>(), live, minDataRate),
            new BlobEndpoint(service, registry.Blobs, minDataRate, provider.GetRequiredService<ILogger<BlobEndpoint>>()),
            new BlobUploadEndpoint(service, registry.Uploads, new UploadToken(uploadSecret), provider.GetRequiredService<UploadPlaces>(), minDataRate),
            new ReferrersEndpoint(registry),
            new V1SearchEndpoint(provider.GetRequiredService<RepositoryCatalog>()),
            provider.GetRequiredService<RequestMetrics>(),
            telemetry,
            time,
            provider.GetRequiredService<ILogger<RegistryDispatcher>>());
    }
}
