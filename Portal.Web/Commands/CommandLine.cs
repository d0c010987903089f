using System.Reflection;

namespace Portal.Web.Commands;

/// <summary>The command line of the one executable.</summary>
public static class CommandLine
{
    /// <summary>How to call the program.</summary>
    public const string Usage = """
        Usage:
          serve [config.yml]                 run the registry and its UI (also without any argument)
          config check [config.yml]          print what is wrong with it, or what it comes to
          config keys                        print every key of the file, as Markdown
          htpasswd -Bbn user password        print a line for an htpasswd file
          --version, -v                      print the version
          --help, -h                         print this text

        Without a file, serve and config check read the one that REGISTRY_CONFIGURATION_PATH names, or take the defaults.
        In a container they take /etc/distribution/config.yml or /etc/docker/registry/config.yml when there is one.
        The defaults are: registry on :5000, pages on :5080, images in ./data.
        Each key of the file can be overridden: REGISTRY_HTTP_ADDR=:5001 sets http.addr.
        """;

    private static string Version =>
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Does what the arguments ask for.</summary>
    /// <param name="args">Those after the program's name.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <returns>An <see cref="ExitStatus"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IReadOnlyDictionary<string, string> environment)
    {
        switch (Parse(args, ReadArgv0()))
        {
            case ServeArguments serve:
                return await ServeCommand.RunAsync(
                    serve.ConfigurationPath ?? ConfigurationLocation.Find(environment), environment);
            case ConfigCheckArguments check:
                return ConfigCommand.Check(
                    check.ConfigurationPath ?? ConfigurationLocation.Find(environment), environment, Console.Out, Console.Error);
            case ConfigKeysArguments:
                return ConfigCommand.Keys(Console.Out);
            case HtpasswdArguments htpasswd:
                return HtpasswdCommand.Run(htpasswd.Arguments);
            case VersionArguments:
                await Console.Out.WriteLineAsync($"portal {Version}");
                return ExitStatus.Done;
            case UnusableArguments unusable:
                await Console.Error.WriteLineAsync($"{unusable.Message}{Environment.NewLine}{Environment.NewLine}{Usage}");
                return ExitStatus.Unusable;
            default:
                await Console.Out.WriteLineAsync(Usage);
                return ExitStatus.Done;
        }
    }

    /// <summary>Reads the arguments.</summary>
    /// <param name="args">Those after the program's name.</param>
    /// <param name="argv0">The name the program was started under; as <c>htpasswd</c> it is that tool alone.</param>
    public static ParsedCommand Parse(string[] args, string argv0)
    {
        if (argv0[(argv0.LastIndexOf('/') + 1)..] == "htpasswd")
        {
            return new HtpasswdArguments(args);
        }

        return args switch
        {
            [] or ["serve"] => new ServeArguments(null),
            ["--help" or "-h" or "help"] or ["serve" or "config", "--help" or "-h"] or ["config", "check", "--help" or "-h"] => new HelpArguments(),
            ["config", "check"] => new ConfigCheckArguments(null),
            ["config", "check", ['-', ..] option] => new UnusableArguments($"config check has no option {option}"),
            ["config", "check", ""] => new UnusableArguments("config check needs the name of a file"),
            ["config", "check", var path] => new ConfigCheckArguments(path),
            ["config", "check", ..] => new UnusableArguments("config check takes one file"),
            ["config", "keys"] => new ConfigKeysArguments(),
            ["config", ..] => new UnusableArguments("config is followed by check or keys"),
            ["htpasswd", .. var rest] => new HtpasswdArguments(rest),
            ["--version" or "-v"] => new VersionArguments(),
            ["serve", ['-', ..] option] => new UnusableArguments($"serve has no option {option}"),
            ["serve", ""] => new UnusableArguments("serve needs the name of a file"),
            ["serve", var path] => new ServeArguments(path),
            ["serve", ..] => new UnusableArguments("serve takes one file"),
            [var path] when IsYaml(path) => new ServeArguments(path),
            [var other, ..] => new UnusableArguments($"there is no command {other}"),
        };
    }

    /// <summary>
    /// The name the program was started under. The framework shows the program's own file only, not the link by which it
    /// was called; Linux has the name as it was typed.
    /// </summary>
    public static string ReadArgv0()
    {
        const string commandLine = "/proc/self/cmdline";
        return File.Exists(commandLine)
            ? File.ReadAllText(commandLine).Split('\0')[0]
            : Environment.GetCommandLineArgs()[0];
    }

    private static bool IsYaml(string path) =>
        !path.StartsWith('-')
        && (path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase));
}
