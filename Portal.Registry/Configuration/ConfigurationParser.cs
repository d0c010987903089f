using System.Buffers;
using Portal.Storage.Reasons;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Portal.Registry.Configuration;

/// <summary>
/// YAML text to nodes. It reads YamlDotNet's events rather than its document model, so that every duplicate key is
/// reported (the model stops at the first) and depth and aliases are bounded while reading.
/// </summary>
internal sealed class ConfigurationParser
{
    /// <summary>Deeper than any key of the format; beyond it the text is an attack or an accident.</summary>
    public const int MaxDepth = 32;

    /// <summary>Characters of a key with the sections that it lies in: each value below it repeats them.</summary>
    private const int MaxPathLength = 1024;

    /// <summary>Values after aliases are expanded: some hundred times the longest real file.</summary>
    private const int MaxNodes = 50_000;

    /// <summary>What no text file holds: all below the blank but tab and line breaks.</summary>
    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(code => (char)code).Except("\t\n\r")]);

    private readonly Parser _parser;
    private readonly string? _variable;
    private readonly ConfigurationProblems _problems;
    private readonly Dictionary<AnchorName, ConfigurationNode> _anchors = [];
    private int _nodes;

    private ConfigurationParser(string text, string? variable, ConfigurationProblems problems)
    {
        _parser = new Parser(new StringReader(text));
        _variable = variable;
        _problems = problems;
    }

    /// <summary>The file's root section; null when the text is not YAML or not a section (problems say why).</summary>
    public static MappingNode? ParseFile(string text, ConfigurationProblems problems)
    {
        var control = text.AsSpan().IndexOfAny(ControlCharacters);
        if (control >= 0)
        {
            problems.Error("", Origin.At(text, control), YamlProblem.ControlCharacter, $"holds a control character, so it is not a text file; give a YAML file");
            return null;
        }

        try
        {
            var root = new ConfigurationParser(text, variable: null, problems).Read();
            switch (root)
            {
                case MappingNode mapping:
                    return mapping;
                case { IsEmpty: true }:
                    return new MappingNode(Origin.Top);
                default:
                    problems.Error("", root.Origin, YamlProblem.NoConfiguration, $"is not a configuration; write lines of the form \"key: value\"");
                    return null;
            }
        }
        catch (YamlException exception)
        {
            var place = new Origin((int)Math.Max(1, exception.Start.Line), (int)Math.Max(1, exception.Start.Column), null);
            var problem = exception is RefusedYamlException refused ? refused.Reason : YamlMistakes.Explain(exception.Message);
            if (exception.Message.Contains(" tab ", StringComparison.Ordinal) && FindIndentingTab(text, place.Line!.Value) is { } tab)
            {
                (place, problem) = (tab, new Reason(YamlProblem.TabIndents, $"a tab indents this line; use spaces"));
            }

            problems.Error("", place, YamlProblem.NotYaml, $"is not YAML: {problem}");
            return null;
        }
    }

    /// <summary>A variable's value; null, with a problem, when it is not YAML.</summary>
    public static ConfigurationNode? ParseVariable(string name, string value, ConfigurationProblems problems)
    {
        try
        {
            return new ConfigurationParser(value, name, problems).Read();
        }
        catch (YamlException)
        {
            // The parser's own words may quote the value, which may be a secret.
            problems.Error("", Origin.Of(name), VariableProblem.NotYaml, $"the value is not YAML; put it in quotes inside the variable");
            return null;
        }
    }

    private ConfigurationNode Read()
    {
        try
        {
            return ReadDocument();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet answers some malformed text with these in place of its own exception.
            var place = _parser.Current?.End ?? new Mark(0, 1, 1);
            throw new RefusedYamlException(place, place, new Reason(YamlProblem.Malformed, $"the text is malformed from here on"), exception);
        }
    }

    private ConfigurationNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out var end))
        {
            return new ScalarNode(At(end), "", isPlain: true);
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode("", depth: 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            throw Refuse(second, YamlProblem.SecondDocument, $"a second document begins here; keep one");
        }

        return root;
    }

    private ConfigurationNode ReadNode(string path, int depth)
    {
        var start = _parser.Consume<ParsingEvent>();
        Count(start);
        if (depth > MaxDepth)
        {
            throw Refuse(start, YamlProblem.TooDeep, $"sections lie more than {MaxDepth} deep");
        }

        var node = start switch
        {
            Scalar scalar => new ScalarNode(At(scalar), scalar.Value, scalar.Style is ScalarStyle.Plain),
            SequenceStart sequence => ReadList(sequence, path, depth),
            MappingStart mapping => ReadMapping(mapping, path, depth),
            AnchorAlias alias => Expand(alias),
            _ => throw Refuse(start, YamlProblem.ValueMissing, $"a value is missing"),
        };
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor] = node;
        }

        return node;
    }

    private ListNode ReadList(SequenceStart start, string path, int depth)
    {
        var list = new ListNode(At(start));
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            list.Items.Add(ReadNode($"{path}[{list.Items.Count}]", depth + 1));
        }

        return list;
    }

    private MappingNode ReadMapping(MappingStart start, string path, int depth)
    {
        var mapping = new MappingNode(At(start));
        var merged = new List<ConfigurationNode>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw Refuse(_parser.Current ?? start, YamlProblem.SectionAsKey, $"a section or list stands where a key is expected");
            }

            if (path.Length + key.Value.Length > MaxPathLength)
            {
                throw Refuse(key, YamlProblem.PathTooLong, $"a key and the sections that it lies in have more than {MaxPathLength} characters");
            }

            var keyPath = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            var value = ReadNode(keyPath, depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.Add(value);
            }
            else if (!mapping.Entries.TryAdd(key.Value, new MappingEntry(At(key), value)))
            {
                _problems.Error(
                    keyPath, At(key), KeyProblem.Twice, $"stands twice in one section, first on {mapping.Entries[key.Value].Origin.Reason}; keep one");
            }
        }

        foreach (var source in merged.SelectMany(node => node is ListNode list ? list.Items : [node]))
        {
            Merge(source, mapping);
        }

        return mapping;
    }

    /// <summary>YAML's merge key: what the section says itself counts for more.</summary>
    private static void Merge(ConfigurationNode source, MappingNode target)
    {
        if (source is not MappingNode mapping)
        {
            var place = new Mark(0, source.Origin.Line ?? 1, source.Origin.Column ?? 1);
            throw new RefusedYamlException(place, Mark.Empty, new Reason(YamlProblem.NothingToMerge, $"\"<<\" needs a section to merge"));
        }

        foreach (var (key, entry) in mapping.Entries)
        {
            target.Entries.TryAdd(key, entry);
        }
    }

    private ConfigurationNode Expand(AnchorAlias alias) =>
        _anchors.TryGetValue(alias.Value, out var node)
            ? Copy(node, alias)
            : throw Refuse(alias, YamlProblem.UnknownAlias, $"the alias \"*{alias.Value}\" names no anchor before it");

    /// <summary>A copy, since a variable may change one use and not the others.</summary>
    private ConfigurationNode Copy(ConfigurationNode node, AnchorAlias alias)
    {
        Count(alias);
        switch (node)
        {
            case ListNode list:
                var items = new ListNode(list.Origin);
                items.Items.AddRange(list.Items.Select(item => Copy(item, alias)));
                return items;
            case MappingNode mapping:
                var entries = new MappingNode(mapping.Origin);
                foreach (var (key, entry) in mapping.Entries)
                {
                    entries.Entries.Add(key, entry with { Value = Copy(entry.Value, alias) });
                }

                return entries;
            default:
                return node;
        }
    }

    private void Count(ParsingEvent at)
    {
        if (++_nodes > MaxNodes)
        {
            throw Refuse(at, YamlProblem.TooManyValues, $"aliases and values come to more than {MaxNodes}; write less");
        }
    }

    private Origin At(ParsingEvent at) =>
        _variable is null ? new Origin((int)at.Start.Line, (int)at.Start.Column, null) : Origin.Of(_variable);

    private static RefusedYamlException Refuse(ParsingEvent at, YamlProblem kind, FormattableString english) => new(at.Start, at.End, new Reason(kind, english));

    /// <summary>YamlDotNet blames the section's first line; the one with the tab comes after it.</summary>
    private static Origin? FindIndentingTab(string text, int from)
    {
        var lines = text.Split('\n');
        for (var i = from - 1; i < lines.Length; i++)
        {
            var tab = lines[i].AsSpan(0, lines[i].Length - lines[i].TrimStart().Length).IndexOf('\t');
            if (tab >= 0)
            {
                return new Origin(i + 1, tab + 1, null);
            }
        }

        return null;
    }

    /// <summary>YAML that is not taken here, in our own words.</summary>
    private sealed class RefusedYamlException(Mark start, Mark end, Reason reason, Exception? inner = null)
        : YamlException(start, end, reason.ToString(), inner)
    {
        public Reason Reason { get; } = reason;
    }
}
