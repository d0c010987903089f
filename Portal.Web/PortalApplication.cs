using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Portal.Registry;
using Portal.Registry.Auth;
using Portal.Registry.Auth.TokenServer;
using Portal.Registry.Configuration;
using Portal.Registry.Events;
using Portal.Registry.Health;
using Portal.Registry.Observability;
using Portal.Registry.Protocol;
using Portal.Registry.Reporting;
using Portal.Registry.Transport;
using Portal.Storage.Metadata;
using Portal.Web.Hosting;
using Portal.Web.SignIn;
using Portal.Web.Telemetry;
using Portal.Web.Words;

namespace Portal.Web;

/// <summary>
/// The process: configuration, listeners, services, endpoints, top to bottom. Tests start the same class on port 0.
/// </summary>
public sealed class PortalApplication : IAsyncDisposable
{
    // Longer than a client waits between two requests of one push.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly PortalEnvironment? _own;
    private readonly TelemetryExport? _telemetry;
    private readonly ServerSockets _sockets;
    private readonly Listeners _listeners;
    private volatile bool _isLeaving;
    private string? _setupCode;

    // As they were at the start: the server forgets them when it stops, and pages that are still shown tell them.
    private string[] _addresses = [];

    /// <param name="configuration">What it is built of, free of errors.</param>
    /// <param name="environment">What it shares with those before and after it in this process; null when it is alone.</param>
    public PortalApplication(RegistryConfiguration configuration, PortalEnvironment? environment = null)
    {
        environment ??= _own = new PortalEnvironment(configuration);
        Live = new LiveConfiguration(configuration);
        Content = environment.ContentFor(configuration);
        _telemetry = environment.Telemetry;
        _sockets = new ServerSockets(environment.Sockets);
        var data = new DataFolder(configuration, environment.TemporaryFolder);
        _listeners = new Listeners(configuration);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(PortalApplication).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.AddRegistryLog(Live);
        builder.Logging.AddReporting(configuration);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limit(Live);
            _listeners.Open(server, Live);
        });
        builder.Services.AddSingleton<IConnectionListenerFactory>(new SocketTransport(_sockets));
        builder.Services.AddSingleton<IConnectionListenerFactory, HandOverTransport>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = configuration.Http.DrainTimeout);
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRegistry(
            Live,
            UploadSecret.Get(configuration.Http.Secret, data.UploadSecret),
            Content,
            environment.PendingEventsIn(data.Events),
            _telemetry?.Requests);
        builder.Services.AddTokenServer(configuration, data.TokenKeys);
        builder.Services.AddSingleton(environment.Running);
        builder.Services.AddMetadata(data.Database);
        builder.Services.AddAccounts(data.Accounts, environment.DatabaseTurn);
        builder.Services.AddHistory(data.History, environment.DatabaseTurn);
        builder.Services.AddSingleton(new PortalSettings(
            configuration.Portal.Title,
            configuration.Http.Host?.Authority,
            () => configuration.Http.SocketPath is not null || RegistryAddress is { Scheme: "https", IsDefaultPort: true } ? null : RegistryAddress.Port));
        builder.Services.AddSingleton(data);
        builder.Services.AddPortalPages();
        builder.Services.AddPageSignIn(configuration.Portal.OpenId);

        _app = builder.Build();
        UseOtherListeners(_app, new ProbeEndpoint(
            _app.Services.GetRequiredService<HealthState>(), () => _isLeaving || Stopping.IsCancellationRequested));
        _app.UseSecurityHeaders();
        _app.UseForwarded(Live);
        _app.UseSessions(_app.Services.GetRequiredService<Sessions>());
        _app.UsePageLanguage();
        _app.UseFormFailures();
        _app.UseExceptionHandler("/error", createScopeForErrors: true);
        _app.UseRouting();
        _app.UseWayIn(_app.Services.GetRequiredService<Permissions>(), _app.Services.GetRequiredService<Sessions>());
        _app.UseAntiforgery();
        _app.MapPortalPages();
        _app.MapPageSignIn(configuration.Portal.OpenId is not null);
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

    /// <summary>Where the first administrator can be named, once started; null when there is one, or another way to become one.</summary>
    public Uri? SetupLink => _setupCode is null || PortalAddress is not { } address
        ? null
        : new UriBuilder(new Uri(address, $"{PortalUrls.Setup}?code={_setupCode}"))
        {
            // Every address of the machine is none that a browser can go to.
            Host = address.Host is "0.0.0.0" or "[::]" ? "localhost" : address.Host,
        }.Uri;

    /// <summary>The storage that it works on.</summary>
    public RegistryContent Content { get; }

    /// <summary>Brings the database to this version, opens the listeners and takes clients in.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Content.TellTo(_app.Services.GetRequiredService<ILoggerFactory>());
        await PrepareAsync(cancellationToken);
        _telemetry?.Use(_app.Services);
        _sockets.BeginAccepting();
    }

    /// <summary>Starts everything, and takes no client in yet.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _app.Services.GetRequiredService<PortalDatabase>().MigrateAsync(cancellationToken);
        await LoadAccountsAsync(cancellationToken);
        _setupCode = _app.Services.GetRequiredService<FirstAdministrator>().Offer();
        await _app.StartAsync(cancellationToken);
        _addresses = [.. _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];

        // A start makes much garbage, and a registry at rest none that would bring a collection on: it would keep all of it.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>
    /// Takes clients in in place of another one, from one moment to the next. What the other one still has under way
    /// shows in the pages and lists of this one.
    /// </summary>
    /// <param name="former">One that works on the same <see cref="Content"/>.</param>
    public async Task TakeOverAsync(PortalApplication former)
    {
        // What is changed of users in the one that leaves has to count in this one, too: first what came since it was read.
        former.Services.GetRequiredService<Accounts>().Changed += () => _ = LoadAccountsAsync(CancellationToken.None);
        await LoadAccountsAsync(CancellationToken.None);
        Content.TellTo(_app.Services.GetRequiredService<ILoggerFactory>());
        Services.GetRequiredService<HealthMonitor>().TakeOver(former.Services.GetRequiredService<HealthMonitor>());
        former.Services.GetRequiredService<EventStream>().HandOver(Services.GetRequiredService<EventStream>());
        _telemetry?.Use(_app.Services);
        _sockets.BeginAccepting();
        former._sockets.EndAccepting();
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
        _sockets.EndAccepting();
        _isLeaving = true;
        await Task.Delay(Moment, _app.Services.GetRequiredService<TimeProvider>(), cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout = drain;
        await _app.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _sockets.Dispose();
        if (_own is not null)
        {
            await Content.DisposeAsync();
            await _own.DisposeAsync();
        }
    }

    /// <summary>Reads users and permissions, where there are any: who has none pays nothing for their database.</summary>
    private async Task LoadAccountsAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(_app.Services.GetRequiredService<DataFolder>().Accounts))
        {
            await _app.Services.GetRequiredService<Accounts>().LoadAsync(cancellationToken);
        }
    }

    /// <summary>First of all, before any routing: what came in by another door never meets a page.</summary>
    private void UseOtherListeners(WebApplication app, ProbeEndpoint probes)
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
                Listener.Portal when Stopping.IsCancellationRequested && context.Request.Path.StartsWithSegments("/_blazor") => RefuseAsync(context),
                Listener.Registry => dispatcher.InvokeAsync(context),
                Listener.Debug => debug!.InvokeAsync(context),
                _ when ProbeEndpoint.TakesPath(context.Request.Path) => probes.InvokeAsync(context),
                _ => next(context),
            };
        });
    }

    /// <summary>Those that were there are closed by now. A page that comes back only now would hold up the end for as long as it is shown.</summary>
    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private Uri? Address(Listener listener)
    {
        return _listeners.PlaceOf(listener) is { } place ? new Uri(_addresses[place]) : null;
    }
}
