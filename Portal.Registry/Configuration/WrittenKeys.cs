using Portal.Registry.Configuration.Keys;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>
/// Holds what is written against the catalogue of keys. An unknown key is a warning, as upstream skips it; an unknown driver
/// or way to sign in is an error. A key that asks for what this version does not do is refused, since passing it over in
/// silence could leave a registry open or unwatched. A section that is written has to have the keys it cannot be without.
/// </summary>
internal static class WrittenKeys
{
    public static void Check(MappingNode root, ConfigurationProblems problems)
    {
        Require("", root, Origin.Top, ConfigurationKeys.Root, problems);
        CheckBelow("", root, ConfigurationKeys.Root, isRefused: false, problems);
    }

    /// <param name="path">The section's path in this file.</param>
    /// <param name="section">What is written there.</param>
    /// <param name="known">What the format has there.</param>
    /// <param name="isRefused">Whether that was said of the section already.</param>
    /// <param name="problems">Where to say it.</param>
    private static void CheckBelow(
        string path, MappingNode section, ConfigurationKey known, bool isRefused, ConfigurationProblems problems)
    {
        if (known.IsFreeForm)
        {
            return;
        }

        foreach (var (key, entry) in section.Entries)
        {
            var keyPath = path.Length == 0 ? key : $"{path}.{key}";
            if (known.Child(key) is { } child)
            {
                Check(keyPath, entry, child, isRefused, problems);
            }
            else
            {
                TellOfUnknown(keyPath, key, entry.Origin, known, problems);
            }
        }
    }

    private static void TellOfUnknown(
        string path, string key, Origin place, ConfigurationKey section, ConfigurationProblems problems)
    {
        var remedy = section.Nearest(key) is { } name
            ? new Reason(KeyProblem.DidYouMean, $"did you mean \"{name}\"?")
            : new Reason(KeyProblem.RemoveIt, $"remove it");
        if (ChoiceSections.Of(section.Path) is { } choices)
        {
            // Passed over, a mistyped way to sign in would leave an open registry. Upstream refuses it as well.
            var names = string.Join(", ", choices);
            problems.Error(path, place, KeyProblem.NoneOf, $"is none of {names}; {remedy}");
        }
        else
        {
            problems.Warning(path, place, KeyProblem.Unknown, $"this key is unknown and has no effect; {remedy}");
        }
    }

    private static void Check(
        string path, MappingEntry entry, ConfigurationKey known, bool isRefused, ConfigurationProblems problems)
    {
        var asks = AsksForSomething(entry.Value, known);
        if (asks && known.Type is KeyType.Section && (entry.Value as MappingNode ?? Nothing(entry.Value)) is { } section)
        {
            Require(path, section, entry.Place, known, problems);
        }

        if (known.ReplacedBy is { } name)
        {
            problems.Warning(path, entry.Place, KeyProblem.Deprecated, $"is deprecated; write {name}");
        }

        if (known.WhyNoEffect is { } reason)
        {
            problems.Warning(path, entry.Place, KeyProblem.NoEffect, $"has no effect: {reason}; remove it");
        }

        if (asks && known.IsRefused && !isRefused)
        {
            var remedy = known.Remedy
                ?? (Switch(known) is { } off
                    ? new Reason(KeyProblem.RemoveItOrWrite, $"remove it or write \"{off}\"")
                    : new Reason(KeyProblem.RemoveIt, $"remove it"));
            var asked = known.Path.Replace("[]", "");
            problems.Error(path, entry.Place, KeyProblem.NotSupported, $"this version does not support {asked} yet; {remedy}");
            isRefused = true;
        }

        switch (entry.Value)
        {
            case MappingNode mapping when known.Type is KeyType.Section:
                CheckBelow(path, mapping, known, isRefused, problems);
                break;
            case ListNode list when known.Item is { } item:
                foreach (var (index, value) in list.Items.Index())
                {
                    Check($"{path}[{index}]", new MappingEntry(value.Origin, value), item, isRefused, problems);
                }

                break;
        }
    }

    private static void Require(
        string path, MappingNode section, Origin place, ConfigurationKey known, ConfigurationProblems problems)
    {
        foreach (var key in known.Children.Where(key => key.IsRequired && section[key.Name] is null or { IsEmpty: true }))
        {
            var keyPath = path.Length == 0 ? key.Name : $"{path}.{key.Name}";
            problems.Error(keyPath, place, KeyProblem.Missing, $"is missing; write for example \"{key.Name}: {key.Example}\"");
        }
    }

    /// <summary>The section that is written without any key; null when something else stands there.</summary>
    private static MappingNode? Nothing(ConfigurationNode node) => node.IsEmpty ? new MappingNode(node.Origin) : null;

    private static bool AsksForSomething(ConfigurationNode node, ConfigurationKey known) => node switch
    {
        // To name a driver, a way to sign in or an entry of a list is to ask for it, with or without keys of its own.
        { IsEmpty: true } => ChoiceSections.IsChild(known.Path) || known.Name == "[]",
        ScalarNode scalar => !IsOff(scalar, known),
        MappingNode mapping => !mapping.Entries.Any(entry =>
            entry.Value.Value is ScalarNode scalar && known.Child(entry.Key) is { } child && IsOff(scalar, child)),
        _ => true,
    };

    private static bool IsOff(ScalarNode scalar, ConfigurationKey known) =>
        known.OffValue is { } off && scalar.Value.Equals(off, StringComparison.OrdinalIgnoreCase);

    /// <summary>What to write in place of the key, or into the section, to have it off; null when nothing does that.</summary>
    private static string? Switch(ConfigurationKey known) =>
        new[] { known }.Concat(known.Children).FirstOrDefault(key => key.OffValue is not null) is { } off
            ? $"{off.Name}: {off.OffValue}"
            : null;
}
