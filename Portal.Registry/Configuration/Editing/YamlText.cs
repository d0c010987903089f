using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Portal.Registry.Configuration.Editing;

/// <summary>
/// A YAML text with the places of its values. <see cref="ConfigurationParser"/> says what a text means; this says which
/// characters mean it, so that one value can be changed and everything else stay as it is.
/// </summary>
internal sealed class YamlText
{
    private readonly Parser _parser;
    private readonly Dictionary<AnchorName, YamlPiece> _anchors = [];

    private YamlText(string text)
    {
        Text = text;
        _parser = new Parser(new StringReader(text));
        _parser.Consume<StreamStart>();
        if (!_parser.Accept<StreamEnd>(out _))
        {
            _parser.Consume<DocumentStart>();
            Root = Read(isFlow: false, depth: 0);
        }
    }

    public string Text { get; }

    /// <summary>The whole of it; null when nothing is written but comments.</summary>
    public YamlPiece? Root { get; }

    /// <returns>Null when the text is not YAML, or not what <see cref="ConfigurationParser"/> takes.</returns>
    public static YamlText? TryParse(string text)
    {
        // First, since it bounds depth and aliases.
        if (ConfigurationParser.ParseFile(text, new ConfigurationProblems(file: null)) is null)
        {
            return null;
        }

        return new YamlText(text);
    }

    /// <summary>What lies at a path of names and indices; null when nothing does.</summary>
    public YamlPiece? Find(IEnumerable<string> path) => path.Aggregate(Root, (piece, segment) => piece?[segment]);

    /// <summary>The place of the line's first character.</summary>
    public int LineStart(int position) => position == 0 ? 0 : Text.LastIndexOf('\n', position - 1) + 1;

    /// <summary>The place past the line's break, or the text's end.</summary>
    public int LineEnd(int position) => Text.IndexOf('\n', position) is >= 0 and var end ? end + 1 : Text.Length;

    private YamlPiece Read(bool isFlow, int depth)
    {
        var start = _parser.Consume<ParsingEvent>();
        var piece = start switch
        {
            Scalar scalar => ReadScalar(scalar, isFlow),
            SequenceStart sequence => ReadList(sequence, isFlow || sequence.Style is SequenceStyle.Flow, depth),
            MappingStart mapping => ReadMap(mapping, isFlow || mapping.Style is MappingStyle.Flow, depth),
            AnchorAlias alias => new YamlPiece(YamlKind.Alias, At(alias.Start), At(alias.End))
            {
                IsFlow = isFlow,
                Target = _anchors[alias.Value],
            },
            _ => throw new YamlException(start.Start, start.End, "a value is missing"),
        };
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
        {
            _anchors[anchored.Anchor] = piece;
        }

        return piece;
    }

    private YamlPiece ReadScalar(Scalar scalar, bool isFlow)
    {
        var start = Content(scalar);
        var end = Math.Max(start, At(scalar.End));
        if (scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            end = start + Text.AsSpan(start..end).TrimEnd().Length;
        }

        return new YamlPiece(YamlKind.Scalar, start, end)
        {
            IsFlow = isFlow,
            HasProperties = HasProperties(scalar),
            Value = scalar.Value,
            Style = scalar.Style,
        };
    }

    private YamlPiece ReadList(SequenceStart start, bool isFlow, int depth)
    {
        var list = new YamlPiece(YamlKind.List, Content(start), At(start.End)) { IsFlow = isFlow, HasProperties = HasProperties(start) };
        while (!_parser.Accept<SequenceEnd>(out _))
        {
            list.Items.Add(Read(isFlow, depth + 1));
        }

        var end = _parser.Consume<SequenceEnd>();
        list.End = isFlow ? PastBracket(end) : list.Items.Count > 0 ? list.Items[^1].End : list.End;
        return list;
    }

    private YamlPiece ReadMap(MappingStart start, bool isFlow, int depth)
    {
        var map = new YamlPiece(YamlKind.Map, Content(start), At(start.End)) { IsFlow = isFlow, HasProperties = HasProperties(start) };
        while (!_parser.Accept<MappingEnd>(out _))
        {
            var key = _parser.Consume<Scalar>();
            var keyEnd = At(key.End);
            var value = Read(isFlow, depth + 1);
            map.Entries.Add(new YamlEntry(key.Value, Content(key), keyEnd, value));
        }

        var end = _parser.Consume<MappingEnd>();
        map.End = isFlow ? PastBracket(end) : map.Entries.Count > 0 ? map.Entries[^1].Value.End : map.End;
        return map;
    }

    /// <summary>The event of a closing bracket ends where it begins.</summary>
    private int PastBracket(ParsingEvent end) => Math.Min(At(end.Start) + 1, Text.Length);

    /// <summary>Where a value begins, behind its anchor and its tag.</summary>
    private int Content(NodeEvent node)
    {
        var position = At(node.Start);
        while (HasProperties(node) && position < Text.Length && Text[position] is '&' or '!')
        {
            while (position < Text.Length && !char.IsWhiteSpace(Text[position]))
            {
                position++;
            }

            while (position < Text.Length && char.IsWhiteSpace(Text[position]))
            {
                position++;
            }
        }

        return position;
    }

    private static bool HasProperties(NodeEvent node) => !node.Anchor.IsEmpty || !node.Tag.IsEmpty;

    private int At(Mark mark) => (int)Math.Min(mark.Index, Text.Length);
}
