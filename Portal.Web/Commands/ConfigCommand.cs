using Portal.Registry.Configuration;
using Portal.Registry.Configuration.Keys;

namespace Portal.Web.Commands;

/// <summary><c>config check [config.yml]</c> and <c>config keys</c>: what a configuration comes to, without starting anything.</summary>
public static class ConfigCommand
{
    /// <summary>
    /// Prints every problem to <paramref name="error"/>; when none is an error, what counts to <paramref name="output"/>:
    /// YAML with secrets masked, and the origin of each value in a comment behind it.
    /// </summary>
    /// <param name="configurationPath">The file; null for the configuration that counts without one.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>An <see cref="ExitStatus"/>: <see cref="ExitStatus.Unusable"/> when <c>serve</c> would not start with it.</returns>
    public static int Check(
        string? configurationPath, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter error)
    {
        var loaded = ConfigurationLoader.Load(configurationPath, environment);
        foreach (var problem in loaded.Problems)
        {
            error.WriteLine(problem);
        }

        if (loaded.Configuration is null)
        {
            return ExitStatus.Unusable;
        }

        output.Write(loaded.Effective);
        return ExitStatus.Done;
    }

    /// <summary>Prints every key of the format as Markdown: <c>docs/configuration.md</c>.</summary>
    /// <returns>An <see cref="ExitStatus"/>.</returns>
    public static int Keys(TextWriter output)
    {
        output.Write(KeyTable.Markdown());
        return ExitStatus.Done;
    }
}
