using Portal.Registry.Configuration.Editing;
using Portal.Registry.Configuration.Keys;
using Portal.Storage.Reasons;

namespace Portal.Web.Components.Settings;

/// <summary>One state of the text as the form's fields see it. A field's change is a change of the text.</summary>
/// <param name="text">The text in the editor, with its secrets hidden.</param>
/// <param name="locked">The keys that variables hold.</param>
public sealed class FormModel(string text, IReadOnlyDictionary<string, string> locked)
{
    private readonly YamlReading _reading = new(text);

    /// <summary>False when there is nothing to fill fields with.</summary>
    public bool IsYaml => _reading.IsYaml;

    public string? HolderOf(FormPlace place) => locked.HolderOf(place.Name);

    public string? Value(FormPlace place) => _reading.Value(place.Path);

    public bool Has(FormPlace place) => _reading.Has(place.Path);

    /// <summary>Each value of a list, or each header as <c>Name: value</c>, on a line.</summary>
    public string Lines(FormPlace place) => string.Join('\n', place.Key.Type is KeyType.Headers
        ? _reading.Names(place.Path).SelectMany(name => _reading.Values([.. place.Path, name]).Select(value => $"{name}: {value}"))
        : _reading.Values(place.Path));

    /// <summary>How many of the keys below are written.</summary>
    public int Written(FormPlace section) => section.Key.Children.Select(section.Below).Sum(place =>
        place.Key.Type is KeyType.Section ? Written(place) : Has(place) ? 1 : 0);

    /// <summary>What the form shows: what this version does, under the names that hold.</summary>
    public IEnumerable<FormPlace> Shown(FormPlace section) => section.Key.Children.Select(section.Below).Where(place =>
        place.Key.ReplacedBy is null
        && (Has(place) || (place.Key is { IsSupported: true, WhyNoEffect: null } && !IsAnotherChoice(section, place.Key))));

    /// <summary>How many entries a list has.</summary>
    public int Count(FormPlace list) => _reading.Count(list.Path) ?? 0;

    /// <summary>Something stands where a list should.</summary>
    public bool IsOtherwise(FormPlace list) => _reading.Count(list.Path) is null;

    /// <summary>Whether one more entry would do anything in this version.</summary>
    public bool CanAdd(FormPlace list) => list.Key.Item is { IsSupported: true, WhyNoEffect: null } && !IsOtherwise(list);

    /// <summary>What tells an entry from others: the first text in it that is no secret. Null when there is none.</summary>
    public string? TitleOf(FormPlace entry) => entry.Key.Children
        .Where(key => key is { IsSecret: false, Type: not KeyType.Flag })
        .Select(key => Value(entry.Below(key)))
        .FirstOrDefault(value => value is not null);

    /// <summary>The text with another value; empty takes the key out.</summary>
    /// <exception cref="YamlEditException">It takes a person.</exception>
    public string With(FormPlace place, string value) => value.Length == 0
        ? YamlEdit.Remove(text, place.Path)
        : YamlEdit.Set(text, place.Path, value);

    /// <summary>The text with other values in a list, or other headers; one on each line.</summary>
    /// <exception cref="YamlEditException">It takes a person.</exception>
    public string WithLines(FormPlace place, string lines)
    {
        var values = lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return place.Key.Type is KeyType.Headers ? WithHeaders(place.Path, values) : YamlEdit.SetList(text, place.Path, values);
    }

    /// <summary>The text with one more entry at the end of a list: the keys that it cannot do without, still to be filled in.</summary>
    /// <exception cref="YamlEditException">It takes a person.</exception>
    public string WithEntry(FormPlace list)
    {
        var keys = list.Key.Item!.Children;
        var first = keys.Where(key => key.IsRequired || key is { Type: KeyType.Choice, Choices.Count: 1 }).DefaultIfEmpty(keys[0]);
        return YamlEdit.Append(text, list.Path, [.. first.Select(key => (key.Name, key.Choices.Count == 1 ? key.Choices[0] : null))]);
    }

    /// <summary>The text without an entry of a list.</summary>
    /// <exception cref="YamlEditException">It takes a person.</exception>
    public string WithoutEntry(FormPlace list, int index) => YamlEdit.Remove(text, list.Entry(index).Path);

    private string WithHeaders(IReadOnlyList<string> path, string[] lines)
    {
        var headers = new OrderedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } value])
            {
                throw new YamlEditException(new Reason(EditorRefusal.NoHeader, $"\"{line}\" is no header; write \"Name: value\""));
            }

            headers.TryAdd(name, []);
            headers[name].Add(value);
        }

        if (headers.Count == 0)
        {
            return YamlEdit.Remove(text, path);
        }

        var edited = headers.Aggregate(text, (current, header) => YamlEdit.SetList(current, [.. path, header.Key], header.Value));
        return _reading.Names(path).Where(name => !headers.ContainsKey(name))
            .Aggregate(edited, (current, name) => YamlEdit.Remove(current, [.. path, name]));
    }

    /// <summary>A second driver, or a second way to sign in, would be one too many: the first is taken out in the YAML.</summary>
    private bool IsAnotherChoice(FormPlace section, ConfigurationKey key) =>
        section.Name is "storage" or "auth"
        && key.Type is KeyType.Section
        && IsChoice(key)
        && section.Key.Children.Any(other => IsChoice(other) && Has(section.Below(other)));

    private static bool IsChoice(ConfigurationKey key) => key.Path.StartsWith("auth.", StringComparison.Ordinal)
        || key.Name is "filesystem" or "inmemory" or "azure" or "gcs" or "s3" or "swift" or "oss";
}
