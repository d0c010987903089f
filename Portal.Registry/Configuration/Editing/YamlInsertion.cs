namespace Portal.Registry.Configuration.Editing;

/// <summary>Where and how a value is written into a text.</summary>
internal static class YamlInsertion
{
    private const string Step = "  ";

    public static string Put(YamlText yaml, IReadOnlyList<string> path, YamlWritten written)
    {
        // 1. As deep as the text goes already.
        var (piece, depth) = (yaml.Root, 0);
        YamlEntry? entry = null;
        var isInBrackets = false;
        while (piece is { Kind: YamlKind.Map or YamlKind.List } && depth < path.Count && piece[path[depth]] is { } below)
        {
            entry = piece.Entries.Find(candidate => candidate.Key == path[depth]);
            (isInBrackets, piece, depth) = (piece.IsFlow, below, depth + 1);
        }

        // 2. What is missing from there.
        var rest = path.Skip(depth).ToList();
        return piece switch
        {
            null => AtTheEnd(yaml, rest, written),
            { HasProperties: true } or { Kind: YamlKind.Alias } => throw YamlEdit.Refused(path, EditorRefusal.IsShared, "is shared with other places"),
            { IsNull: true } when entry is not null => InPlaceOfNothing(yaml, entry, rest, written),
            { Kind: YamlKind.List, Items.Count: 0 } when rest.Count == 0 && written.Lines.Count > 0 && entry is not null && !isInBrackets =>
                OnLinesBelow(yaml, entry, rest, written),
            { Kind: YamlKind.Scalar } or { Kind: YamlKind.List, Items.Count: 0 } when rest.Count == 0 =>
                yaml.Text[..piece.Start] + written.Inline + yaml.Text[piece.End..],
            { Kind: YamlKind.Map } when rest.Count > 0 => Beside(yaml, piece, rest, written),
            { IsNull: true } when rest.Count > 0 && depth == 0 => AtTheEnd(yaml, rest, written),
            _ => throw YamlEdit.Refused(path, EditorRefusal.NotInSection, "does not lie in a section here"),
        };
    }

    /// <summary>One more value at the end of a list.</summary>
    public static string Append(YamlText yaml, IReadOnlyList<string> path, YamlWritten written)
    {
        var list = yaml.Find(path)!;
        if (list.IsFlow)
        {
            return Insert(yaml.Text, list.Items[^1].End, $", {written.Inline}");
        }

        var indent = Indent(yaml, list.Start);
        return InsertLine(yaml, list.End, written.Lines.Count == 0
            ? $"{indent}- {written.Inline}"
            : string.Join(Break(yaml), written.Lines.Select(line => indent + line)));
    }

    /// <summary>One more key in a section.</summary>
    private static string Beside(YamlText yaml, YamlPiece map, List<string> rest, YamlWritten written)
    {
        if (!map.IsFlow)
        {
            return InsertLine(yaml, map.End, Block(yaml, Indent(yaml, map.Start), rest, written));
        }

        var pair = Flow(rest, written);
        return map.Entries.Count == 0
            ? Insert(yaml.Text, map.Start + 1, pair)
            : Insert(yaml.Text, map.Entries[^1].Value.End, $", {pair}");
    }

    /// <summary>Behind a key, or on lines below it, where nothing was written yet.</summary>
    private static string InPlaceOfNothing(YamlText yaml, YamlEntry entry, List<string> rest, YamlWritten written)
    {
        var (text, value) = (yaml.Text, entry.Value);
        if ((rest.Count == 0 && written.Lines.Count == 0) || value.IsFlow)
        {
            var inline = rest.Count == 0 ? written.Inline : $"{{{Flow(rest, written)}}}";
            return value.End > value.Start
                ? text[..value.Start] + inline + text[value.End..]
                : Insert(text, text.IndexOf(':', entry.End) + 1, $" {inline}");
        }

        return OnLinesBelow(yaml, entry, rest, written);
    }

    /// <summary>Below a key, in place of what stands behind it.</summary>
    private static string OnLinesBelow(YamlText yaml, YamlEntry entry, List<string> rest, YamlWritten written)
    {
        var (text, value) = (yaml.Text, entry.Value);
        var colon = text.IndexOf(':', entry.End) + 1;
        var shortened = value.End > value.Start ? text[..colon] + text[value.End..] : text;
        var lines = Block(yaml, Indent(yaml, entry.Start) + Step, rest, written);
        var end = shortened.IndexOf('\n', colon);
        return end < 0
            ? $"{shortened}{Break(yaml)}{lines}{Break(yaml)}"
            : Insert(shortened, end + 1, lines + Break(yaml));
    }

    private static string AtTheEnd(YamlText yaml, List<string> rest, YamlWritten written)
    {
        var gap = yaml.Text.Length == 0 || yaml.Text.EndsWith('\n') ? "" : Break(yaml);
        return $"{yaml.Text}{gap}{Block(yaml, "", rest, written)}{Break(yaml)}";
    }

    /// <summary>A line of its own below the one in which something ends.</summary>
    private static string InsertLine(YamlText yaml, int position, string line)
    {
        var end = yaml.LineEnd(position);
        return end > 0 && yaml.Text[end - 1] == '\n'
            ? Insert(yaml.Text, end, line + Break(yaml))
            : yaml.Text + Break(yaml) + line;
    }

    /// <summary>The blanks before a place; a dash of a list counts as one.</summary>
    private static string Indent(YamlText yaml, int position) => new(' ', position - yaml.LineStart(position));

    private static string Block(YamlText yaml, string indent, List<string> names, YamlWritten written)
    {
        string Deep(int depth) => indent + string.Concat(Enumerable.Repeat(Step, depth));
        var lines = names.Select((name, depth) => $"{Deep(depth)}{YamlScalar.Write(name)}:");
        return written.Lines.Count == 0
            ? $"{string.Join(Break(yaml), lines)} {written.Inline}"
            : string.Join(Break(yaml), lines.Concat(written.Lines.Select(line => Deep(names.Count) + line)));
    }

    private static string Flow(List<string> names, YamlWritten written) =>
        names.Count == 1 ? $"{YamlScalar.Write(names[0])}: {written.Inline}" : $"{YamlScalar.Write(names[0])}: {{{Flow(names[1..], written)}}}";

    private static string Break(YamlText yaml) => yaml.Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private static string Insert(string text, int position, string what) => text.Insert(position, what);
}
