using Portal.Registry.Configuration;

namespace Portal.Web.Commands;

/// <summary>Which configuration file <c>serve</c> reads when none is named.</summary>
public static class ConfigurationLocation
{
    /// <summary>Where the images of upstream's versions 3 and 2 keep theirs.</summary>
    private static readonly string[] ImagePaths = ["/etc/distribution/config.yml", "/etc/docker/registry/config.yml"];

    /// <summary>
    /// The file that <c>REGISTRY_CONFIGURATION_PATH</c> names; else, in a container only, the first of the images' places
    /// that exists. Null: start without a file.
    /// </summary>
    /// <param name="environment">The environment's variables.</param>
    public static string? Find(IReadOnlyDictionary<string, string> environment) => Find(environment, File.Exists);

    /// <summary>As <see cref="Find(IReadOnlyDictionary{string, string})"/>, on another machine's files.</summary>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="exists">Whether a file is there.</param>
    public static string? Find(IReadOnlyDictionary<string, string> environment, Func<string, bool> exists)
    {
        if (environment.GetValueOrDefault(ConfigurationLoader.PathVariable) is { Length: > 0 } path)
        {
            return path;
        }

        // Outside a container such a file belongs to another registry on the machine.
        var isContainer = environment.GetValueOrDefault("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1";
        return isContainer ? Array.Find(ImagePaths, candidate => exists(candidate)) : null;
    }
}
