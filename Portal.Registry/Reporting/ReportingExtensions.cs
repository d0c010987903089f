using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Registry.Configuration;
using Portal.Registry.Observability.Metrics;

namespace Portal.Registry.Reporting;

/// <summary>The services of the <c>reporting</c> section.</summary>
public static class ReportingExtensions
{
    /// <summary>Adds those that are configured; without any, nothing of this is there.</summary>
    public static void AddReporting(this ILoggingBuilder logging, RegistryConfiguration configuration)
    {
        if (configuration.Reporting.Bugsnag is { ApiKey: { } apiKey } bugsnag)
        {
            var queue = logging.AddQueue(apiKey);
            logging.Services.AddSingleton<IHostedService>(provider => new BugsnagSender(
                bugsnag, queue, provider.GetRequiredService<ILogger<BugsnagSender>>(), provider.GetRequiredService<TimeProvider>()));
        }

        if (configuration.Reporting.NewRelic is { LicenseKey: { } licenseKey } newRelic)
        {
            var queue = logging.AddQueue(licenseKey);
            logging.Services.AddSingleton<IHostedService>(provider => new NewRelicSender(
                newRelic,
                configuration.Portal.NewRelicEndpoint,
                queue,
                provider.GetRequiredService<RequestMetrics>(),
                provider.GetRequiredService<ILogger<NewRelicSender>>(),
                provider.GetRequiredService<TimeProvider>()));
        }
    }

    private static ReportQueue AddQueue(this ILoggingBuilder logging, Secret key)
    {
        var queue = new ReportQueue();
        logging.Services.AddSingleton<ILoggerProvider>(provider =>
            new ReportLoggerProvider(queue, [key], provider.GetRequiredService<TimeProvider>()));
        return queue;
    }
}
