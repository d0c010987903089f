using Microsoft.AspNetCore.Components.Server.Circuits;
using MudBlazor;
using MudBlazor.Services;
using Portal.Registry.Inspection;
using Portal.Registry.Inspection.Attachments;
using Portal.Registry.Layers;
using Portal.Registry.Observability.Metrics;
using Portal.Storage.Layers;
using Portal.Web.Api;
using Portal.Web.Components;
using Portal.Web.Components.Deletion;
using Portal.Web.Components.Tagging;
using Portal.Web.Hosting;

namespace Portal.Web;

/// <summary>The pages: their services and their endpoints.</summary>
public static class PortalPagesExtensions
{
    /// <summary>
    /// Adds what the pages need beside the registry's own services, <see cref="PortalSettings"/> and the catalog,
    /// which the host adds.
    /// </summary>
    public static IServiceCollection AddPortalPages(this IServiceCollection services)
    {
        services.AddRazorComponents()
            .AddInteractiveServerComponents()
            .RegisterPersistentService<Visitor>(Microsoft.AspNetCore.Components.Web.RenderMode.InteractiveServer);
        services.AddMudServices(mud =>
        {
            // Clear of the bar; and a message that fades in is unreadable for as long as it does.
            mud.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomLeft;
            mud.SnackbarConfiguration.ShowTransitionDuration = 0;
        });

        // The key ring is read at the first page instead of at start: it is much XML code for a registry at rest.
        services.Remove(services.Single(service => service.ImplementationType?.Name is "DataProtectionHostedService"));
        services.AddSingleton<ImageInspector>();
        services.AddSingleton<ImageComparer>();
        services.AddSingleton<ContentFiles>();
        services.AddSingleton<AttachmentTree>();
        services.AddSingleton<AttachmentReader>();
        services.AddSingleton<SbomReader>();
        services.AddSingleton<FileComparer>();
        services.AddSingleton(provider => new LayerIndexes(
            provider.GetRequiredService<DataFolder>().Layers,
            LayerLimits.Default,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LayerIndexes>>()));
        services.AddSingleton(LayerLimits.Default);
        services.AddSingleton<ImageFiles>();
        services.AddSingleton<ConfigurationEditor>();
        services.AddSingleton<LiveCircuits>();
        services.AddSingleton<MetricsSource, PageMetricsSource>();
        services.AddScoped<CircuitHandler, CircuitCount>();
        services.AddScoped<Visitor>();
        services.AddScoped<TagRestorer>();
        services.AddScoped<Deleter>();
        services.AddApi();
        return services;
    }

    /// <summary>Maps pages and their static files. The host's pipeline must have antiforgery before its endpoints.</summary>
    public static void MapPortalPages(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapStaticAssets();
        endpoints.MapAuditExport();
        endpoints.MapApi();
        endpoints.MapContentDownload();
        endpoints.MapFileDownload();

        // Who may frame the pages is in the policy that the host sends with every answer.
        endpoints.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }
}
