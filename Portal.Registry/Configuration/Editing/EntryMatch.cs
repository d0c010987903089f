using System.Globalization;
using Portal.Registry.Configuration.Keys;

namespace Portal.Registry.Configuration.Editing;

/// <summary>
/// Which entry of a list is which entry of the list that it was edited from, so that no secret moves to a neighbour.
/// 1. An entry is known by its name or address, where no other entry of its list has the same.
/// 2. Else by all it says beside its secrets, where exactly one entry of each list says that.
/// 3. Else by its place, in a list in which every entry that is known is where it was, and as many as there were.
/// </summary>
internal static class EntryMatch
{
    /// <summary>By which of its keys an entry of a list is known.</summary>
    private static readonly string[] Names = ["name", "url", "uri", "addr"];

    /// <summary>For each entry of a list, the index of what it was; null for one that is new, or could be more than one.</summary>
    public static int?[] Find(YamlPiece list, YamlPiece before, ConfigurationKey? item)
    {
        var (names, namesBefore) = (NamesOf(list), NamesOf(before));
        var byName = Pair(names, namesBefore);
        var taken = byName.OfType<int>().ToHashSet();
        var bySaying = Pair(
            [.. list.Items.Select((piece, index) => byName[index] is null ? Said(piece, item) : null)],
            [.. before.Items.Select((piece, index) => taken.Contains(index) ? null : Said(piece, item))]);
        int?[] found = [.. byName.Zip(bySaying, (name, saying) => name ?? saying)];
        var isInPlace = names.SequenceEqual(namesBefore) && found.Index().All(entry => entry.Item is null || entry.Item == entry.Index);
        return isInPlace ? [.. found.Select((_, index) => (int?)index)] : found;
    }

    /// <summary>How each entry is called: by its name, if it alone has that, else by its place.</summary>
    public static IEnumerable<string> Call(YamlPiece list)
    {
        var names = NamesOf(list);
        var single = Singles(names);
        return names.Select((name, index) => name is not null && single.ContainsKey(name)
            ? name
            : string.Create(CultureInfo.InvariantCulture, $"{index}/{names.Length}"));
    }

    /// <summary>For each text that stands once in both, where it stood before.</summary>
    private static int?[] Pair(string?[] texts, string?[] before)
    {
        var (single, singleBefore) = (Singles(texts), Singles(before));
        return [.. texts.Select(text => text is not null && single.ContainsKey(text) && singleBefore.TryGetValue(text, out var index) ? index : (int?)null)];
    }

    private static Dictionary<string, int> Singles(string?[] texts) => texts.Index()
        .Where(text => text.Item is not null)
        .GroupBy(text => text.Item!, text => text.Index, StringComparer.Ordinal)
        .Where(same => same.Count() == 1)
        .ToDictionary(same => same.Key, same => same.Single(), StringComparer.Ordinal);

    private static string?[] NamesOf(YamlPiece list) => [.. list.Items.Select(NameOf)];

    private static string? NameOf(YamlPiece item) =>
        Names.Select(key => item.Resolved[key]).FirstOrDefault(value => value is { Kind: YamlKind.Scalar, IsNull: false }) is { } name
            ? SecretSpots.WithoutPasswords(name.Value)
            : null;

    /// <summary>What an entry says without its secrets, whatever the order of its keys.</summary>
    private static string Said(YamlPiece piece, ConfigurationKey? known, bool isSecret = false)
    {
        piece = piece.Resolved;
        return piece.Kind switch
        {
            YamlKind.Map => $"{{{string.Join(',', Pairs(piece, known, isSecret).Order(StringComparer.Ordinal))}}}",
            YamlKind.List => $"[{string.Join(',', piece.Items.Select(item => Said(item, known?.Item, isSecret)))}]",
            _ when piece.IsNull => "~",
            _ => YamlScalar.Quote(isSecret ? SecretMask.Hidden : SecretSpots.WithoutPasswords(piece.Value)),
        };
    }

    private static IEnumerable<string> Pairs(YamlPiece map, ConfigurationKey? known, bool isSecret)
    {
        foreach (var entry in map.Entries)
        {
            var (key, isSecretHere) = SecretSpots.Below(entry, known, isSecret);
            if (!isSecretHere || entry.Value.Resolved.Kind is not YamlKind.Scalar)
            {
                yield return $"{YamlScalar.Quote(entry.Key)}:{Said(entry.Value, key, isSecretHere)}";
            }
        }
    }
}
