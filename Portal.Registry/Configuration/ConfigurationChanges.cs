using Portal.Registry.Configuration.Editing;
using Portal.Registry.Configuration.Keys;

namespace Portal.Registry.Configuration;

/// <summary>What a step from one configuration to another changes, by the paths of its keys.</summary>
/// <param name="Live">What counts at once.</param>
/// <param name="Restart">What takes a restart.</param>
public sealed record ConfigurationChanges(IReadOnlyList<string> Live, IReadOnlyList<string> Restart)
{
    /// <summary>No change at all.</summary>
    public static ConfigurationChanges None { get; } = new([], []);

    /// <summary>Compares two texts with the environment's variables laid over both. A default that is written out is no change.</summary>
    /// <param name="current">YAML that is in force.</param>
    /// <param name="next">YAML that is to be; has to be free of errors.</param>
    public static ConfigurationChanges Between(string current, string next, IReadOnlyDictionary<string, string> environment)
    {
        var before = Values(current, environment);
        var after = Values(next, environment);
        var changed = before.Keys.Union(after.Keys)
            .Where(path => ValueAt(before, path) != ValueAt(after, path))
            .Order(StringComparer.Ordinal)
            .ToLookup(IsLive);
        return new ConfigurationChanges([.. changed[true]], [.. changed[false]]);
    }

    /// <summary>A name of the user's own below a key that is live is so too.</summary>
    private static bool IsLive(string path) =>
        ConfigurationKeys.Find(path) is { IsLive: true } || (path.LastIndexOf('.') is > 0 and var end && IsLive(path[..end]));

    private static string? ValueAt(Dictionary<string, string> values, string path) =>
        values.GetValueOrDefault(path) ?? ConfigurationKeys.Find(path)?.Default;

    /// <summary>Every value under its path. A choice that is made by its name alone counts as well: <c>storage.inmemory</c>.</summary>
    private static Dictionary<string, string> Values(string text, IReadOnlyDictionary<string, string> environment)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (WrittenValues.Parse(text) is not { } root)
        {
            return values;
        }

        EnvironmentOverrides.Apply(root, environment, new ConfigurationProblems(file: null));
        foreach (var (path, node) in WrittenValues.Walk("", root))
        {
            if (node is ScalarNode { IsEmpty: false } scalar)
            {
                values[path] = scalar.Value;
            }
            else if (node is { IsEmpty: true } and not ListNode && (ChoiceSections.IsChild(path) || path == "portal.addr"))
            {
                values[path] = string.Empty;
            }
        }

        return values;
    }
}
