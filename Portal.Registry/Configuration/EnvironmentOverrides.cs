using System.Globalization;

namespace Portal.Registry.Configuration;

/// <summary>
/// Lays <c>REGISTRY_*</c> variables over the file by upstream's rule: the name is the path in capitals joined by
/// underscores, the value is YAML, a number is a list's index (one past the end appends), variables apply in sorted order.
/// </summary>
internal sealed class EnvironmentOverrides
{
    private const string Prefix = "REGISTRY_";

    private readonly string _variable;
    private readonly ConfigurationProblems _problems;

    private EnvironmentOverrides(string variable, ConfigurationProblems problems) =>
        (_variable, _problems) = (variable, problems);

    public static void Apply(
        MappingNode root, IReadOnlyDictionary<string, string> environment, ConfigurationProblems problems)
    {
        foreach (var (name, text) in environment.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && name != ConfigurationLoader.PathVariable
                && ConfigurationParser.ParseVariable(name, text, problems) is { } value)
            {
                var parts = name[Prefix.Length..].ToLowerInvariant().Split('_');
                new EnvironmentOverrides(name, problems).Place(root, KnownKeys.Root, "", parts, value);
            }
        }

        ChoiceSections.PreferEnvironment(root);
    }

    /// <summary>What stands at this place once the value lies where the parts lead; null, with a problem, when they lead nowhere.</summary>
    private ConfigurationNode? Place(
        ConfigurationNode? current, KnownKey known, string path, ReadOnlySpan<string> parts, ConfigurationNode value)
    {
        if (parts.IsEmpty)
        {
            return ChoiceSections.IsName(known.Pattern, value)
                ? ChoiceSections.Choose(known.Pattern, current, value)
                : value;
        }

        var isEmpty = current is null or { IsEmpty: true };
        if (current is ListNode || (isEmpty && known.Item is not null))
        {
            return PlaceInList(current as ListNode ?? new ListNode(value.Origin), known, path, parts, value);
        }

        if (current is MappingNode || isEmpty)
        {
            return PlaceInSection(current as MappingNode ?? new MappingNode(value.Origin), known, path, parts, value);
        }

        _problems.Error(path, value.Origin, $"the value on {current!.Origin} is no section, so nothing can be set below it");
        return null;
    }

    private ListNode? PlaceInList(
        ListNode list, KnownKey known, string path, ReadOnlySpan<string> parts, ConfigurationNode value)
    {
        if (known.Item is not { } item
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            _problems.Error(path, value.Origin, $"\"{parts[0]}\" is not a list's index; write a number from 0");
            return null;
        }

        index = Math.Min(index, list.Items.Count);
        var current = index < list.Items.Count ? list.Items[index] : null;
        if (Place(current, item, $"{path}[{index}]", parts[1..], value) is not { } placed)
        {
            return null;
        }

        if (current is null)
        {
            list.Items.Add(placed);
        }
        else
        {
            list.Items[index] = placed;
        }

        return list;
    }

    private MappingNode? PlaceInSection(
        MappingNode section, KnownKey known, string path, ReadOnlySpan<string> parts, ConfigurationNode value)
    {
        var part = parts[0];
        var key = known.Names.Contains(part)
            ? part
            : section.Entries.Keys.FirstOrDefault(name => name.Equals(part, StringComparison.OrdinalIgnoreCase)) ?? part;
        var childPath = path.Length == 0 ? key : $"{path}.{key}";
        if (known.Child(key) is not { } child)
        {
            var nearest = known.Nearest(key) is { } name ? $"; did you mean \"{name}\"?" : "";
            _problems.Warning(childPath, value.Origin, $"this key is unknown, so {_variable} has no effect{nearest}");
            return null;
        }

        if (parts.Length > ConfigurationParser.MaxDepth)
        {
            _problems.Error(childPath, value.Origin, $"the variable's name leads more than {ConfigurationParser.MaxDepth} sections deep");
            return null;
        }

        if (Place(section[key], child, childPath, parts[1..], value) is not { } placed)
        {
            return null;
        }

        section.Entries[key] = section.Entries.TryGetValue(key, out var entry)
            ? entry with { Value = placed }
            : new MappingEntry(value.Origin, placed);
        return section;
    }
}
