using YamlDotNet.Core;

namespace Portal.Registry.Configuration.Editing;

/// <summary>What a <see cref="YamlPiece"/> is.</summary>
internal enum YamlKind
{
    Scalar,
    List,
    Map,

    /// <summary>A mention of what an anchor named.</summary>
    Alias,
}

/// <summary>A value of a YAML text together with the characters that it stands in.</summary>
internal sealed class YamlPiece(YamlKind kind, int start, int end)
{
    public YamlKind Kind { get; } = kind;

    /// <summary>The first character; behind an anchor or a tag.</summary>
    public int Start { get; } = start;

    /// <summary>Past the last character, line breaks behind it not counted.</summary>
    public int End { get; set; } = end;

    /// <summary>Written in brackets, or lies within some.</summary>
    public bool IsFlow { get; init; }

    /// <summary>An anchor or a tag stands before it, so that others may mean it.</summary>
    public bool HasProperties { get; init; }

    /// <summary>A scalar's text, as YAML reads it; empty for others.</summary>
    public string Value { get; init; } = "";

    public ScalarStyle Style { get; init; }

    /// <summary>What an alias means; null for others.</summary>
    public YamlPiece? Target { get; init; }

    /// <summary>This, or what it mentions when it is an alias.</summary>
    public YamlPiece Resolved => Target ?? this;

    public List<YamlEntry> Entries { get; } = [];

    public List<YamlPiece> Items { get; } = [];

    /// <summary>Nothing is written: <c>key:</c> or <c>key: ~</c>.</summary>
    public bool IsNull => Kind is YamlKind.Scalar && new ScalarNode(Origin.None, Value, Style is ScalarStyle.Plain).IsEmpty;

    /// <summary>What is below the name, or the index in a list; null when nothing is.</summary>
    public YamlPiece? this[string segment] => Kind switch
    {
        YamlKind.Map => Entries.Find(entry => entry.Key == segment)?.Value,
        YamlKind.List => int.TryParse(segment, out var index) && index < Items.Count ? Items[index] : null,
        _ => null,
    };
}

/// <summary>A key and its value.</summary>
/// <param name="Key">The key, without quotes.</param>
/// <param name="Start">The key's first character.</param>
/// <param name="End">Past the key's last.</param>
/// <param name="Value">What stands behind it.</param>
internal sealed record YamlEntry(string Key, int Start, int End, YamlPiece Value);
