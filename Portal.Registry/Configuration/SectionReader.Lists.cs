using System.Diagnostics.CodeAnalysis;
using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>Lists, and maps with names of the user's own.</summary>
internal sealed partial class SectionReader
{
    /// <summary>A list of sections; empty when the key is absent.</summary>
    public IReadOnlyList<SectionReader> Sections(string key)
    {
        var sections = new List<SectionReader>();
        foreach (var (index, item) in ItemsOf(key).Index())
        {
            var path = $"{PathOf(key)}[{index}]";
            if (item is MappingNode mapping)
            {
                sections.Add(new SectionReader(path, mapping, mapping.Origin, Known(key).Item!, _problems));
            }
            else
            {
                _problems.Error(path, item.Origin, ValueProblem.EntryIsNoSection, $"is not a section; write \"- name: value\" and its other keys below");
            }
        }

        return sections;
    }

    /// <summary>A list of values, each written as one piece of text; a lone value is a list of one. Null when absent.</summary>
    public IReadOnlyList<T>? List<T>(string key, Parse<T> parse, Reason expected)
    {
        if (Take(key) is null)
        {
            return null;
        }

        var values = new List<T>();
        foreach (var (index, item) in ItemsOf(key).Index())
        {
            if (item is not ScalarNode scalar)
            {
                _problems.Error(PathOf(key), item.Origin, ValueProblem.EntryIsNoValue, $"an entry of this list is not one value; write it on one line");
            }
            else if (parse(scalar.Value, out var value))
            {
                values.Add(value);
            }
            else
            {
                _problems.Error(
                    $"{PathOf(key)}[{index}]", item.Origin, ValueProblem.IsOther, $"\"{ConfigurationProblems.Cut(scalar.Value)}\" is not {expected}");
            }
        }

        return values;
    }

    /// <summary>A list of any texts; empty when absent.</summary>
    public IReadOnlyList<string> TextList(string key) =>
        List(key, (string text, [MaybeNullWhen(false)] out string value) => (value = text).Length > 0, Expected.Name) ?? [];

    /// <summary>A list of the words that the catalogue has for it; empty when absent.</summary>
    public IReadOnlyList<string> WordList(string key)
    {
        var choices = Known(key).Item!.Choices;
        return List(key, (string text, [MaybeNullWhen(false)] out string word) =>
            (word = choices.FirstOrDefault(choice => choice.Equals(text, StringComparison.OrdinalIgnoreCase))) is not null,
            Expected.OneOf(choices)) ?? [];
    }

    /// <summary>A map with names of the user's own, each to one text.</summary>
    public IReadOnlyDictionary<string, string> Texts(string key)
    {
        var map = Section(key);
        return map._node.Entries.Keys.ToDictionary(name => name, name => map.Text(name) ?? "", StringComparer.Ordinal);
    }

    /// <summary>Headers, each with its values; names are compared without case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers(string key)
    {
        var map = Section(key);
        var headers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in map._node.Entries.Keys)
        {
            var values = map.List(name, (string text, [MaybeNullWhen(false)] out string value) => (value = text) is not null, Expected.Text) ?? [];
            if (HeaderRules.Check(name, values) is { } problem)
            {
                map.Error(name, problem);
            }

            if (!headers.TryAdd(name, values))
            {
                map.Error(name, KeyProblem.TwiceWithoutCase, $"stands twice, since case does not count here; keep one");
            }
        }

        return headers;
    }

    private List<ConfigurationNode> ItemsOf(string key) => Take(key) switch
    {
        null or { IsEmpty: true } => [],
        ListNode list => list.Items,
        ScalarNode scalar => [scalar],
        _ => WrongKind<List<ConfigurationNode>>(key, ValueProblem.NoList, $"is not a list; write for example [a, b]") ?? [],
    };
}
