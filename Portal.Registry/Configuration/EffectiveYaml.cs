using System.Buffers;
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

    private readonly StringBuilder _yaml = new();
    private readonly bool _hasFile;

    private EffectiveYaml(bool hasFile) => _hasFile = hasFile;

    /// <param name="root">What is written, by file and variables.</param>
    /// <param name="hasFile">False when the places in it are of no file that anybody could open.</param>
    internal static string Write(MappingNode root, bool hasFile)
    {
        var writer = new EffectiveYaml(hasFile);
        writer.Section(root, ConfigurationKeys.Root, root, indent: 0);
        return writer._yaml.ToString();
    }

    private void Section(MappingNode? section, ConfigurationKey known, MappingNode root, int indent)
    {
        foreach (var key in known.Children.Where(key => key.ReplacedBy is null))
        {
            var value = section?[key.Name] ?? OldNameOf(key, root);
            if (value is { IsEmpty: false } && key.Type is not KeyType.Section)
            {
                Value(key.Name, value, key, key.IsSecret, indent);
            }
            else if (key.Type is not KeyType.Section)
            {
                Default(key, value, indent);
            }
            else if (key.IsOptIn ? value is { IsEmpty: false } : value is not null || !ChoiceSections.IsChild(key.Path))
            {
                Subsection(value, key, root, indent);
            }
        }
    }

    /// <summary>A section with its keys; nothing when none of them says anything.</summary>
    private void Subsection(ConfigurationNode? value, ConfigurationKey key, MappingNode root, int indent)
    {
        var start = _yaml.Length;
        Line(indent, $"{key.Name}:", null);
        var end = _yaml.Length;
        Section(value as MappingNode, key, root, indent + 2);
        if (_yaml.Length == end)
        {
            _yaml.Length = start;
            if (value is not null && ChoiceSections.IsChild(key.Path))
            {
                Line(indent, $"{key.Name}: {{}}", value.Origin);
            }
        }
    }

    private void Default(ConfigurationKey key, ConfigurationNode? written, int indent)
    {
        // An empty value counts as an absent one, but for the address of the pages, where it asks for none.
        if (written is not null && key.Path == "portal.addr")
        {
            Line(indent, $"{key.Name}: \"\"", written.Origin);
        }
        else if (key is { IsSupported: true, Default: { } text })
        {
            Line(indent, $"{key.Name}: {text}", Origin.None);
        }
    }

    /// <summary>A value, a list or a map below its name, as it is written.</summary>
    private void Value(string name, ConfigurationNode value, ConfigurationKey known, bool isSecret, int indent)
    {
        switch (value)
        {
            case ScalarNode scalar:
                Line(indent, $"{Name(name)}: {Text(scalar, isSecret)}", scalar.Origin);
                break;
            case ListNode list:
                Line(indent, $"{Name(name)}:", null);
                list.Items.ForEach(item => Item(item, known.Item ?? known, isSecret, indent + 2));
                break;
            case MappingNode mapping:
                Line(indent, $"{Name(name)}:", null);
                Entries(mapping, known, isSecret, indent + 2);
                break;
        }
    }

    private void Item(ConfigurationNode item, ConfigurationKey known, bool isSecret, int indent)
    {
        if (item is ScalarNode scalar)
        {
            Line(indent, $"- {Text(scalar, isSecret)}", scalar.Origin);
            return;
        }

        Line(indent, "-", null);
        if (item is MappingNode mapping)
        {
            Entries(mapping, known, isSecret, indent + 2);
        }
        else if (item is ListNode list)
        {
            list.Items.ForEach(inner => Item(inner, known.Item ?? known, isSecret, indent + 2));
        }
    }

    private void Entries(MappingNode mapping, ConfigurationKey known, bool isSecret, int indent)
    {
        foreach (var (name, entry) in mapping.Entries)
        {
            if (known.Child(name) is { } child && !entry.Value.IsEmpty)
            {
                Value(name, entry.Value, child, isSecret || child.IsSecret, indent);
            }
        }
    }

    /// <summary>What is written under the key's older name.</summary>
    private static ConfigurationNode? OldNameOf(ConfigurationKey key, MappingNode root)
    {
        var old = ConfigurationKeys.All.FirstOrDefault(other => other.ReplacedBy == key.Path);
        return old?.Path.Split('.').Aggregate((ConfigurationNode?)root, (node, name) => (node as MappingNode)?[name]);
    }

    private void Line(int indent, string text, Origin? origin)
    {
        _yaml.Append(' ', indent).Append(text);
        if (origin is { } from)
        {
            _yaml.Append("  # ").Append(from.Variable is null && !_hasFile ? Origin.None : from);
        }

        _yaml.Append('\n');
    }

    private static string Name(string name) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(PlainCharacters) ? name : Quote(name);

    private static string Text(ScalarNode scalar, bool isSecret)
    {
        var text = isSecret ? Secret.Mask : Secret.MaskAddress(scalar.Value);
        return isSecret || !scalar.IsPlain ? Quote(text) : text;
    }

    /// <summary>In double quotes; JSON's escapes are YAML's as well.</summary>
    private static string Quote(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
