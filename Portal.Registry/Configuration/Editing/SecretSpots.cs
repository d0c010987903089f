using System.Text.RegularExpressions;
using Portal.Registry.Configuration.Keys;

namespace Portal.Registry.Configuration.Editing;

/// <summary>
/// Finds the secrets of a text: values of keys that the catalogue calls secret, wherever an anchor or a merge takes them
/// from; passwords within addresses; and what a comment says behind a secret's name.
/// </summary>
internal sealed partial class SecretSpots
{
    /// <summary>Keys that hold a secret wherever they stand: a misplaced password is one all the same.</summary>
    private static readonly HashSet<string> Names = new(
        ConfigurationKeys.Root.Walk().Where(key => key is { IsSecret: true, Type: KeyType.Text }).Select(key => key.Name),
        StringComparer.OrdinalIgnoreCase);

    private readonly YamlText _yaml;
    private readonly Dictionary<int, SecretSpot> _spots = [];

    private SecretSpots(YamlText yaml) => _yaml = yaml;

    /// <summary>In the order of the text.</summary>
    public static IReadOnlyList<SecretSpot> In(YamlText yaml) => In(yaml, null);

    /// <summary>In the order of the text, entries of lists called as what they were in the text that it was edited from.</summary>
    public static IReadOnlyList<SecretSpot> In(YamlText yaml, YamlText? before)
    {
        var spots = new SecretSpots(yaml);
        if (yaml.Root is { } root)
        {
            spots.Look(root, ConfigurationKeys.Root, new Place("", before?.Root, IsCompared: before is not null), isSecret: false, keyColumn: 0);
        }

        foreach (var spot in SecretComments.In(yaml))
        {
            spots._spots.TryAdd(spot.Start, spot);
        }

        return [.. spots._spots.Values.OrderBy(spot => spot.Start)];
    }

    /// <summary>Whether a line that may be part of no YAML at all names a secret and says something behind it.</summary>
    public static bool NamesSecret(string line) => FindNamed(line) is not null;

    /// <summary>What stands behind the first name of a secret, up to the line's end; null when none is named.</summary>
    internal static Group? FindNamed(string line) =>
        Assignment().Matches(line).FirstOrDefault(match => Names.Contains(match.Groups["name"].Value))?.Groups["value"];

    /// <summary>The passwords within a value, as those of addresses.</summary>
    internal static IEnumerable<Group> FindPasswords(string text) => Password().Matches(text).Select(match => match.Groups["password"]);

    /// <summary>A value as it may be shown, if it is no secret itself.</summary>
    internal static string WithoutPasswords(string text) => Password().Replace(text, match =>
        string.Concat(match.Value.AsSpan(0, match.Groups["password"].Index - match.Index), SecretMask.Hidden, match.Value.AsSpan(match.Groups["password"].Index - match.Index + match.Groups["password"].Length)));

    /// <summary>What lies behind a key: which key of the catalogue it is, and whether it is a secret.</summary>
    internal static (ConfigurationKey? Key, bool IsSecret) Below(YamlEntry entry, ConfigurationKey? known, bool isSecret)
    {
        // What is merged lies in this section as if it were written here.
        var key = entry.Key == "<<" ? known : known?.Child(entry.Key);
        return (key, isSecret || key is { IsSecret: true } || (Names.Contains(entry.Key) && entry.Value.Kind is YamlKind.Scalar or YamlKind.Alias));
    }

    private void Look(YamlPiece piece, ConfigurationKey? known, Place place, bool isSecret, int keyColumn)
    {
        switch (piece.Kind)
        {
            case YamlKind.Alias:
                Look(piece.Target!, known, place, isSecret, keyColumn);
                break;
            case YamlKind.Map:
                foreach (var entry in piece.Entries)
                {
                    var (key, isSecretHere) = Below(entry, known, isSecret);
                    Look(entry.Value, key, place.Below(entry.Key), isSecretHere, entry.Start - _yaml.LineStart(entry.Start));
                }

                break;
            case YamlKind.List:
                foreach (var (item, itsPlace) in piece.Items.Zip(place.Entries(piece, known?.Item)))
                {
                    Look(item, known?.Item, itsPlace, isSecret, keyColumn);
                }

                break;
            case YamlKind.Scalar when isSecret && !piece.IsNull:
                _spots[piece.Start] = new SecretSpot(SecretKind.Value, place.Path, piece.Start, piece.End, piece.Value)
                {
                    Piece = piece,
                    KeyColumn = keyColumn,
                    IsNew = place.IsNew,
                };
                break;
            case YamlKind.Scalar:
                LookWithin(piece, place);
                break;
        }
    }

    private void LookWithin(YamlPiece piece, Place place)
    {
        var count = 0;
        foreach (var password in FindPasswords(_yaml.Text[piece.Start..piece.End]))
        {
            var start = piece.Start + password.Index;
            _spots.TryAdd(start, new SecretSpot(SecretKind.Part, $"{place.Path}#{count++}", start, start + password.Length, password.Value)
            {
                Piece = piece,
                IsNew = place.IsNew,
            });
        }
    }

    /// <param name="Path">As that of <see cref="SecretSpot"/>.</param>
    /// <param name="Was">What stood here in the text that this one was edited from; null when nothing did, or there is none.</param>
    /// <param name="IsCompared">There is such a text.</param>
    /// <param name="IsNew">It lies in an entry of a list that was not there.</param>
    private sealed record Place(string Path, YamlPiece? Was, bool IsCompared, bool IsNew = false)
    {
        public Place Below(string key)
        {
            var was = Was?.Resolved;
            return key == "<<"
                ? this with { Was = was?[key] ?? was }
                : this with { Path = $"{Path}.{key}", Was = was?[key] ?? was?["<<"]?.Resolved[key] };
        }

        public IEnumerable<Place> Entries(YamlPiece list, ConfigurationKey? item)
        {
            var own = EntryMatch.Call(list).Select(name => this with { Path = $"{Path}[{name}]", Was = null, IsNew = IsCompared });
            if (Was?.Resolved is not { Kind: YamlKind.List } before)
            {
                return own;
            }

            var names = EntryMatch.Call(before).ToList();
            return own.Zip(EntryMatch.Find(list, before, item), (place, match) => match is { } at
                ? this with { Path = $"{Path}[{names[at]}]", Was = before.Items[at] }
                : place);
        }
    }

    [GeneratedRegex("""://[^\s/:@"']*:(?<password>[^\s/@"']+)@|\b(?:password|pwd)\s*=\s*(?<password>[^\s;"']+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Password();

    [GeneratedRegex("""["']?(?<![A-Za-z_])(?<name>[A-Za-z_]+)["']?[ \t]*[:=][ \t]*(?=(?<value>\S.*))""")]
    private static partial Regex Assignment();
}
