using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Portal.Registry.Acme;
using Portal.Registry.Auth;
using Portal.Registry.Catalog;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Registry.Health;
using Portal.Registry.Observability;
using Portal.Registry.Protocol;
using Portal.Registry.Transport;
using Portal.Storage.Drivers;
using Portal.Storage.Drivers.FileSystem;
using Portal.Storage.Drivers.InMemory;
using Portal.Storage.Repositories;

namespace Portal.Registry;

/// <summary>The registry's services, from storage up to the protocol.</summary>
public static class RegistryExtensions
{
    /// <param name="uploadSecret">Signs upload addresses.</param>
    public static void AddRegistry(this IServiceCollection services, RegistryConfiguration configuration, byte[] uploadSecret)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => CreateDriver(configuration.Storage.Driver, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new LocalRegistry(
            provider.GetRequiredService<IStorageDriver>(),
            provider.GetRequiredService<TimeProvider>(),
            configuration.Storage.BlobDescriptorCache == BlobDescriptorCache.InMemory));
        services.AddSingleton(new RegistryPolicy
        {
            DeleteEnabled = configuration.Storage.DeleteEnabled,
            RepositoryLength = configuration.Portal.Limits.RepositoryLength,
            TagLength = configuration.Portal.Limits.TagLength,
        });
        if (configuration.Htpasswd is { } htpasswd)
        {
            services.AddSingleton(provider => new HtpasswdAccess(
                new HtpasswdFile(htpasswd.Path, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HtpasswdFile>>()),
                htpasswd.Realm));
        }

        services.AddSingleton<EventStream>();
        services.AddSingleton<RepositoryLocks>();
        services.AddSingleton<RegistryService>();
        services.AddSingleton<CatalogFeed>();
        services.AddSingleton<RepositoryCatalog>();
        services.AddSingleton(provider => CreateDispatcher(provider, configuration, uploadSecret));
        if (configuration.Http.Tls?.LetsEncrypt is { } letsEncrypt)
        {
            services.AddSingleton(letsEncrypt);
            services.AddSingleton<AcmeCertificates>();
            services.AddHostedService(provider => provider.GetRequiredService<AcmeCertificates>());
        }

        if (configuration.Http.Debug is { } debug)
        {
            services.AddDebug(debug);
        }
    }

    /// <summary>Health and counters; only who asks for them pays for the counting.</summary>
    private static void AddDebug(this IServiceCollection services, DebugConfiguration debug)
    {
        services.AddHealthChecks().AddCheck<StorageHealthCheck>("storagedriver");
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton(provider => new DebugEndpoint(
            provider.GetRequiredService<HealthCheckService>(), provider.GetRequiredService<RequestMetrics>(), debug.MetricsPath));
    }

    private static IStorageDriver CreateDriver(DriverConfiguration driver, TimeProvider time) => driver switch
    {
        FileSystemDriverConfiguration files => new FileSystemDriver(files.RootDirectory, files.MaxThreads),
        InMemoryDriverConfiguration => new InMemoryDriver(time),
        _ => throw new InvalidOperationException($"no driver for {driver.GetType().Name}"),
    };

    private static RegistryDispatcher CreateDispatcher(
        IServiceProvider provider, RegistryConfiguration configuration, byte[] uploadSecret)
    {
        var http = configuration.Http;
        var limits = configuration.Portal.Limits;
        var minDataRate = new DataRate(limits.MinDataRate, limits.GracePeriod, provider.GetRequiredService<TimeProvider>());
        var registry = provider.GetRequiredService<LocalRegistry>();
        var service = provider.GetRequiredService<RegistryService>();
        return new RegistryDispatcher(
            new RegistryLinks(http.Host, http.RelativeUrls, http.Prefix, configuration.Portal.TrustedProxies),
            http.Headers,
            provider.GetService<HtpasswdAccess>(),
            new CatalogEndpoint(provider.GetRequiredService<RepositoryCatalog>(), configuration.Catalog.MaxEntries),
            new TagsEndpoint(registry),
            new ManifestEndpoint(service, limits.ManifestSize, minDataRate),
            new BlobEndpoint(service, registry.Blobs, minDataRate, provider.GetRequiredService<ILogger<BlobEndpoint>>()),
            new BlobUploadEndpoint(service, registry.Uploads, new UploadToken(uploadSecret), new UploadPlaces(limits.Uploads), minDataRate),
            new ReferrersEndpoint(registry),
            new V1SearchEndpoint(provider.GetRequiredService<RepositoryCatalog>()),
            provider.GetService<RequestMetrics>(),
            provider.GetRequiredService<ILogger<RegistryDispatcher>>());
    }
}
