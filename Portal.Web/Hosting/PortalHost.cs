using Portal.Registry;
using Portal.Registry.Configuration;
using Portal.Storage.Reasons;

namespace Portal.Web.Hosting;

/// <summary>
/// The portal, and another one in its place whenever the configuration asks for what takes a restart, inside the same
/// process. The new one serves whoever comes, while the old one finishes what it has under way. One that does not start
/// leaves the old one as it was. Where the two cannot be there at once, the old one finishes first, and clients wait.
/// </summary>
public sealed partial class PortalHost(RunningConfiguration running) : IAsyncDisposable
{
    /// <summary>How long requests under way at a rebuild may take, unless <c>http.draintimeout</c> is longer.</summary>
    public static readonly TimeSpan LeastDrain = TimeSpan.FromMinutes(2);

    /// <summary>How long, where <c>http.draintimeout</c> says nothing and nobody waits for them.</summary>
    public static readonly TimeSpan UnsetDrain = TimeSpan.FromDays(1);

    private readonly PortalEnvironment _environment = new(running);
    private readonly LeavingApplications _leaving = new(running);
    private PortalApplication? _application;
    private RunningVersion? _version;

    /// <summary>The application that serves now.</summary>
    public PortalApplication Application => _application ?? throw new InvalidOperationException("the host was not started");

    /// <exception cref="IOException">A port is in use, or a folder cannot be written; the message names it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _version = running.Version;
        _application = new PortalApplication(_version.Configuration, _environment);
        await _environment.UseAsync(_application.Content);
        await _application.StartAsync(cancellationToken);
        running.Attach(_application.Live);
        Announce();
    }

    /// <summary>Runs until the process, or the token, says to stop, and then until requests under way are done, within <c>http.draintimeout</c>.</summary>
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
                _leaving.Hurry(_version!.Configuration.Http.DrainTimeout);
                await Application.StopAsync(CancellationToken.None);
                await _leaving.WhenGoneAsync();
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

        await _environment.DisposeAsync();
    }

    /// <returns>False when the process was told to stop on the way: nothing serves then.</returns>
    private async Task<bool> RebuildAsync(RunningVersion next, CancellationToken cancellationToken)
    {
        var before = _version!;
        Log.Rebuilding(Logger);
        PortalApplication? candidate = null;
        var isTogether = false;
        try
        {
            candidate = new PortalApplication(next.Configuration, _environment);
            isTogether = candidate.Content == Application.Content && !SharedPorts.IsMoved(before.Configuration, next.Configuration);
            if (isTogether)
            {
                await candidate.PrepareAsync(CancellationToken.None);
                await candidate.TakeOverAsync(Application);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The old one never noticed.
            await DiscardAsync(candidate);
            Fail(exception, next, before);
            running.Attach(Application.Live);
            return true;
        }

        if (!isTogether)
        {
            return await ReplaceAsync(candidate, next, cancellationToken);
        }

        var former = Application;
        (_application, _version) = (candidate, next);
        running.Attach(candidate.Live);
        var drain = before.Configuration.Http.DrainTimeout;
        _leaving.Add(former, drain == TimeSpan.Zero ? UnsetDrain : drain > LeastDrain ? drain : LeastDrain, Logger);
        running.FinishRebuild(next, failure: null, inForce: null);
        Announce();
        return true;
    }

    /// <summary>Ends the old application before the new one starts on the same ports. Clients who come meanwhile wait.</summary>
    /// <returns>False when the process was told to stop on the way.</returns>
    private async Task<bool> ReplaceAsync(PortalApplication candidate, RunningVersion next, CancellationToken cancellationToken)
    {
        var before = _version!;
        using var kept = _environment.Sockets.Keep();
        var drain = before.Configuration.Http.DrainTimeout > LeastDrain ? before.Configuration.Http.DrainTimeout : LeastDrain;
        _leaving.Add(Application, drain, Logger);
        _leaving.Hurry(drain);
        try
        {
            await _leaving.WhenGoneAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _leaving.Hurry(before.Configuration.Http.DrainTimeout);
            await _leaving.WhenGoneAsync();
            await DiscardAsync(candidate);
            return false;
        }

        Exception? failure = null;
        try
        {
            await candidate.StartAsync(CancellationToken.None);
            (_application, _version) = (candidate, next);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            failure = exception;
            await DiscardAsync(candidate);
            _application = new PortalApplication(before.Configuration, _environment);
            await _application.StartAsync(CancellationToken.None);
        }

        await _environment.UseAsync(Application.Content);
        if (failure is null)
        {
            running.FinishRebuild(next, failure: null, inForce: null);
        }
        else
        {
            Fail(failure, next, before);
        }

        running.Attach(Application.Live);
        Announce();
        return true;
    }

    /// <summary>Ends what was never started, or did not start.</summary>
    private async Task DiscardAsync(PortalApplication? candidate)
    {
        if (candidate is not null)
        {
            await candidate.DisposeAsync();
            await _environment.DiscardAsync(candidate.Content);
        }
    }

    /// <summary>Says that the portal did not start with a configuration, and puts the one before back into the file.</summary>
    private void Fail(Exception exception, RunningVersion failed, RunningVersion before)
    {
        Log.NotStarted(Logger, exception);
        var reason = (exception as IReasoned)?.Reason ?? new Reason(RegistryRefusal.Other, $"{exception.Message}");
        running.FinishRebuild(failed, reason, before);
        try
        {
            Application.Services.GetRequiredService<ConfigurationEditor>().FallBack(failed.Text, reason);
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
        if (Application.SetupLink is { } link)
        {
            Log.NoAdministrator(Logger, link);
        }
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

        [LoggerMessage(LogLevel.Information, "the configuration takes a restart")]
        public static partial void Rebuilding(ILogger logger);

        [LoggerMessage(LogLevel.Error, "the portal did not start with the new configuration; the one before is in force again")]
        public static partial void NotStarted(ILogger logger, Exception exception);

        [LoggerMessage(LogLevel.Error, "the configuration that is in force could not be put back into {File}: the next start fails with what it holds")]
        public static partial void NotPutBack(ILogger logger, Exception exception, string? file);

        [LoggerMessage(LogLevel.Warning, "no sign-in: whoever reaches the registry's port may read, push and, where deletion is on, delete")]
        public static partial void Open(ILogger logger);

        // Who reads this runs the registry; it counts once, so that it is worth nothing in a log of yesterday.
        [LoggerMessage(LogLevel.Warning, "no administrator: until there is one, the pages change something only for a browser on this machine. To name the first, open {Link} (once, and until the next start)")]
        public static partial void NoAdministrator(ILogger logger, Uri link);

        [LoggerMessage(LogLevel.Warning, "clients' certificates are asked for by the registry alone: whoever reaches the pages may read")]
        public static partial void OpenPages(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "no TLS on every port: what passes there can be read on its way, passwords too, unless a proxy in front does TLS")]
        public static partial void Plain(ILogger logger);
    }
}
