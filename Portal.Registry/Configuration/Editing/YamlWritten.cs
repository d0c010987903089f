namespace Portal.Registry.Configuration.Editing;

/// <summary>A value as YAML, for each place that it may have to be written in.</summary>
/// <param name="Inline">On one line, behind a key or a dash, and within brackets.</param>
/// <param name="Lines">On lines of its own below its key, where that reads better; empty for what stays on one line.</param>
internal sealed record YamlWritten(string Inline, IReadOnlyList<string> Lines)
{
    public static YamlWritten Of(string value) => new(YamlScalar.Write(value), []);

    public static YamlWritten Of(IEnumerable<string> values) => new($"[{string.Join(", ", values.Select(YamlScalar.Write))}]", []);

    /// <summary>A section of keys, those without a value still to be filled in, as an entry of a list.</summary>
    public static YamlWritten Entry(IReadOnlyList<(string Key, string? Value)> keys) => new(
        $"{{{string.Join(", ", keys.Select(key => $"{Name(key.Key)} {(key.Value is null ? "~" : YamlScalar.Write(key.Value))}"))}}}",
        [.. keys.Select((key, index) => $"{(index == 0 ? "- " : "  ")}{Name(key.Key)}{(key.Value is null ? "" : $" {YamlScalar.Write(key.Value)}")}")]);

    /// <summary>A list of this one entry.</summary>
    public YamlWritten InAList() => this with { Inline = $"[{Inline}]" };

    private static string Name(string key) => $"{YamlScalar.Write(key)}:";
}
