using Portal.Registry.Configuration.Keys;

namespace Portal.Registry.Configuration.Editing;

/// <summary>A word that may be written at a place.</summary>
/// <param name="Label">The key or the value.</param>
/// <param name="Insert">What to write for it.</param>
/// <param name="Key">The key, or the one whose value it is.</param>
/// <param name="IsValue">It is a value.</param>
public sealed record KeySuggestion(string Label, string Insert, ConfigurationKey Key, bool IsValue);

/// <summary>What may be written where, from the catalogue of keys.</summary>
public static class KeyCompletion
{
    /// <summary>How many lines up and down the keys of a section are looked for: no section that people write is longer.</summary>
    private const int Reach = 300;

    /// <summary>The keys of the section that the place lies in and does not have yet, or the values that a key knows.</summary>
    /// <inheritdoc cref="KeyAtCursor.Find(string, int, int)" path="/param"/>
    public static IReadOnlyList<KeySuggestion> At(string text, int line, int column)
    {
        var place = KeyAtCursor.Find(text, line, column);
        if (place is { IsItem: false, Key: not null, IsValue: true })
        {
            return ConfigurationKeys.Find(place.Path) is { } key ? Values(key) : [];
        }

        if (ConfigurationKeys.Find(place.Section) is not { } section)
        {
            return [];
        }

        if (place.IsItem && section.Type is not KeyType.Section)
        {
            return Values(section);
        }

        var written = Siblings(text, line, place.Section);
        return
        [
            .. section.Children.Where(key => key.ReplacedBy is null && !written.Contains(key.Name))
                .Select(key => new KeySuggestion(key.Name, $"{key.Name}:{(key.Type is KeyType.Section or KeyType.List or KeyType.Headers or KeyType.Map ? "" : " ")}", key, IsValue: false)),
        ];
    }

    private static IReadOnlyList<KeySuggestion> Values(ConfigurationKey key)
    {
        IEnumerable<string> words = key.Type is KeyType.Flag ? ["true", "false"] : key.Choices;
        if (key is { Default: { } fallback, IsSecret: false } && !words.Contains(fallback))
        {
            words = words.Append(fallback);
        }

        return [.. words.Select(word => new KeySuggestion(word, YamlScalar.Write(word), key, IsValue: true))];
    }

    private static HashSet<string> Siblings(string text, int line, string section)
    {
        var lines = text.Split('\n');
        var (first, last) = (Math.Max(1, line - Reach), Math.Min(lines.Length, line + Reach));
        return
        [
            .. Enumerable.Range(first, last - first + 1).Where(other => other != line)
                .Select(other => KeyAtCursor.Find(lines, other, 1))
                .Where(other => other.Key is not null && other.Section == section).Select(other => other.Key!),
        ];
    }
}
