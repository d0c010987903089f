using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration.Editing;

/// <summary>A change that cannot be made without touching more than what was asked for.</summary>
public sealed class YamlEditException(Reason reason) : Exception(reason.ToString()), IReasoned
{
    public Reason Reason { get; } = reason;
}

/// <summary>
/// Changes one value of a YAML text; every other character stays. Each change is checked before it counts: the new text
/// has to say what the old one said, with that one change, else it is refused.
/// </summary>
public static class YamlEdit
{
    /// <summary>Writes a value, with the sections that it needs.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="path">Names, and indices of lists that are there.</param>
    /// <param name="value">The text that the value is to be.</param>
    /// <exception cref="YamlEditException">It takes a person: what stands there is no single value, or others refer to it.</exception>
    public static string Set(string text, IReadOnlyList<string> path, string value)
    {
        var yaml = Parse(text);
        var edited = YamlInsertion.Put(yaml, path, YamlWritten.Of(value));
        return Checked(yaml, edited, path, YamlTree.Of(value));
    }

    /// <summary>Writes a list of values: those that stay keep how they are written, and comments between them stay.</summary>
    /// <inheritdoc cref="Set" path="/exception"/>
    public static string SetList(string text, IReadOnlyList<string> path, IReadOnlyList<string> values)
    {
        var list = Parse(text).Find(path);
        if (list is null or { IsNull: true } or { Kind: YamlKind.List, Items.Count: 0 })
        {
            var yaml = Parse(text);
            return Checked(yaml, YamlInsertion.Put(yaml, path, YamlWritten.Of(values)), path, YamlTree.Of(values));
        }

        if (list.Kind is not YamlKind.List || list.Items.Exists(item => item.Kind is not YamlKind.Scalar))
        {
            throw Refused(path, EditorRefusal.IsNoValueList, "is no list of single values");
        }

        for (var i = list.Items.Count - 1; i >= Math.Max(values.Count, 1); i--)
        {
            text = Remove(text, [.. path, Index(i)]);
        }

        for (var i = 0; i < values.Count; i++)
        {
            if (i >= list.Items.Count)
            {
                var yaml = Parse(text);
                text = Checked(yaml, YamlInsertion.Append(yaml, path, YamlWritten.Of(values[i])), [.. path, Index(i)], YamlTree.Of(values[i]));
            }
            else if (list.Items[i].Value != values[i])
            {
                text = Set(text, [.. path, Index(i)], values[i]);
            }
        }

        return values.Count == 0 ? Remove(text, path) : text;
    }

    /// <summary>Writes one more entry at the end of a list of sections; the list is made where there is none.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="path">The list's names, and indices of lists that are there.</param>
    /// <param name="keys">The entry's first keys, one at least; those without a value are still to be filled in.</param>
    /// <inheritdoc cref="Set" path="/exception"/>
    public static string Append(string text, IReadOnlyList<string> path, IReadOnlyList<(string Key, string? Value)> keys)
    {
        var yaml = Parse(text);
        var (entry, wanted) = (YamlWritten.Entry(keys), YamlTree.Of(keys));
        return yaml.Find(path) switch
        {
            null or { IsNull: true } or { Kind: YamlKind.List, Items.Count: 0 } =>
                Checked(yaml, YamlInsertion.Put(yaml, path, entry.InAList()), path, YamlTree.Of([wanted])),
            { Kind: YamlKind.List } list => Checked(yaml, YamlInsertion.Append(yaml, path, entry), [.. path, Index(list.Items.Count)], wanted),
            { Kind: YamlKind.Alias } => throw Refused(path, EditorRefusal.IsShared, "is shared with other places"),
            _ => throw Refused(path, EditorRefusal.IsNoList, "is no list"),
        };
    }

    /// <summary>Takes a key or an entry of a list out, with its value and the comment behind it. A section that it leaves empty stays.</summary>
    /// <inheritdoc cref="Set" path="/exception"/>
    public static string Remove(string text, IReadOnlyList<string> path)
    {
        var yaml = Parse(text);
        return yaml.Find(path) is null ? text : Checked(yaml, YamlRemoval.Take(yaml, path), path, null);
    }

    internal static YamlEditException Refused(IReadOnlyList<string> path, EditorRefusal kind, string why) =>
        new(new Reason(kind, $"{string.Join('.', path)} {why}; edit it in the YAML"));

    private static YamlText Parse(string text) =>
        YamlText.TryParse(text) ?? throw new YamlEditException(new Reason(EditorRefusal.NotYaml, $"the text is not YAML; mend it first"));

    private static string Index(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Checked(YamlText before, string edited, IReadOnlyList<string> path, YamlTree? value)
    {
        var wanted = YamlTree.Of(before.Root).With(path, value);
        if (YamlText.TryParse(edited) is not { } after || !YamlTree.Of(after.Root).Equals(wanted))
        {
            throw Refused(path, EditorRefusal.ChangesMore, "cannot be changed without changing more");
        }

        return edited;
    }
}
