using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portal.Storage.History;

namespace Portal.Registry.Health;

/// <summary>The checks of the <c>health</c> section.</summary>
public static class HealthExtensions
{
    /// <summary>Adds the checks; the host adds <see cref="HistoryDatabase"/>, which is asked for with the first change.</summary>
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<HealthState>();
        services.AddSingleton<HealthHistory>();
        services.AddSingleton<HealthReport>();
        services.AddSingleton(provider => new HealthJournal(
            provider.GetRequiredService<HealthHistory>, provider.GetRequiredService<ILogger<HealthJournal>>()));
        services.AddSingleton<HealthMonitor>();

        // Services end in the opposite order: the journal writes the monitor's last changes.
        services.AddHostedService(provider => provider.GetRequiredService<HealthJournal>());
        services.AddHostedService(provider => provider.GetRequiredService<HealthMonitor>());
    }
}
