using System.Reflection;

namespace Portal.Web.Commands;

/// <summary>Picks the command. Exit status: 0 done, 1 failed at work, 2 unusable arguments or configuration.</summary>
public static class CommandLine
{
    private const string Usage = """
        Registry Portal: a Docker/OCI registry with its web UI.

          serve [config.yml]   run the registry and its pages; also without any argument
          --version            print the version
          --help               print this text

        Without a file, REGISTRY_CONFIGURATION_PATH names it; in a container
        /etc/distribution/config.yml or /etc/docker/registry/config.yml is taken when
        there is one. Without any, the registry is on :5000, the pages on :5080 and
        images in ./data. Variables REGISTRY_* change single settings.
        """;

    private static readonly string[] ContainerFiles = ["/etc/distribution/config.yml", "/etc/docker/registry/config.yml"];

    public static async Task<int> RunAsync(string[] args, IReadOnlyDictionary<string, string> environment)
    {
        switch (args)
        {
            case []:
            case ["serve"]:
                return await ServeCommand.RunAsync(FindConfiguration(environment), environment);
            case ["serve", "--help" or "-h"]:
            case ["--help" or "-h" or "help"]:
                await Console.Out.WriteLineAsync(Usage);
                return 0;
            case ["--version" or "-v"]:
                await Console.Out.WriteLineAsync($"portal {Version}");
                return 0;
            case ["serve", var path] when !path.StartsWith('-'):
                return await ServeCommand.RunAsync(path, environment);
            case [var file] when file.EndsWith(".yml", StringComparison.Ordinal) || file.EndsWith(".yaml", StringComparison.Ordinal):
                return await ServeCommand.RunAsync(file, environment);
            default:
                await Console.Error.WriteLineAsync($"cannot understand: {string.Join(' ', args)}{Environment.NewLine}{Environment.NewLine}{Usage}");
                return 2;
        }
    }

    private static string Version =>
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The variable's file; in a container the places where upstream's images have theirs.</summary>
    private static string? FindConfiguration(IReadOnlyDictionary<string, string> environment)
    {
        if (environment.TryGetValue("REGISTRY_CONFIGURATION_PATH", out var path) && path.Length > 0)
        {
            return path;
        }

        // Elsewhere such a file belongs to another registry that is installed beside this one.
        return environment.GetValueOrDefault("DOTNET_RUNNING_IN_CONTAINER") == "true"
            ? ContainerFiles.FirstOrDefault(File.Exists)
            : null;
    }
}
