using System.Reflection;
using Portal.Registry.Configuration;

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
          garbage-collect [options] [config.yml]
                                             free what nothing refers to. Stop the registry before, or make it read-only
            -d, --dry-run                    only print what would be removed
            -m, --delete-untagged            remove manifests, too, that no tag leads to
            -q, --quiet                      print problems only
            --grace 24h                      leave alone what was written within this time; 0 unless given
          htpasswd -Bbn user password        print a line for an htpasswd file
          --version, -v                      print the version
          --help, -h                         print this text

        Without a file, serve, config check and garbage-collect read the one that REGISTRY_CONFIGURATION_PATH names, or take the defaults.
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
            case GarbageCollectArguments collect:
                return await GarbageCollectCommand.RunAsync(
                    collect,
                    collect.ConfigurationPath ?? ConfigurationLocation.Find(environment),
                    environment,
                    Console.Out,
                    Console.Error,
                    CancellationToken.None);
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
            ["garbage-collect", .. var rest] => ParseGarbageCollect(rest),
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

    private static ParsedCommand ParseGarbageCollect(string[] rest)
    {
        var parsed = new GarbageCollectArguments(null);
        for (var next = 0; next < rest.Length; next++)
        {
            var word = rest[next];
            var grace = word == "--grace" && next + 1 < rest.Length ? rest[++next]
                : word.StartsWith("--grace=", StringComparison.Ordinal) ? word["--grace=".Length..]
                : null;
            if (grace is not null)
            {
                if (!GoDuration.TryParse(grace, out var duration) || duration < TimeSpan.Zero)
                {
                    return new UnusableArguments($"--grace {grace} is no length of time: write for example 24h");
                }

                parsed = parsed with { Grace = duration };
                continue;
            }

            switch (word)
            {
                case "-h" or "--help":
                    return new HelpArguments();
                case "--grace":
                    return new UnusableArguments("--grace needs a length of time: write for example 24h");
                case "--dry-run" or "--dry-run=true":
                    parsed = parsed with { IsDryRun = true };
                    break;
                case "--delete-untagged" or "--delete-untagged=true":
                    parsed = parsed with { DeletesUntagged = true };
                    break;
                case "--quiet" or "--quiet=true":
                    parsed = parsed with { IsQuiet = true };
                    break;
                case ['-', not '-', ..] when word.AsSpan(1).IndexOfAnyExcept("dmq") < 0:
                    parsed = parsed with
                    {
                        IsDryRun = parsed.IsDryRun || word.Contains('d'),
                        DeletesUntagged = parsed.DeletesUntagged || word.Contains('m'),
                        IsQuiet = parsed.IsQuiet || word.Contains('q'),
                    };
                    break;
                case ['-', ..]:
                    return new UnusableArguments($"garbage-collect has no option {word}");
                case "":
                    return new UnusableArguments("garbage-collect needs the name of a file");
                default:
                    if (parsed.ConfigurationPath is not null)
                    {
                        return new UnusableArguments("garbage-collect takes one file");
                    }

                    parsed = parsed with { ConfigurationPath = word };
                    break;
            }
        }

        return parsed;
    }

    private static bool IsYaml(string path) =>
        !path.StartsWith('-')
        && (path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase));
}
