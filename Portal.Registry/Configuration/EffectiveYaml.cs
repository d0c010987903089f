using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Portal.Registry.Configuration.Keys;

namespace Portal.Registry.Configuration;

/// <summary>
/// What counts once file, variables and defaults are laid over each other, as YAML with the origin of each value in a
/// comment behind it: a line of the file, a variable's name, or "default". Secrets are masked. Keys without effect are left out.
/// </summary>
internal sealed class EffectiveYaml
{
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    private readonly List<EffectiveLine> _lines = [];
    private readonly bool _hasFile;

    private EffectiveYaml(bool hasFile) => _hasFile = hasFile;

    /// <param name="root">What is written, by file and variables.</param>
    /// <param name="hasFile">False when the places in it are of no file that anybody could open.</param>
    internal static string Write(MappingNode root, bool hasFile)
    {
        var yaml = new StringBuilder();
        foreach (var line in Lines(root, hasFile))
        {
            yaml.Append(' ', line.Indent).Append(line.Text);
            if (line.Origin is { } from)
            {
                yaml.Append("  # ").Append(from);
            }

            yaml.Append('\n');
        }

        return yaml.ToString();
    }

    /// <summary>The same value by value, each under its whole path.</summary>
    /// <inheritdoc cref="Write" path="/param"/>
    internal static IEnumerable<EffectiveValue> Values(MappingNode root, bool hasFile) => Lines(root, hasFile)
        .Where(line => line.Value is not null)
        .Select(line => new EffectiveValue(line.Path, line.Value!, line.Origin?.Line, line.Origin?.Variable));

    private static List<EffectiveLine> Lines(MappingNode root, bool hasFile)
    {
        var writer = new EffectiveYaml(hasFile);
        writer.Section(root, ConfigurationKeys.Root, root, "", indent: 0);
        return writer._lines;
    }

    private void Section(MappingNode? section, ConfigurationKey known, MappingNode root, string path, int indent)
    {
        foreach (var key in known.Children.Where(key => key.ReplacedBy is null))
        {
            var value = section?[key.Name] ?? OldNameOf(key, root);
            var below = Below(path, key.Name);
            if (value is { IsEmpty: false } && key.Type is not KeyType.Section)
            {
                Value(below, key.Name, value, key, key.IsSecret, indent);
            }
            else if (key.Type is not KeyType.Section)
            {
                Default(key, value, below, indent);
            }
            else if (key.IsOptIn ? value is { IsEmpty: false } : value is not null || !ChoiceSections.IsChild(key.Path))
            {
                Subsection(value, key, root, below, indent);
            }
        }
    }

    /// <summary>A section with its keys; nothing when none of them says anything.</summary>
    private void Subsection(ConfigurationNode? value, ConfigurationKey key, MappingNode root, string path, int indent)
    {
        var start = _lines.Count;
        Heading(path, $"{key.Name}:", indent);
        Section(value as MappingNode, key, root, path, indent + 2);
        if (_lines.Count == start + 1)
        {
            _lines.RemoveAt(start);
            if (value is not null && ChoiceSections.IsChild(key.Path))
            {
                Line(path, $"{key.Name}: {{}}", "{}", value.Origin, indent);
            }
        }
    }

    private void Default(ConfigurationKey key, ConfigurationNode? written, string path, int indent)
    {
        // An empty value counts as an absent one, but for the address of the pages, where it asks for none.
        if (written is not null && key.Path == "portal.addr")
        {
            Line(path, $"{key.Name}: \"\"", "", written.Origin, indent);
        }
        else if (key is { IsSupported: true, Default: { } text })
        {
            Line(path, $"{key.Name}: {text}", text, Origin.None, indent);
        }
    }

    /// <summary>A value, a list or a map below its name, as it is written.</summary>
    private void Value(string path, string name, ConfigurationNode value, ConfigurationKey known, bool isSecret, int indent)
    {
        switch (value)
        {
            case ScalarNode scalar:
                Scalar(path, $"{Name(name)}: ", scalar, isSecret, indent);
                break;
            case ListNode list:
                Heading(path, $"{Name(name)}:", indent);
                Items(path, list, known, isSecret, indent + 2);
                break;
            case MappingNode mapping:
                Heading(path, $"{Name(name)}:", indent);
                Entries(path, mapping, known, isSecret, indent + 2);
                break;
        }
    }

    private void Items(string path, ListNode list, ConfigurationKey known, bool isSecret, int indent)
    {
        for (var index = 0; index < list.Items.Count; index++)
        {
            Item(string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), list.Items[index], known.Item ?? known, isSecret, indent);
        }
    }

    private void Item(string path, ConfigurationNode item, ConfigurationKey known, bool isSecret, int indent)
    {
        if (item is ScalarNode scalar)
        {
            Scalar(path, "- ", scalar, isSecret, indent);
            return;
        }

        Heading(path, "-", indent);
        if (item is MappingNode mapping)
        {
            Entries(path, mapping, known, isSecret, indent + 2);
        }
        else if (item is ListNode list)
        {
            Items(path, list, known, isSecret, indent + 2);
        }
    }

    private void Entries(string path, MappingNode mapping, ConfigurationKey known, bool isSecret, int indent)
    {
        foreach (var (name, entry) in mapping.Entries)
        {
            if (known.Child(name) is { } child && !entry.Value.IsEmpty)
            {
                Value(Below(path, name), name, entry.Value, child, isSecret || child.IsSecret, indent);
            }
        }
    }

    /// <summary>What is written under the key's older name.</summary>
    private static ConfigurationNode? OldNameOf(ConfigurationKey key, MappingNode root)
    {
        var old = ConfigurationKeys.All.FirstOrDefault(other => other.ReplacedBy == key.Path);
        return old?.Path.Split('.').Aggregate((ConfigurationNode?)root, (node, name) => (node as MappingNode)?[name]);
    }

    private void Scalar(string path, string before, ScalarNode scalar, bool isSecret, int indent)
    {
        var text = isSecret ? Secret.Mask : Secret.MaskAddress(scalar.Value);
        Line(path, before + (isSecret || !scalar.IsPlain ? Quote(text) : text), text, scalar.Origin, indent);
    }

    private void Heading(string path, string text, int indent) => _lines.Add(new EffectiveLine(indent, path, text, null, null));

    private void Line(string path, string text, string value, Origin from, int indent) =>
        _lines.Add(new EffectiveLine(indent, path, text, value, from.Variable is null && !_hasFile ? Origin.None : from));

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Name(string name) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(PlainCharacters) ? name : Quote(name);

    /// <summary>In double quotes; JSON's escapes are YAML's as well.</summary>
    private static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    /// <param name="Value">Without quotes; null for the name of what follows.</param>
    private readonly record struct EffectiveLine(int Indent, string Path, string Text, string? Value, Origin? Origin);
}

/// <summary>A value that counts.</summary>
/// <param name="Path">Its key, as <c>http.addr</c> or <c>notifications.endpoints[0].url</c>.</param>
/// <param name="Value">The value, masked where it is a secret.</param>
/// <param name="Line">Where it stands in the file, from 1; null when it does not.</param>
/// <param name="Variable">The environment's variable that it is from; null when it is from none. Without line and variable it is the default.</param>
public sealed record EffectiveValue(string Path, string Value, int? Line, string? Variable);
