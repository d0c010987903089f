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

    private static Dictionary<string, string> Values(string text, IReadOnlyDictionary<string, string> environment)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var problems = new ConfigurationProblems(file: null);
        if (ConfigurationParser.ParseFile(text, problems) is { } root)
        {
            ChoiceSections.Expand(root);
            EnvironmentOverrides.Apply(root, environment, problems);
            Add("", root, values);
        }

        return values;
    }

    /// <summary>Every value under its path. A choice that is made by its name alone counts as well: <c>storage.inmemory</c>.</summary>
    private static void Add(string path, ConfigurationNode node, Dictionary<string, string> values)
    {
        switch (node)
        {
            case MappingNode { IsEmpty: false } mapping:
                foreach (var (key, entry) in mapping.Entries)
                {
                    Add(path.Length == 0 ? key : $"{path}.{key}", entry.Value, values);
                }

                break;
            case ListNode list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    Add($"{path}[{i}]", list.Items[i], values);
                }

                break;
            case ScalarNode { IsEmpty: false } scalar:
                values[path] = scalar.Value;
                break;
            default:
                if (ChoiceSections.IsChild(path) || path == "portal.addr")
                {
                    values[path] = string.Empty;
                }

                break;
        }
    }
}
