using Portal.Registry.Configuration.Editing;
using Portal.Registry.Configuration.Keys;

namespace Portal.Web.Components.Settings;

/// <summary>One state of the text as the form's fields see it. A field's change is a change of the text.</summary>
/// <param name="text">The text in the editor, with its secrets hidden.</param>
/// <param name="locked">The keys that variables hold.</param>
public sealed class FormModel(string text, IReadOnlyDictionary<string, string> locked)
{
    private readonly YamlReading _reading = new(text);

    /// <summary>False when there is nothing to fill fields with.</summary>
    public bool IsYaml => _reading.IsYaml;

    public string? HolderOf(ConfigurationKey key) => locked.HolderOf(key.Path);

    public string? Value(ConfigurationKey key) => _reading.Value(PathOf(key));

    public bool Has(ConfigurationKey key) => _reading.Has(PathOf(key));

    /// <summary>Each value of a list, or each header as <c>Name: value</c>, on a line.</summary>
    public string Lines(ConfigurationKey key) => string.Join('\n', key.Type is KeyType.Headers
        ? _reading.Names(PathOf(key)).SelectMany(name => _reading.Values([.. PathOf(key), name]).Select(value => $"{name}: {value}"))
        : _reading.Values(PathOf(key)));

    /// <summary>How many of the keys below are written.</summary>
    public int Written(ConfigurationKey section) =>
        section.Walk().Count(key => key.Type is not KeyType.Section && !key.Path.Contains("[]", StringComparison.Ordinal) && Has(key));

    /// <summary>What the form shows: what this version does, under the names that hold.</summary>
    public IEnumerable<ConfigurationKey> Shown(ConfigurationKey section) =>
        section.Children.Where(key => key.ReplacedBy is null && (Has(key) || (key is { IsSupported: true, WhyNoEffect: null } && !IsAnotherChoice(section, key))));

    /// <summary>The text with another value; empty takes the key out.</summary>
    /// <exception cref="YamlEditException">It takes a person.</exception>
    public string With(ConfigurationKey key, string value) => value.Length == 0
        ? YamlEdit.Remove(text, PathOf(key))
        : YamlEdit.Set(text, PathOf(key), value);

    /// <summary>The text with other values in a list, or other headers; one on each line.</summary>
    /// <exception cref="YamlEditException">It takes a person.</exception>
    public string WithLines(ConfigurationKey key, string lines)
    {
        var values = lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return key.Type is KeyType.Headers ? WithHeaders(PathOf(key), values) : YamlEdit.SetList(text, PathOf(key), values);
    }

    private string WithHeaders(string[] path, string[] lines)
    {
        var headers = new OrderedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, { Length: > 0 } value])
            {
                throw new YamlEditException($"\"{line}\" is no header; write \"Name: value\"");
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
    private bool IsAnotherChoice(ConfigurationKey section, ConfigurationKey key) =>
        section.Path is "storage" or "auth"
        && key.Type is KeyType.Section
        && IsChoice(key)
        && section.Children.Any(other => IsChoice(other) && Has(other));

    private static bool IsChoice(ConfigurationKey key) => key.Path.StartsWith("auth.", StringComparison.Ordinal)
        || key.Name is "filesystem" or "inmemory" or "azure" or "gcs" or "s3" or "swift" or "oss";

    private static string[] PathOf(ConfigurationKey key) => key.Path.Split('.');
}
