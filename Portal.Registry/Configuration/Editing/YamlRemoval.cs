namespace Portal.Registry.Configuration.Editing;

/// <summary>What of a text goes when a key or an entry of a list goes.</summary>
internal static class YamlRemoval
{
    public static string Take(YamlText yaml, IReadOnlyList<string> path)
    {
        var parent = yaml.Find(path.SkipLast(1))!;
        var siblings = parent.Kind is YamlKind.Map
            ? parent.Entries.ConvertAll(entry => (entry.Start, entry.Value.End))
            : parent.Items.ConvertAll(item => (item.Start, item.End));
        var index = parent.Kind is YamlKind.Map
            ? parent.Entries.FindIndex(entry => entry.Key == path[^1])
            : parent.Items.IndexOf(parent[path[^1]]!);
        if (!parent.IsFlow && parent.Kind is YamlKind.Map && IsBehindDash(yaml, siblings[index].Start))
        {
            return BehindDash(yaml, siblings, path);
        }

        var (start, end) = parent.IsFlow ? WithComma(siblings, index) : Lines(yaml, siblings[index], path);
        return yaml.Text.Remove(start, end - start);
    }

    private static bool IsBehindDash(YamlText yaml, int start) => yaml.Text[yaml.LineStart(start)..start].Trim() == "-";

    /// <summary>The first key of an entry: the next one takes its place behind the dash, or the entry stays, empty.</summary>
    private static string BehindDash(YamlText yaml, List<(int Start, int End)> keys, IReadOnlyList<string> path)
    {
        var (start, end) = keys[0];
        if (keys.Count == 1)
        {
            return yaml.Text[..start] + "{}" + yaml.Text[Math.Max(start, end)..];
        }

        var next = keys[1].Start;
        var between = yaml.Text[yaml.LineEnd(end)..yaml.LineStart(next)];
        return between.Trim().Length == 0
            ? yaml.Text.Remove(start, next - start)
            : throw YamlEdit.Refused(path, EditorRefusal.LosesComment, "has a comment below it that would lose its place");
    }

    private static (int Start, int End) WithComma(List<(int Start, int End)> siblings, int index)
    {
        var (start, end) = siblings[index];
        return index + 1 < siblings.Count ? (start, siblings[index + 1].Start)
            : index > 0 ? (siblings[index - 1].End, end)
            : (start, end);
    }

    /// <summary>Whole lines: what shares its first line with something else stays for a person to take out.</summary>
    private static (int Start, int End) Lines(YamlText yaml, (int Start, int End) value, IReadOnlyList<string> path)
    {
        var start = yaml.LineStart(value.Start);
        var before = yaml.Text[start..value.Start].Trim();
        var isItem = int.TryParse(path[^1], out _) && before == "-";
        return before.Length == 0 || isItem
            ? (start, yaml.LineEnd(Math.Max(value.End, value.Start)))
            : throw YamlEdit.Refused(path, EditorRefusal.SharesLine, "shares its line with something else");
    }
}
