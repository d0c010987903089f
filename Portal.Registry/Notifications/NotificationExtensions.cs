using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Portal.Registry.Configuration;
using Portal.Registry.Observability.Metrics;
using Portal.Storage.History;

namespace Portal.Registry.Notifications;

/// <summary>The services of notifications.</summary>
internal static class NotificationExtensions
{
    public static void AddNotifications(this IServiceCollection services, RegistryConfiguration configuration, PendingEvents pending)
    {
        services.AddSingleton(pending);
        services.AddSingleton(new EventSource($"{Dns.GetHostName()}:{configuration.Http.Addr.Port}", Guid.NewGuid().ToString()));
        services.AddSingleton<NotificationFigures>();
        services.AddSingleton<MetricsSource, NotificationMetricsSource>();
        services.AddSingleton<NotificationTargets>();
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<DeliveryQueue>();
        services.AddSingleton<DeliveryLog>();
        services.AddSingleton<NotificationWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<NotificationWorker>());
        services.AddSingleton<WebhookAdministration>();
    }
}
