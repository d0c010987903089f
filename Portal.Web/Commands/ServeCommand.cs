using Portal.Registry.Configuration;
using Portal.Web.Hosting;

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
            await using var application = new PortalApplication(
                configuration, new RunningConfiguration(configuration, configurationPath, environment));
            await application.StartAsync(CancellationToken.None);
            var logger = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Portal");
            Log.Listening(logger, application.RegistryAddress, application.PortalAddress?.ToString() ?? "off");
            Log.Open(logger);
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "registry on {Registry}, pages on {Portal}")]
        public static partial void Listening(ILogger logger, Uri registry, string portal);

        [LoggerMessage(LogLevel.Warning, "no sign-in and no TLS: whoever reaches these ports may read, push and, where deletion is on, delete")]
        public static partial void Open(ILogger logger);
    }
}
