using System.Globalization;
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

    /// <summary>By which of its keys an entry of a list is known.</summary>
    private static readonly string[] Identities = ["name", "url", "uri", "addr"];

    private readonly YamlText _yaml;
    private readonly Dictionary<int, SecretSpot> _spots = [];

    private SecretSpots(YamlText yaml) => _yaml = yaml;

    /// <summary>In the order of the text.</summary>
    public static IReadOnlyList<SecretSpot> In(YamlText yaml)
    {
        var spots = new SecretSpots(yaml);
        if (yaml.Root is { } root)
        {
            spots.Look(root, ConfigurationKeys.Root, "", isSecret: false, keyColumn: 0);
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

    private void Look(YamlPiece piece, ConfigurationKey? known, string path, bool isSecret, int keyColumn)
    {
        switch (piece.Kind)
        {
            case YamlKind.Alias:
                Look(piece.Target!, known, path, isSecret, keyColumn);
                break;
            case YamlKind.Map:
                foreach (var entry in piece.Entries)
                {
                    LookAt(entry, known, path, isSecret);
                }

                break;
            case YamlKind.List:
                for (var i = 0; i < piece.Items.Count; i++)
                {
                    Look(piece.Items[i], known?.Item, $"{path}[{Identity(piece, i)}]", isSecret, keyColumn);
                }

                break;
            case YamlKind.Scalar when isSecret && !piece.IsNull:
                _spots[piece.Start] = new SecretSpot(SecretKind.Value, path, piece.Start, piece.End, piece.Value)
                {
                    Piece = piece,
                    KeyColumn = keyColumn,
                };
                break;
            case YamlKind.Scalar:
                LookWithin(piece, path);
                break;
        }
    }

    private void LookAt(YamlEntry entry, ConfigurationKey? known, string path, bool isSecret)
    {
        // What is merged lies in this section as if it were written here.
        var isMerge = entry.Key == "<<";
        var key = isMerge ? known : known?.Child(entry.Key);
        var isHere = isSecret || key is { IsSecret: true } || (Names.Contains(entry.Key) && entry.Value.Kind is YamlKind.Scalar or YamlKind.Alias);
        Look(entry.Value, key, isMerge ? path : $"{path}.{entry.Key}", isHere, entry.Start - _yaml.LineStart(entry.Start));
    }

    private void LookWithin(YamlPiece piece, string path)
    {
        var count = 0;
        foreach (var password in FindPasswords(_yaml.Text[piece.Start..piece.End]))
        {
            var start = piece.Start + password.Index;
            _spots.TryAdd(start, new SecretSpot(SecretKind.Part, $"{path}#{count++}", start, start + password.Length, password.Value) { Piece = piece });
        }
    }

    private static string Identity(YamlPiece list, int index)
    {
        var item = list.Items[index];
        var name = Identities.Select(key => item[key]).FirstOrDefault(value => value is { Kind: YamlKind.Scalar, IsNull: false });
        return name?.Value ?? string.Create(CultureInfo.InvariantCulture, $"{index}/{list.Items.Count}");
    }

    [GeneratedRegex("""://[^\s/:@"']*:(?<password>[^\s/@"']+)@|\b(?:password|pwd)\s*=\s*(?<password>[^\s;"']+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Password();

    [GeneratedRegex("""["']?(?<![A-Za-z_])(?<name>[A-Za-z_]+)["']?[ \t]*[:=][ \t]*(?=(?<value>\S.*))""")]
    private static partial Regex Assignment();
}
