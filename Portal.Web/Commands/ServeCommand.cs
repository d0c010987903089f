using System.Runtime.InteropServices;
using Portal.Registry.Configuration;
using Portal.Web.Hosting;

namespace Portal.Web.Commands;

/// <summary><c>serve [config.yml]</c>: runs the registry and its pages until told to stop.</summary>
public static class ServeCommand
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

        // Each application listens for these too, but one that is being replaced no longer.
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            var version = new RunningVersion(configuration, loaded.Text);
            await using var host = new PortalHost(new RunningConfiguration(version, configurationPath, environment, TimeProvider.System));
            await host.StartAsync(CancellationToken.None);
            await host.RunAsync(stop.Token);
            return ExitStatus.Done;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A port in use, a folder that cannot be written: the message names it, a stack trace would not help.
            await Console.Error.WriteLineAsync(exception.Message);
            return ExitStatus.Failed;
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }
}
