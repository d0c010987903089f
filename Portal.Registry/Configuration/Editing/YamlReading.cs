namespace Portal.Registry.Configuration.Editing;

/// <summary>What a text says, for fields that show one value each.</summary>
public sealed class YamlReading
{
    private readonly YamlText? _yaml;

    /// <param name="text">YAML; a text that is none says nothing.</param>
    public YamlReading(string text) => _yaml = YamlText.TryParse(text);

    /// <summary>Whether there is anything to read.</summary>
    public bool IsYaml => _yaml is not null;

    /// <summary>Whether something stands at a path, if only its name.</summary>
    public bool Has(IReadOnlyList<string> path) => _yaml?.Find(path) is not null;

    /// <summary>The single value at a path; null when there is none.</summary>
    public string? Value(IReadOnlyList<string> path) =>
        Resolve(path) is { Kind: YamlKind.Scalar, IsNull: false } scalar ? scalar.Value : null;

    /// <summary>The values of a list of single values; empty when there is none.</summary>
    public IReadOnlyList<string> Values(IReadOnlyList<string> path) => Resolve(path) switch
    {
        { Kind: YamlKind.List } list => [.. list.Items.Where(item => item.Kind is YamlKind.Scalar).Select(item => item.Value)],
        { Kind: YamlKind.Scalar, IsNull: false } scalar => [scalar.Value],
        _ => [],
    };

    /// <summary>How many entries a list has, none where nothing stands; null when something else stands there.</summary>
    public int? Count(IReadOnlyList<string> path) => _yaml?.Find(path) switch
    {
        null or { IsNull: true } => 0,
        { Kind: YamlKind.List } list => list.Items.Count,
        _ => null,
    };

    /// <summary>The names below a path, in their order.</summary>
    public IReadOnlyList<string> Names(IReadOnlyList<string> path) =>
        Resolve(path) is { Kind: YamlKind.Map } map ? [.. map.Entries.Select(entry => entry.Key)] : [];

    private YamlPiece? Resolve(IReadOnlyList<string> path)
    {
        var piece = _yaml?.Find(path);
        return piece is { Kind: YamlKind.Alias } ? piece.Target : piece;
    }
}
