using System.Globalization;
using Portal.Registry.Configuration.Keys;
using Portal.Storage.Reasons;

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
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name == ConfigurationLoader.PathVariable)
            {
                continue;
            }

            var parts = name[Prefix.Length..].ToLowerInvariant().Split('_');
            var isFile = IsSecretsFile(parts);
            var value = isFile
                ? SecretFile.Read(name, text, environment, problems)
                : ConfigurationParser.ParseVariable(name, text, problems);
            if (value is not null)
            {
                new EnvironmentOverrides(name, problems).Place(
                    root, ConfigurationKeys.Root, "", isFile ? parts.AsSpan(..^1) : parts, value);
            }
        }

        RegistryUiVariables.Apply(root, environment);
        ChoiceSections.PreferEnvironment(root);
    }

    /// <summary>Whether the name is a secret's with <c>_FILE</c> behind it, and not that of a key which is called so.</summary>
    private static bool IsSecretsFile(ReadOnlySpan<string> parts)
    {
        if (parts is not [.., _, "file"])
        {
            return false;
        }

        var key = ConfigurationKeys.Root;
        var isSecret = false;
        var isValue = false;
        for (parts = parts[..^1]; !parts.IsEmpty && key is not null;)
        {
            if (key.Item is { } item)
            {
                key = item;
                parts = parts[1..];
                continue;
            }

            var (name, length) = FirstName(key, parts);
            (isValue, key) = (key.IsFreeForm, key.Child(name));
            parts = parts[length..];
            isSecret |= key is { IsSecret: true };
        }

        return isSecret && (isValue || key is { Type: not (KeyType.Section or KeyType.List), IsFreeForm: false });
    }

    /// <summary>The name that the first parts spell, and how many parts that are: a name may hold underscores of its own.</summary>
    private static (string Name, int Length) FirstName(ConfigurationKey known, ReadOnlySpan<string> parts)
    {
        foreach (var child in known.Children.Where(child => child.Name.Contains('_')))
        {
            var words = child.Name.Split('_');
            if (words.Length <= parts.Length && parts[..words.Length].SequenceEqual(words))
            {
                return (child.Name, words.Length);
            }
        }

        return (parts[0], 1);
    }

    /// <summary>What stands at this place once the value lies where the parts lead; null, with a problem, when they lead nowhere.</summary>
    private ConfigurationNode? Place(
        ConfigurationNode? current, ConfigurationKey known, string path, ReadOnlySpan<string> parts, ConfigurationNode value)
    {
        if (parts.IsEmpty)
        {
            return ChoiceSections.IsName(known.Path, value)
                ? ChoiceSections.Choose(known.Path, current, value)
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

        _problems.Error(path, value.Origin, VariableProblem.NothingBelow, $"the value on {current!.Origin.Reason} is no section, so nothing can be set below it");
        return null;
    }

    private ListNode? PlaceInList(
        ListNode list, ConfigurationKey known, string path, ReadOnlySpan<string> parts, ConfigurationNode value)
    {
        if (known.Item is not { } item
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            _problems.Error(path, value.Origin, VariableProblem.NoIndex, $"\"{parts[0]}\" is not a list's index; write a number from 0");
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
        MappingNode section, ConfigurationKey known, string path, ReadOnlySpan<string> parts, ConfigurationNode value)
    {
        var (name, length) = FirstName(known, parts);
        var key = known.Children.Any(child => child.Name == name)
            ? name
            : section.Entries.Keys.FirstOrDefault(written => written.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
        var childPath = path.Length == 0 ? key : $"{path}.{key}";
        if (known.Child(key) is not { } child)
        {
            TellOfUnknown(childPath, key, known, value.Origin);
            return null;
        }

        if (parts.Length > ConfigurationParser.MaxDepth)
        {
            _problems.Error(childPath, value.Origin, VariableProblem.TooDeep, $"the variable's name leads more than {ConfigurationParser.MaxDepth} sections deep");
            return null;
        }

        if (Place(section[key], child, childPath, parts[length..], value) is not { } placed)
        {
            return null;
        }

        section.Entries[key] = section.Entries.TryGetValue(key, out var entry)
            ? entry with { Value = placed }
            : new MappingEntry(value.Origin, placed);
        return section;
    }

    private void TellOfUnknown(string path, string key, ConfigurationKey section, Origin place)
    {
        var nearest = section.Nearest(key);
        if (ChoiceSections.Of(section.Path) is { } choices)
        {
            // Passed over, a mistyped way to sign in would leave an open registry.
            var names = string.Join(", ", choices);
            _problems.Error(path, place, nearest is null
                ? new Reason(VariableProblem.NoneOf, $"is none of {names}")
                : new Reason(VariableProblem.NoneOfButNear, $"is none of {names}; did you mean \"{nearest}\"?"));
        }
        else
        {
            _problems.Warning(path, place, nearest is null
                ? new Reason(VariableProblem.Unknown, $"this key is unknown, so {_variable} has no effect")
                : new Reason(VariableProblem.UnknownButNear, $"this key is unknown, so {_variable} has no effect; did you mean \"{nearest}\"?"));
        }
    }
}
