using System.Text;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration.Editing;

/// <summary>
/// Keeps secrets out of what a browser gets. A text goes out with <see cref="Hidden"/> in the place of each secret; when
/// it comes back, the placeholder means the secret that it stood for.
/// </summary>
public static class SecretMask
{
    /// <summary>Stands for a secret that stays what it is.</summary>
    public const string Hidden = "(hidden)";

    /// <summary>Stands for a secret that differs from the one in the text beside it.</summary>
    public const string Changed = "(another value)";

    /// <summary>Stands for a secret that was typed and not kept: it has to be typed again.</summary>
    public const string Forgotten = "(type again)";

    /// <summary>The text without its secrets.</summary>
    /// <param name="text">YAML.</param>
    /// <returns>Null when the text is not YAML: nothing can say then where its secrets are.</returns>
    public static string? Hide(string text) => Replace(text, null, _ => Hidden);

    /// <summary>As <see cref="Hide(string)"/>; a secret that another text does not have is <see cref="Changed"/>.</summary>
    public static string? Hide(string text, string before)
    {
        var old = YamlText.TryParse(before);
        var known = Secrets(old);
        return Replace(text, old, spot => Find(known, spot) is { } same && same.Text == spot.Text ? Hidden : Changed);
    }

    /// <summary>
    /// What a browser may keep of a text that is being edited: placeholders stay, what was typed anew is <see cref="Forgotten"/>.
    /// A text that is no YAML yet passes whole when no line of it names a secret.
    /// </summary>
    /// <returns>Null when it must not be kept.</returns>
    public static string? Forget(string edited) =>
        Replace(edited, null, spot => spot.Text == Hidden ? Hidden : Forgotten)
        ?? (edited.Split('\n').Any(line => SecretSpots.NamesSecret(line.Replace(Hidden, "", StringComparison.Ordinal))) || edited.Contains("://", StringComparison.Ordinal) ? null : edited);

    /// <summary>Puts secrets back where their placeholders stand.</summary>
    /// <param name="edited">The text as it came from a browser.</param>
    /// <param name="original">The text that went out, with its secrets.</param>
    public static UnmaskedText Restore(string edited, string original)
    {
        if (YamlText.TryParse(edited) is not { } yaml)
        {
            // The loader says what is wrong with it; no placeholder counts before that is mended.
            return new UnmaskedText(edited, edited, []);
        }

        var old = YamlText.TryParse(original);
        var known = Secrets(old);
        var problems = new List<ConfigurationProblem>();
        var saved = new Replacement(edited);
        var sameLines = new Replacement(edited);
        foreach (var spot in SecretSpots.In(yaml, old).Where(spot => spot.Text is Hidden or Forgotten))
        {
            if (spot.Text == Hidden && Find(known, spot) is { } secret)
            {
                saved.Put(spot, secret.AsWrittenFor(spot));
                sameLines.Put(spot, spot.Kind is SecretKind.Comment ? Hidden : secret.OnOneLineFor(spot));
            }
            else if (spot.Kind is not SecretKind.Comment)
            {
                problems.Add(Problem(edited, spot));
            }
        }

        problems.AddRange(Strays(yaml).Select(piece => Problem(edited, new SecretSpot(SecretKind.Value, "", piece.Start, piece.End, piece.Value))));
        return new UnmaskedText(saved.ToString(), sameLines.ToString(), problems);
    }

    /// <summary>Placeholders where no secret is: a value moved to a place in which it means nothing.</summary>
    private static IEnumerable<YamlPiece> Strays(YamlText yaml)
    {
        var secret = SecretSpots.In(yaml).Select(spot => spot.Start).ToHashSet();
        return Scalars(yaml.Root).Where(piece => piece.Value is Hidden or Forgotten && !secret.Contains(piece.Start));
    }

    private static IEnumerable<YamlPiece> Scalars(YamlPiece? piece) => piece switch
    {
        null => [],
        { Kind: YamlKind.Scalar } => [piece],
        _ => piece.Entries.Select(entry => entry.Value).Concat(piece.Items).SelectMany(Scalars),
    };

    private static ConfigurationProblem Problem(string edited, SecretSpot spot)
    {
        var place = Origin.At(edited, spot.Start);
        var reason = spot.Text == Forgotten
            ? new Reason(SettingProblem.SecretForgotten, $"a secret that was typed here was not kept while the page was away; type it again")
            : new Reason(SettingProblem.NoSecretBefore, $"\"{Hidden}\" stands for a secret that this place had before, and it had none; type the secret");
        return new ConfigurationProblem(spot.Path.TrimStart('.').Split('#')[0], place.Line, place.Column, null, reason, ConfigurationSeverity.Error);
    }

    private static Dictionary<string, WrittenSecret> Secrets(YamlText? yaml)
    {
        var secrets = new Dictionary<string, WrittenSecret>(StringComparer.Ordinal);
        foreach (var spot in yaml is null ? [] : SecretSpots.In(yaml))
        {
            secrets.TryAdd(Key(spot), new WrittenSecret(spot, yaml!.Text[spot.Start..spot.End]));
        }

        return secrets;
    }

    private static WrittenSecret? Find(Dictionary<string, WrittenSecret> known, SecretSpot spot) =>
        spot.IsNew ? null : known.GetValueOrDefault(Key(spot));

    private static string Key(SecretSpot spot) => $"{spot.Kind} {spot.Path}";

    private static string? Replace(string text, YamlText? before, Func<SecretSpot, string> with)
    {
        if (YamlText.TryParse(text) is not { } yaml)
        {
            return null;
        }

        var replacement = new Replacement(text);
        foreach (var spot in SecretSpots.In(yaml, before))
        {
            replacement.Put(spot, with(spot));
        }

        return replacement.ToString();
    }

    /// <summary>A text in which spots are replaced from its beginning to its end.</summary>
    private sealed class Replacement(string text)
    {
        private readonly StringBuilder _result = new();
        private int _position;

        public void Put(SecretSpot spot, string with)
        {
            _result.Append(text, _position, spot.Start - _position).Append(with);
            _position = spot.End;
        }

        public override string ToString() => $"{_result}{text[_position..]}";
    }
}

/// <summary>A text from a browser with its secrets back in it.</summary>
/// <param name="Text">As it is to be saved: each secret as it was written.</param>
/// <param name="SameLines">The same with each secret on one line, so that a problem's line is that of the browser's text.</param>
/// <param name="Problems">Placeholders that stand for nothing.</param>
public sealed record UnmaskedText(string Text, string SameLines, IReadOnlyList<ConfigurationProblem> Problems);
