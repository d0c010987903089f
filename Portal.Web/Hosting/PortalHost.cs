using Portal.Registry.Configuration;

namespace Portal.Web.Hosting;

/// <summary>
/// The portal, and another one in its place whenever the configuration asks for what takes a restart, inside the same
/// process. Clients who come meanwhile wait; requests under way are finished. A portal that does not start with a new
/// configuration is replaced by one with the old.
/// </summary>
public sealed partial class PortalHost(RunningConfiguration running) : IAsyncDisposable
{
    /// <summary>How long a rebuild waits for requests under way, unless <c>http.draintimeout</c> is longer.</summary>
    public static readonly TimeSpan LeastDrain = TimeSpan.FromMinutes(2);

    private readonly PortalEnvironment _environment = new(running);
    private PortalApplication? _application;
    private RunningVersion? _version;

    /// <summary>The application that serves now.</summary>
    public PortalApplication Application => _application ?? throw new InvalidOperationException("the host was not started");

    /// <exception cref="IOException">A port is in use, or a folder cannot be written; the message names it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _version = running.Version;
        _application = new PortalApplication(_version.Configuration, _environment);
        await _application.StartAsync(cancellationToken);
        running.Attach(_application.Live);
        Announce();
    }

    /// <summary>Runs until the process, or the token, says to stop; a rebuild that is under way then is not finished.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Application.Stopping);
            RunningVersion next;
            try
            {
                next = await running.Rebuilds.ReadAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                await Application.StopAsync(CancellationToken.None);
                return;
            }

            if (!await RebuildAsync(next, cancellationToken))
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        _environment.Dispose();
    }

    /// <returns>False when the process was told to stop on the way: nothing serves then.</returns>
    private async Task<bool> RebuildAsync(RunningVersion next, CancellationToken cancellationToken)
    {
        var before = _version!;
        Log.Rebuilding(Logger);

        // Made while the old one still serves: what does not even come so far costs nobody anything.
        PortalApplication candidate;
        try
        {
            candidate = new PortalApplication(next.Configuration, _environment);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Fail(exception, next, before);
            running.Attach(Application.Live);
            return true;
        }

        var drain = before.Configuration.Http.DrainTimeout > LeastDrain ? before.Configuration.Http.DrainTimeout : LeastDrain;
        _environment.Sockets.Pause();
        await Application.GiveWayAsync(drain, cancellationToken);
        await Application.DisposeAsync();
        _environment.Sockets.Resume();
        if (cancellationToken.IsCancellationRequested)
        {
            await candidate.DisposeAsync();
            return false;
        }

        string? failure = null;
        try
        {
            await candidate.StartAsync(CancellationToken.None);
            (_application, _version) = (candidate, next);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            failure = exception.Message;
            _environment.Sockets.Pause();
            await candidate.DisposeAsync();
            _environment.Sockets.Resume();
            (_application, _version) = (new PortalApplication(before.Configuration, _environment), before);
            await _application.StartAsync(CancellationToken.None);
            Fail(exception, next, before);
        }

        _environment.Sockets.CloseKept();
        if (failure is null)
        {
            running.FinishRebuild(failure: null, inForce: null);
        }

        running.Attach(Application.Live);
        Announce();
        return true;
    }

    /// <summary>Says that the portal did not start with a configuration, and puts the one before back into the file.</summary>
    private void Fail(Exception exception, RunningVersion failed, RunningVersion before)
    {
        Log.NotStarted(Logger, exception);
        running.FinishRebuild(exception.Message, before);
        try
        {
            Application.Services.GetRequiredService<ConfigurationEditor>().FallBack(failed.Text, exception.Message);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Log.NotPutBack(Logger, problem, running.Path);
        }
    }

    private ILogger Logger => Application.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Portal");

    private void Announce()
    {
        var configuration = _version!.Configuration;
        Log.Listening(
            Logger,
            configuration.Http.SocketPath ?? Application.RegistryAddress.ToString(),
            Application.PortalAddress?.ToString() ?? "off",
            Application.DebugAddress?.ToString() ?? "off");
        WarnOfOpenDoors(configuration);
    }

    private void WarnOfOpenDoors(RegistryConfiguration configuration)
    {
        var (registry, portal) = (configuration.Http, configuration.Portal);
        if (configuration.Auth is { Htpasswd: null, Token: null } && registry.Tls is not { ShutsStrangersOut: true })
        {
            Log.Open(Logger);
        }
        else if (configuration.Auth is { Htpasswd: null, Token: null } && portal.Addr is not null)
        {
            Log.OpenPages(Logger);
        }

        if (registry is { Tls: null, SocketPath: null } || (portal.Addr is not null && portal.Tls.Disabled))
        {
            Log.Plain(Logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "registry on {Registry}, pages on {Portal}, health and counters on {Debug}")]
        public static partial void Listening(ILogger logger, string registry, string portal, string debug);

        [LoggerMessage(LogLevel.Information, "the configuration takes a restart: finishing what is under way")]
        public static partial void Rebuilding(ILogger logger);

        [LoggerMessage(LogLevel.Error, "the portal did not start with the new configuration; the one before is in force again")]
        public static partial void NotStarted(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Error, "the configuration that is in force could not be put back into {File}: the next start fails with what it holds")]
        public static partial void NotPutBack(ILogger logger, Exception exception, string? file);

        [LoggerMessage(LogLevel.Warning, "no sign-in: whoever reaches these ports may read, push and, where deletion is on, delete")]
        public static partial void Open(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "clients' certificates are asked for by the registry alone: whoever reaches the pages may read and, where deletion is on, delete")]
        public static partial void OpenPages(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "no TLS on every port: what passes there can be read on its way, passwords too, unless a proxy in front does TLS")]
        public static partial void Plain(ILogger logger);
    }
}
