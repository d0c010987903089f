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
    private readonly DataFolder _data;
    private readonly Listeners _listeners;

    public PortalApplication(RegistryConfiguration configuration)
    {
        _data = new DataFolder(configuration);
        _listeners = new Listeners(configuration);
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
            _listeners.Open(server);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory, SocketTransport>();
        builder.Services.AddSingleton<IConnectionListenerFactory, HandOverTransport>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = configuration.Http.DrainTimeout);
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRegistry(configuration, UploadSecret.Get(configuration.Http.Secret, _data.UploadSecret));
        builder.Services.AddMetadata(_data.Database);
        builder.Services.AddSingleton(new PortalSettings(
            configuration.Portal.Title,
            configuration.Http.Host?.Authority,
            () => configuration.Http.SocketPath is not null || RegistryAddress is { Scheme: "https", IsDefaultPort: true } ? null : RegistryAddress.Port));
        builder.Services.AddPortalPages();

        _app = builder.Build();
        UseOtherListeners(_app, configuration.Log);
        _app.UseSecurityHeaders();
        _app.UsePasswords(_app.Services.GetService<HtpasswdAccess>());
        _app.UseExceptionHandler("/error", createScopeForErrors: true);
        _app.UseRouting();
        _app.UseAntiforgery();
        _app.MapPortalPages();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Where the registry listens, once started.</summary>
    public Uri RegistryAddress => Address(Listener.Registry)!;

    /// <summary>Where the pages are, once started; null without a UI.</summary>
    public Uri? PortalAddress => Address(Listener.Portal);

    /// <summary>Where health and counters are, once started; null without them.</summary>
    public Uri? DebugAddress => Address(Listener.Debug);

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

    /// <summary>First of all, before any routing: what came in by another door never meets a page.</summary>
    private static void UseOtherListeners(WebApplication app, LogConfiguration log)
    {
        var dispatcher = app.Services.GetRequiredService<RegistryDispatcher>();
        RequestDelegate registry = dispatcher.InvokeAsync;
        if (!log.AccessLogDisabled)
        {
            registry = new AccessLog(registry, Console.Out, app.Services.GetRequiredService<TimeProvider>()).InvokeAsync;
        }

        var debug = app.Services.GetService<DebugEndpoint>();
        app.Use(next => context => context.GetListener() switch
        {
            Listener.Registry => registry(context),
            Listener.Debug => debug!.InvokeAsync(context),
            _ => next(context),
        });
    }

    private Uri? Address(Listener listener)
    {
        var addresses = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        return _listeners.PlaceOf(listener) is { } place ? new Uri(addresses.ElementAt(place)) : null;
    }
}
