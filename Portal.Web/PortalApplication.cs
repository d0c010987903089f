using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Configuration;
using Portal.Registry.Observability;
using Portal.Registry.Protocol;
using Portal.Registry.Transport;
using Portal.Storage.Metadata;
using Portal.Web.Hosting;

namespace Portal.Web;

/// <summary>
/// The process: configuration, listeners, services, endpoints, top to bottom. Tests start the same class on port 0.
/// </summary>
public sealed class PortalApplication : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly RegistryConfiguration _configuration;
    private readonly DataFolder _data;

    /// <param name="configuration">What the application is to be.</param>
    /// <param name="running">Where the configuration came from; null: from no file and no variables.</param>
    public PortalApplication(RegistryConfiguration configuration, RunningConfiguration? running = null)
    {
        _configuration = configuration;
        _data = new DataFolder(configuration);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(PortalApplication).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.AddRegistryLog(configuration.Log);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limit(configuration.Portal.Limits);
            server.Listen(configuration.Http.Addr, Listener.Registry, new HeadRefusals(configuration.Portal.Limits).Use);
            if (configuration.Portal.Addr is { } address)
            {
                server.Listen(address, Listener.Portal);
            }
        });
        builder.Services.AddSingleton<IConnectionListenerFactory, SocketTransport>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = configuration.Http.DrainTimeout);
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRegistry(configuration, UploadSecret.Get(configuration.Http.Secret, _data.UploadSecret));
        builder.Services.AddMetadata(_data.Database);
        builder.Services.AddSingleton(new PortalSettings(
            configuration.Portal.Title, configuration.Http.Host?.Authority, () => RegistryAddress.Port));
        builder.Services.AddSingleton(running ?? new RunningConfiguration(configuration, path: null, new Dictionary<string, string>()));
        builder.Services.AddSingleton(_data);
        builder.Services.AddPortalPages();

        _app = builder.Build();
        UseRegistryListener(_app, configuration.Log);
        _app.UseSecurityHeaders();
        _app.UsePasswords(_app.Services.GetService<HtpasswdAccess>());
        _app.UseExceptionHandler("/error", createScopeForErrors: true);
        _app.UseRouting();
        _app.UseAntiforgery();
        _app.MapPortalPages();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Where the registry listens, once started.</summary>
    public Uri RegistryAddress => Address(0);

    /// <summary>Where the pages are, once started; null without a UI.</summary>
    public Uri? PortalAddress => _configuration.Portal.Addr is null ? null : Address(1);

    /// <summary>Brings the database to this version, then opens the listeners.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _app.Services.GetRequiredService<PortalDatabase>().MigrateAsync(cancellationToken);
        await _app.StartAsync(cancellationToken);

        // A start makes much garbage, and a registry at rest none that would bring a collection on: it would keep all of it.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Ends when the process is told to stop and requests under way are done, within <c>http.draintimeout</c>.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>First of all, before any routing: what came in by the registry's door never meets a page.</summary>
    private static void UseRegistryListener(WebApplication app, LogConfiguration log)
    {
        var dispatcher = app.Services.GetRequiredService<RegistryDispatcher>();
        RequestDelegate registry = dispatcher.InvokeAsync;
        if (!log.AccessLogDisabled)
        {
            registry = new AccessLog(registry, Console.Out, app.Services.GetRequiredService<TimeProvider>()).InvokeAsync;
        }

        app.Use(next => context => context.GetListener() == Listener.Registry ? registry(context) : next(context));
    }

    private Uri Address(int index)
    {
        var addresses = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        return new Uri(addresses.ElementAt(index));
    }
}
