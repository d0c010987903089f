using Portal.Registry.Configuration.Keys;

namespace Portal.Tests.Unit.Configuration;

/// <summary>The least file that holds one key: what it lies in, and what those sections cannot be without.</summary>
internal static class KeyDocument
{
    /// <summary>A key that no format has, so that a section is there whether or not the key is.</summary>
    private const string Nothing = "no_such_key: 1";

    /// <summary>The file, the key's whole section on one line.</summary>
    /// <param name="value">The key's value in flow style; null for the file without the key.</param>
    public static string Write(ConfigurationKey key, string? value)
    {
        var names = key.Path.Split('.');
        var separator = names.Length == 1 ? "\n" : ", ";
        var text = value is null ? Nothing : $"{Nothing}{separator}{names[^1]}: {value}";
        for (var depth = names.Length - 2; depth >= 0; depth--)
        {
            var neighbours = Neighbours(string.Join('.', names[..(depth + 1)]), key);
            var section = $"{{{(neighbours.Length > 0 ? $"{neighbours}, " : "")}{text}}}";
            text = names[depth].EndsWith("[]", StringComparison.Ordinal) ? $"{names[depth][..^2]}: [{section}]" : $"{names[depth]}: {section}";
        }

        var storage = names[0] == "storage" ? "" : "storage: inmemory\n";
        var version = key.Path == "version" ? "" : "version: 0.1\n";
        return $"{version}{storage}{text}\n";
    }

    /// <summary>The path that problems have for the key in that file.</summary>
    public static string PathOf(ConfigurationKey key) => key.Path.Replace("[]", "[0]");

    private static string Neighbours(string section, ConfigurationKey key) => section switch
    {
        "storage" when !IsDriver(key.Path.Split('.')[1]) => "inmemory: ",
        "health.storagedriver" when key.Name != "enabled" => "enabled: true",
        "middleware.storage[]" when key.Name is "scheme" or "host" or "trimpathprefix" => "name: rewrite",
        "middleware.storage[]" when key.Name is not ("name" or "disabled") => "name: cloudfront",
        _ => "",
    };

    private static bool IsDriver(string name) => name is "filesystem" or "inmemory" or "s3" or "azure" or "gcs" or "swift" or "oss";
}
