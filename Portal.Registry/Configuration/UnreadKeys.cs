namespace Portal.Registry.Configuration;

/// <summary>
/// What is said of a key that no section read. A known one is refused, since passing it over in silence could leave a
/// registry open or unwatched; an unknown one is a warning, as upstream skips it. Building a section means reading its
/// keys, and with that they stop arriving here.
/// </summary>
internal static class UnreadKeys
{
    /// <summary>
    /// Known keys with the value that asks for nothing, so that a section holding it may stay in the file. An entry goes
    /// when its section is built.
    /// </summary>
    private static readonly Dictionary<string, string> Off = new(StringComparer.Ordinal)
    {
        ["storage.maintenance.uploadpurging.enabled"] = "false",
        ["storage.maintenance.readonly.enabled"] = "false",
        ["middleware.registry[].disabled"] = "true",
        ["middleware.repository[].disabled"] = "true",
        ["middleware.storage[].disabled"] = "true",
        ["http.net"] = "tcp",
        ["http.h2c.enabled"] = "false",
        ["notifications.endpoints[].disabled"] = "true",
        ["health.storagedriver.enabled"] = "false",
    };

    /// <param name="path">The key's path in this file.</param>
    /// <param name="entry">What is written there.</param>
    /// <param name="section">The known section that it lies in.</param>
    /// <param name="key">The key's own name.</param>
    /// <param name="problems">Where to say it.</param>
    public static void Report(string path, MappingEntry entry, KnownKey section, string key, ConfigurationProblems problems)
    {
        if (section.Child(key) is not { } known)
        {
            var nearest = section.Nearest(key) is { } name ? $"; did you mean \"{name}\"?" : "; remove it";
            problems.Warning(path, entry.Origin, $"this key is unknown and has no effect{nearest}");
        }
        else if (!entry.Value.IsEmpty)
        {
            Refuse(path, entry, known, problems);
        }
    }

    private static void Refuse(string path, MappingEntry entry, KnownKey known, ConfigurationProblems problems)
    {
        if (IsOff(known, entry.Value))
        {
            return;
        }

        switch (entry.Value)
        {
            case MappingNode mapping when HoldsSwitch(known):
                foreach (var (key, child) in mapping.Entries)
                {
                    // Only here an empty section counts: "auth: {htpasswd: {}}" asks for a door to be shut.
                    if (known.Child(key) is { } knownChild)
                    {
                        Refuse($"{path}.{key}", child, knownChild, problems);
                    }
                    else
                    {
                        Report($"{path}.{key}", child, known, key, problems);
                    }
                }

                break;
            case ListNode list when known.Item is { } item && HoldsSwitch(known):
                for (var i = 0; i < list.Items.Count; i++)
                {
                    Refuse($"{path}[{i}]", new MappingEntry(list.Items[i].Origin, list.Items[i]), item, problems);
                }

                break;
            case ListNode { IsEmpty: true }:
                break;
            default:
                var origin = entry.Value.Origin.Variable is null ? entry.Origin : entry.Value.Origin;
                var remedy = Switch(known) is { } off ? $"remove it or write \"{off}\"" : "remove it";
                problems.Error(path, origin, $"this version does not support {known.Pattern.Replace("[]", "")} yet; {remedy}");
                break;
        }
    }

    /// <summary>The key itself says "off", or the section's own switch does.</summary>
    private static bool IsOff(KnownKey known, ConfigurationNode node) => node switch
    {
        ScalarNode scalar => Off.TryGetValue(known.Pattern, out var off) && (off.Length == 0 ? scalar.IsEmpty : Means(scalar, off)),
        MappingNode { IsEmpty: true } => Off.TryGetValue(known.Pattern, out var off) && off.Length == 0,
        MappingNode mapping => mapping.Entries.Any(entry =>
            known.Child(entry.Key) is { } child && entry.Value.Value is ScalarNode { IsEmpty: false } && IsOff(child, entry.Value.Value)),
        _ => false,
    };

    private static bool Means(ScalarNode scalar, string off) => scalar.Value.Equals(off, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a part of this section can be off by itself, so that the parts are told of one by one.</summary>
    private static bool HoldsSwitch(KnownKey known) => Off.Any(entry =>
        IsBelow(known, entry.Key) && (entry.Value.Length == 0 || entry.Key.AsSpan(known.Pattern.Length + 1).ContainsAny('.', ']')));

    /// <summary>What to write in place of the key, or into the section, to have it off; null when nothing does that.</summary>
    private static string? Switch(KnownKey known) => Off
        .Where(entry => entry.Value.Length > 0 && (entry.Key == known.Pattern || IsBelow(known, entry.Key)))
        .Select(entry => (Name: entry.Key == known.Pattern
            ? known.Pattern[(known.Pattern.LastIndexOf('.') + 1)..]
            : entry.Key[(known.Pattern.Length + 1)..], entry.Value))
        .Where(entry => !entry.Name.AsSpan().ContainsAny('.', ']'))
        .Select(entry => $"{entry.Name}: {entry.Value}")
        .FirstOrDefault();

    private static bool IsBelow(KnownKey known, string path) =>
        path.StartsWith(known.Pattern, StringComparison.Ordinal) && path.AsSpan(known.Pattern.Length) is ['.' or '[', ..];
}
