using System.Globalization;

namespace Portal.Registry.Configuration;

/// <summary>
/// The variables of the docker-registry-ui container, so that whoever comes from it changes nothing: <c>REG1</c>,
/// <c>REG2</c> and so on become entries of <c>portal.registries</c>; <c>READ_ONLY</c> counts for each of them.
/// </summary>
internal static class RegistryUiVariables
{
    private const string Prefix = "REG";
    private const string ReadOnly = "READ_ONLY";

    public static void Apply(MappingNode root, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (variable, address) in environment.Where(IsAddress).OrderBy(variable => NumberOf(variable.Key)))
        {
            var origin = Origin.Of(variable);
            var entry = new MappingNode(origin);
            entry.Entries.Add("url", new MappingEntry(origin, new ScalarNode(origin, address, isPlain: false)));
            if (environment.TryGetValue(ReadOnly, out var isReadOnly) && isReadOnly.Length > 0)
            {
                var from = Origin.Of(ReadOnly);
                entry.Entries.Add("readonly", new MappingEntry(from, new ScalarNode(from, isReadOnly, isPlain: true)));
            }

            Registries(root, origin)?.Items.Add(entry);
        }
    }

    private static bool IsAddress(KeyValuePair<string, string> variable) => NumberOf(variable.Key) is not null && variable.Value.Length > 0;

    private static int? NumberOf(string variable) =>
        variable.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(variable.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <returns>Null where the file has something else in its place, which is a problem of its own.</returns>
    private static ListNode? Registries(MappingNode root, Origin origin)
    {
        var portal = Under(root, "portal", () => new MappingNode(origin), origin);
        return portal is null ? null : Under(portal, "registries", () => new ListNode(origin), origin);
    }

    private static T? Under<T>(MappingNode section, string key, Func<T> create, Origin origin)
        where T : ConfigurationNode
    {
        if (section[key] is null or { IsEmpty: true })
        {
            section.Entries[key] = new MappingEntry(origin, create());
        }

        return section[key] as T;
    }
}
