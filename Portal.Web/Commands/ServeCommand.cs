using Portal.Registry.Configuration;

namespace Portal.Web.Commands;

/// <summary><c>serve [config.yml]</c>: runs the registry and its pages until told to stop.</summary>
public static partial class ServeCommand
{
    /// <returns>The exit status: 0 stopped in order, 1 failed at work, 2 unusable configuration.</returns>
    public static async Task<int> RunAsync(string? configurationPath, IReadOnlyDictionary<string, string> environment)
    {
        var loaded = ConfigurationLoader.Load(configurationPath, environment);
        foreach (var problem in loaded.Problems)
        {
            await Console.Error.WriteLineAsync(problem.ToString());
        }

        if (loaded.Configuration is not { } configuration)
        {
            return ExitStatus.Unusable;
        }

        try
        {
            await using var application = new PortalApplication(configuration);
            await application.StartAsync(CancellationToken.None);
            var logger = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Portal");
            Log.Listening(
                logger,
                configuration.Http.SocketPath ?? application.RegistryAddress.ToString(),
                application.PortalAddress?.ToString() ?? "off",
                application.DebugAddress?.ToString() ?? "off");
            WarnOfOpenDoors(logger, configuration);
            await application.WaitForShutdownAsync(CancellationToken.None);
            return ExitStatus.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A port in use, a folder that cannot be written: the message names it, a stack trace would not help.
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitStatus.Failed;
        }
    }

    private static void WarnOfOpenDoors(ILogger logger, RegistryConfiguration configuration)
    {
        var (registry, portal) = (configuration.Http, configuration.Portal);
        if (configuration.Htpasswd is null && registry.Tls is not { ClientCas.Count: > 0 })
        {
            Log.Open(logger);
        }
        else if (configuration.Htpasswd is null && portal.Addr is not null)
        {
            Log.OpenPages(logger);
        }

        if (registry is { Tls: null, SocketPath: null } || (portal.Addr is not null && portal.Tls.Disabled))
        {
            Log.Plain(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "registry on {Registry}, pages on {Portal}, health and counters on {Debug}")]
        public static partial void Listening(ILogger logger, string registry, string portal, string debug);

        [LoggerMessage(LogLevel.Warning, "no sign-in: whoever reaches these ports may read, push and, where deletion is on, delete")]
        public static partial void Open(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "clients' certificates are asked for by the registry alone: whoever reaches the pages may read and, where deletion is on, delete")]
        public static partial void OpenPages(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "no TLS on every port: what passes there can be read on its way, passwords too, unless a proxy in front does TLS")]
        public static partial void Plain(ILogger logger);
    }
}
