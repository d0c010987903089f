namespace Portal.Registry.Configuration;

/// <summary>
/// The sections in which one child is chosen, a storage driver or a way to sign in, and which may be written as that
/// child's name alone: <c>storage: inmemory</c>, <c>REGISTRY_AUTH=htpasswd</c>.
/// </summary>
internal static class ChoiceSections
{
    /// <summary>The storage drivers of the format; the other keys of <c>storage</c> hold for every driver.</summary>
    public static IReadOnlySet<string> Drivers { get; } =
        new HashSet<string>(["filesystem", "inmemory", "azure", "gcs", "s3", "swift", "oss"], StringComparer.Ordinal);

    /// <summary>The ways to sign in.</summary>
    public static IReadOnlySet<string> AccessControllers { get; } =
        new HashSet<string>(["none", "silly", "htpasswd", "token"], StringComparer.Ordinal);

    private static readonly Dictionary<string, IReadOnlySet<string>> Choices = new(StringComparer.Ordinal)
    {
        ["storage"] = Drivers,
        ["auth"] = AccessControllers,
    };

    /// <summary>Writes out what the file says by a name alone.</summary>
    public static void Expand(MappingNode root)
    {
        foreach (var section in Choices.Keys)
        {
            if (root.Entries.TryGetValue(section, out var entry) && entry.Value is ScalarNode { IsEmpty: false } name)
            {
                root.Entries[section] = entry with { Value = Choose(section, current: null, name) };
            }
        }
    }

    /// <summary>Whether a value put at this path by a variable names a child rather than being the value itself.</summary>
    public static bool IsName(string pattern, ConfigurationNode value) =>
        Choices.ContainsKey(pattern) && value is ScalarNode { IsEmpty: false };

    /// <summary>The children to choose from in this section; null when it is none in which one chooses.</summary>
    public static IReadOnlySet<string>? Of(string section) => Choices.GetValueOrDefault(section);

    /// <summary>Whether this is one of the children to choose from.</summary>
    public static bool IsChild(string pattern) =>
        pattern.Split('.') is [var section, var child] && Choices.TryGetValue(section, out var children) && children.Contains(child);

    /// <summary>The section with the named child, empty, in the place of the others; what holds for every driver stays.</summary>
    public static MappingNode Choose(string section, ConfigurationNode? current, ConfigurationNode name)
    {
        var chosen = new MappingNode(current?.Origin ?? name.Origin);
        if (current is MappingNode mapping)
        {
            foreach (var (key, entry) in mapping.Entries.Where(entry => !Choices[section].Contains(entry.Key)))
            {
                chosen.Entries.Add(key, entry);
            }
        }

        chosen.Entries[((ScalarNode)name).Value] = new MappingEntry(name.Origin, new MappingNode(name.Origin));
        return chosen;
    }

    /// <summary>A child that a variable names wins over those that only the file names.</summary>
    public static void PreferEnvironment(MappingNode root)
    {
        foreach (var (section, children) in Choices)
        {
            if (root[section] is not MappingNode mapping)
            {
                continue;
            }

            var named = mapping.Entries.Where(entry => children.Contains(entry.Key)).ToList();
            if (named.Exists(entry => entry.Value.Value.IsFromEnvironment))
            {
                foreach (var (key, _) in named.Where(entry => !entry.Value.Value.IsFromEnvironment))
                {
                    mapping.Entries.Remove(key);
                }
            }
        }
    }
}
