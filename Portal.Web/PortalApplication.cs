using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Auth.TokenServer;
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
    // Longer than a client waits between two requests of one push.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly DataFolder _data;
    private readonly Listeners _listeners;
    private volatile bool _isLeaving;

    // As they were at the start: the server forgets them when it stops, and pages that are still shown tell them.
    private string[] _addresses = [];

    /// <param name="configuration">What it is built of, free of errors.</param>
    /// <param name="environment">What it shares with those before and after it in this process; null when it is alone.</param>
    public PortalApplication(RegistryConfiguration configuration, PortalEnvironment? environment = null)
    {
        environment ??= new PortalEnvironment(configuration);
        Live = new LiveConfiguration(configuration);
        _data = new DataFolder(configuration);
        _listeners = new Listeners(configuration);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(PortalApplication).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.AddRegistryLog(Live);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limit(Live);
            _listeners.Open(server, Live);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(new SocketTransport(environment.Sockets));
        builder.Services.AddSingleton<IConnectionListenerFactory, HandOverTransport>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = configuration.Http.DrainTimeout);
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRegistry(
            Live, UploadSecret.Get(configuration.Http.Secret, _data.UploadSecret), environment.DriverFor(configuration.Storage.Driver));
        builder.Services.AddTokenServer(configuration, _data.TokenKeys);
        builder.Services.AddSingleton(environment.Running);
        builder.Services.AddMetadata(_data.Database);
        builder.Services.AddAccounts(_data.Accounts);
        builder.Services.AddSingleton(new PortalSettings(
            configuration.Portal.Title,
            configuration.Http.Host?.Authority,
            () => configuration.Http.SocketPath is not null || RegistryAddress is { Scheme: "https", IsDefaultPort: true } ? null : RegistryAddress.Port));
        builder.Services.AddSingleton(_data);
        builder.Services.AddPortalPages();

        _app = builder.Build();
        UseOtherListeners(_app);
        _app.UseSecurityHeaders();
        _app.UsePasswords(
            _app.Services.GetService<BasicController>() ?? (configuration.Auth.IsNone ? null : _app.Services.GetService<IAccessController>()));
        _app.UseExceptionHandler("/error", createScopeForErrors: true);
        _app.UseRouting();
        _app.UseAntiforgery();
        _app.MapPortalPages();
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>What can change while it runs.</summary>
    public LiveConfiguration Live { get; }

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
        if (File.Exists(_data.Accounts))
        {
            await _app.Services.GetRequiredService<Accounts>().LoadAsync(cancellationToken);
        }

        await _app.StartAsync(cancellationToken);
        _addresses = [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];

        // A start makes much garbage, and a registry at rest none that would bring a collection on: it would keep all of it.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Cancelled when the process is told to stop.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>Ends when requests under way are done, within <c>http.draintimeout</c>.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <summary>
    /// Ends it for another one that takes its place. Each answer from now on is its connection's last, so that clients who
    /// are at it move over by themselves; a moment later connections without a request are closed, and what is under way
    /// is finished.
    /// </summary>
    /// <param name="drain">How long what is under way may take; the token cuts it short.</param>
    public async Task GiveWayAsync(TimeSpan drain, CancellationToken cancellationToken)
    {
        _isLeaving = true;
        await Task.Delay(Moment, _app.Services.GetRequiredService<TimeProvider>(), cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout = drain;
        await _app.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>First of all, before any routing: what came in by another door never meets a page.</summary>
    private void UseOtherListeners(WebApplication app)
    {
        var dispatcher = app.Services.GetRequiredService<RegistryDispatcher>();
        var debug = app.Services.GetService<DebugEndpoint>();
        app.Use(next => context =>
        {
            if (_isLeaving && HttpProtocol.IsHttp11(context.Request.Protocol))
            {
                context.Response.Headers.Connection = "close";
            }

            return context.GetListener() switch
            {
                Listener.Registry => dispatcher.InvokeAsync(context),
                Listener.Debug => debug!.InvokeAsync(context),
                _ => next(context),
            };
        });
    }

    private Uri? Address(Listener listener)
    {
        return _listeners.PlaceOf(listener) is { } place ? new Uri(_addresses[place]) : null;
    }
}
