using System.Globalization;
using Portal.Registry.Configuration.Keys;

namespace Portal.Registry.Configuration.Editing;

/// <summary>What texts and variables say, key by key, whatever it is worth.</summary>
public static class WrittenValues
{
    /// <summary>The keys that a variable holds, with the variable's name: what the file says there has no effect.</summary>
    /// <param name="text">The file's text; what is no YAML counts as empty.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <returns>By path, as <c>log.hooks[0].type</c>; a section that a variable holds whole stands for all below it.</returns>
    public static IReadOnlyDictionary<string, string> Locked(string text, IReadOnlyDictionary<string, string> environment)
    {
        var root = Parse(text) ?? new MappingNode(Origin.Top);
        EnvironmentOverrides.Apply(root, environment, new ConfigurationProblems(file: null));
        var locked = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, node) in Walk("", root))
        {
            if (node.Origin.Variable is { } variable)
            {
                locked[path] = variable;
            }
        }

        return locked;
    }

    /// <summary>The variable that holds a key or a section above it; null when the file's value counts.</summary>
    /// <param name="locked">What <see cref="Locked"/> answered.</param>
    public static string? HolderOf(this IReadOnlyDictionary<string, string> locked, string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOfAny(['.', '['], end - 1))
        {
            if (locked.TryGetValue(path[..end], out var variable))
            {
                return variable;
            }
        }

        return null;
    }

    /// <summary>The keys whose values differ between two texts; text that is no YAML counts as empty.</summary>
    /// <returns>Paths in their order, those of lists without indices, as <c>notifications.endpoints[].url</c>.</returns>
    public static IReadOnlyList<string> Differences(string before, string after)
    {
        var (old, now) = (Values(before), Values(after));
        return
        [
            .. old.Keys.Union(now.Keys)
                .Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path))
                .Select(KeyPath).Distinct().Order(StringComparer.Ordinal),
        ];
    }

    private static Dictionary<string, string?> Values(string text)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (path, node) in Walk("", Parse(text) ?? new MappingNode(Origin.Top)))
        {
            if (node is ScalarNode or { IsEmpty: true } && path.Length > 0)
            {
                values[path] = node is ScalarNode { IsEmpty: false } scalar ? scalar.Value : "";
            }
        }

        return values;
    }

    /// <returns>Null for a text that is no YAML.</returns>
    internal static MappingNode? Parse(string text)
    {
        var root = ConfigurationParser.ParseFile(text, new ConfigurationProblems(file: null));
        if (root is not null)
        {
            ChoiceSections.Expand(root);
        }

        return root;
    }

    /// <summary>A node and all below it, each under its path.</summary>
    internal static IEnumerable<(string Path, ConfigurationNode Node)> Walk(string path, ConfigurationNode node)
    {
        yield return (path, node);
        var below = node switch
        {
            MappingNode mapping => mapping.Entries.SelectMany(entry => Walk(path.Length == 0 ? entry.Key : $"{path}.{entry.Key}", entry.Value.Value)),
            ListNode list => list.Items.SelectMany((item, index) => Walk(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), item)),
            _ => [],
        };
        foreach (var found in below)
        {
            yield return found;
        }
    }

    /// <summary>As the catalogue writes it; a key that it does not know keeps the name by which it is written.</summary>
    private static string KeyPath(string path) => ConfigurationKeys.Find(path) is { Path.Length: > 0 } key ? key.Path : path;
}
