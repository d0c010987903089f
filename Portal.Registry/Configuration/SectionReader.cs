using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Portal.Registry.Configuration;

/// <summary>
/// What a section's <c>Read</c> takes its values from. Each call marks its key as read; a value of the wrong kind
/// becomes a problem and the fallback is returned, so that one pass finds everything. What nobody read is told by
/// <see cref="ReportUnread"/>.
/// </summary>
internal sealed class SectionReader
{
    private readonly MappingNode _node;
    private readonly KnownKey _known;
    private readonly ConfigurationProblems _problems;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);
    private readonly List<SectionReader> _sections = [];

    public SectionReader(MappingNode root, ConfigurationProblems problems)
        : this("", root, KnownKeys.Root, problems)
    {
    }

    private SectionReader(string path, MappingNode node, KnownKey known, ConfigurationProblems problems)
    {
        (Path, _node, _known, _problems) = (path, node, known, problems);
    }

    /// <summary>The section's own path, as <c>http.tls</c>; empty for the root.</summary>
    public string Path { get; }

    /// <summary>A scalar's text to a value, in the manner of <c>int.TryParse</c>.</summary>
    public delegate bool Parse<T>(string text, [MaybeNullWhen(false)] out T value);

    /// <summary>Whether the key is written at all, be it with nothing after it.</summary>
    public bool Has(string key) => _node.Entries.ContainsKey(key);

    /// <summary>The key's text; null when it is absent or empty.</summary>
    public string? Text(string key) => Scalar(key) is { IsEmpty: false } scalar ? scalar.Value : null;

    public bool Flag(string key, bool fallback = false) => Value(key, fallback, TryParseFlag, "true or false");

    public int Integer(string key, int fallback, int least, int most = int.MaxValue) =>
        Value(key, fallback, (string text, out int number) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most,
            $"a whole number from {least} {(most == int.MaxValue ? "up" : $"to {most}")}");

    /// <summary>A number of bytes, as <see cref="ByteCount"/> reads it.</summary>
    public int Bytes(string key, int fallback, int least, int most) =>
        Value(key, fallback, (string text, out int bytes) =>
        {
            var isInRange = ByteCount.TryParse(text, out var count) && count >= least && count <= most;
            bytes = isInRange ? (int)count : 0;
            return isInRange;
        },
        $"a size from {ByteCount.Format(least)} to {ByteCount.Format(most)}; write for example \"{ByteCount.Format(fallback)}\"");

    /// <summary>A length of time, not negative, in Go's notation.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback) =>
        Value(key, fallback, (string text, out TimeSpan duration) =>
            GoDuration.TryParse(text, out duration) && duration >= TimeSpan.Zero,
            "a duration; write for example \"10s\" or \"1h30m\"");

    /// <summary>A length of time between two others, in Go's notation.</summary>
    public TimeSpan Duration(string key, TimeSpan fallback, TimeSpan least, TimeSpan most) =>
        Value(key, fallback, (string text, out TimeSpan duration) =>
            GoDuration.TryParse(text, out duration) && duration >= least && duration <= most,
            $"a duration from {least.TotalSeconds}s to {most.TotalHours}h; write for example \"{fallback.TotalSeconds}s\"");

    /// <summary>One of a few words, without case.</summary>
    public T Choice<T>(string key, T fallback, IReadOnlyDictionary<string, T> choices) =>
        Value(key, fallback, (string text, [MaybeNullWhen(false)] out T value) =>
            choices.TryGetValue(text.ToLowerInvariant(), out value),
            $"one of {string.Join(", ", choices.Keys)}");

    /// <summary>Any kind of value that is written as one piece of text.</summary>
    /// <param name="key">The key below this section.</param>
    /// <param name="fallback">What counts when the key is absent, empty or wrong.</param>
    /// <param name="parse">Reads the text.</param>
    /// <param name="expected">Follows "is not" in the problem, with an example where that helps.</param>
    public T Value<T>(string key, T fallback, Parse<T> parse, string expected)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        Error(key, $"{ConfigurationProblems.Quote(text)} is not {expected}");
        return fallback;
    }

    /// <summary>A section below this one; an empty one when the key is absent, empty or no section.</summary>
    public SectionReader Section(string key)
    {
        var node = Take(key) switch
        {
            MappingNode mapping => mapping,
            null or { IsEmpty: true } => new MappingNode(Origin.None),
            _ => WrongKind(key, "is not a section; write its keys on lines of their own below it"),
        };
        var section = new SectionReader(PathOf(key), node ?? new MappingNode(Origin.None), Known(key), _problems);
        _sections.Add(section);
        return section;
    }

    /// <summary>A list of sections; empty when the key is absent.</summary>
    public IReadOnlyList<SectionReader> Sections(string key)
    {
        var items = Take(key) switch
        {
            ListNode list => list.Items,
            null or { IsEmpty: true } => [],
            var node => [node],
        };
        var sections = new List<SectionReader>();
        foreach (var (index, item) in items.Index())
        {
            var path = $"{PathOf(key)}[{index}]";
            if (item is MappingNode mapping)
            {
                sections.Add(new SectionReader(path, mapping, Known(key).Item!, _problems));
            }
            else
            {
                _problems.Error(path, item.Origin, "is not a section; write \"- name: value\" and its other keys below");
            }
        }

        _sections.AddRange(sections);
        return sections;
    }

    /// <summary>A list of values, each written as one piece of text; a lone value is a list of one. Null when absent.</summary>
    public IReadOnlyList<T>? List<T>(string key, Parse<T> parse, string expected)
    {
        if (Take(key) is not { } node)
        {
            return null;
        }

        var values = new List<T>();
        foreach (var (item, index) in ItemsOf(key, node).Select((item, index) => (item, index)))
        {
            if (parse(item.Value, out var value))
            {
                values.Add(value);
            }
            else
            {
                _problems.Error(
                    $"{PathOf(key)}[{index}]", item.Origin, $"{ConfigurationProblems.Quote(item.Value)} is not {expected}");
            }
        }

        return values;
    }

    /// <summary>A map with names of the user's own, each to one text.</summary>
    public IReadOnlyDictionary<string, string> Texts(string key)
    {
        var map = Section(key);
        return map._node.Entries.Keys.ToDictionary(name => name, name => map.Text(name) ?? "", StringComparer.Ordinal);
    }

    /// <summary>A map with names of the user's own, each to a list of texts; names are compared without case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> TextLists(string key, Action<SectionReader, string, string> check)
    {
        var map = Section(key);
        var lists = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in map._node.Entries.Keys)
        {
            var values = map.List(name, (string text, [MaybeNullWhen(false)] out string value) => (value = text) is not null, "text");
            foreach (var value in values ?? [])
            {
                check(map, name, value);
            }

            if (!lists.TryAdd(name, values ?? []))
            {
                map.Error(name, "stands twice, since case does not count here; keep one");
            }
        }

        return lists;
    }

    /// <summary>Which of these keys are written, in the file's order, each with its place.</summary>
    public IReadOnlyList<(string Key, Origin Origin)> Written(IReadOnlySet<string> keys) =>
        [.. _node.Entries.Keys.Where(keys.Contains).Select(key => (key, OriginOf(key)))];

    /// <summary>Marks a key as dealt with.</summary>
    public void Skip(string key) => Take(key);

    public void Error(string key, string message) => _problems.Error(PathOf(key), OriginOf(key), message);

    public void Warning(string key, string message) => _problems.Warning(PathOf(key), OriginOf(key), message);

    /// <summary>Tells of every key that was written and not read, here and in the sections below.</summary>
    public void ReportUnread()
    {
        foreach (var (key, entry) in _node.Entries.Where(entry => !_read.Contains(entry.Key)))
        {
            UnreadKeys.Report(PathOf(key), entry, _known, key, _problems);
        }

        foreach (var section in _sections)
        {
            section.ReportUnread();
        }
    }

    private ConfigurationNode? Take(string key)
    {
        _ = Known(key);
        _read.Add(key);
        return _node[key];
    }

    private ScalarNode? Scalar(string key) => Take(key) switch
    {
        ScalarNode scalar => scalar,
        null => null,
        var node => WrongKind<ScalarNode>(key, $"is a {(node is ListNode ? "list" : "section")}; write one value"),
    };

    private IEnumerable<ScalarNode> ItemsOf(string key, ConfigurationNode node)
    {
        switch (node)
        {
            case ListNode list:
                foreach (var item in list.Items.Where(item => item is not ScalarNode))
                {
                    _problems.Error(PathOf(key), item.Origin, "an entry of this list is not one value; write it on one line");
                }

                return list.Items.OfType<ScalarNode>();
            case ScalarNode scalar:
                return scalar.IsEmpty ? [] : [scalar];
            default:
                return node.IsEmpty ? [] : WrongKind<IEnumerable<ScalarNode>>(key, "is not a list; write for example [a, b]") ?? [];
        }
    }

    private MappingNode? WrongKind(string key, string message) => WrongKind<MappingNode>(key, message);

    private T? WrongKind<T>(string key, string message)
        where T : class
    {
        Error(key, message);
        return null;
    }

    private string PathOf(string key) => Path.Length == 0 || key.Length == 0 ? Path + key : $"{Path}.{key}";

    /// <summary>The value's place, else the key's, else the nearest section's that has one.</summary>
    private Origin OriginOf(string key)
    {
        if (!_node.Entries.TryGetValue(key, out var entry))
        {
            return _node.Origin;
        }

        // A section that follows its key starts a line later; the key is what a person looks for.
        return entry.Value is ScalarNode || entry.Value.Origin.Variable is not null ? entry.Value.Origin : entry.Origin;
    }

    private KnownKey Known(string key) => _known.Child(key)
        ?? throw new InvalidOperationException($"The key {PathOf(key)} is read and not listed in {nameof(KnownKeys)}.");

    private static bool TryParseFlag(string text, out bool value)
    {
        value = text.ToLowerInvariant() is "true" or "yes" or "on" or "y";
        return value || text.ToLowerInvariant() is "false" or "no" or "off" or "n";
    }
}
