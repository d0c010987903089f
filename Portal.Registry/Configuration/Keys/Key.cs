namespace Portal.Registry.Configuration.Keys;

/// <summary>The words in which the catalogue is written: a type, a name, the effect, and what counts without the key.</summary>
internal static class Key
{
    public static ConfigurationKey Section(string name, string effect, params IReadOnlyList<ConfigurationKey> children) =>
        new(KeyType.Section, name, effect, children);

    public static ConfigurationKey Text(string name, string effect, string? fallback = null) =>
        new ConfigurationKey(KeyType.Text, name, effect, []).Or(fallback);

    public static ConfigurationKey Flag(string name, string effect, string fallback = "false") =>
        new ConfigurationKey(KeyType.Flag, name, effect, []).Or(fallback);

    public static ConfigurationKey Number(string name, string effect, string? fallback = null) =>
        new ConfigurationKey(KeyType.Number, name, effect, []).Or(fallback);

    public static ConfigurationKey Bytes(string name, string effect, string fallback) =>
        new ConfigurationKey(KeyType.Bytes, name, effect, []).Or(fallback);

    public static ConfigurationKey Duration(string name, string effect, string? fallback = null) =>
        new ConfigurationKey(KeyType.Duration, name, effect, []).Or(fallback);

    public static ConfigurationKey Choice(string name, string effect, IReadOnlyList<string> words, string? fallback = null) =>
        new ConfigurationKey(KeyType.Choice, name, effect, []).OneOf(words).Or(fallback);

    public static ConfigurationKey Address(string name, string effect, string? fallback = null) =>
        new ConfigurationKey(KeyType.Address, name, effect, []).Or(fallback);

    public static ConfigurationKey Url(string name, string effect, string? fallback = null) =>
        new ConfigurationKey(KeyType.Url, name, effect, []).Or(fallback);

    public static ConfigurationKey Path(string name, string effect, string? fallback = null) =>
        new ConfigurationKey(KeyType.Path, name, effect, []).Or(fallback);

    public static ConfigurationKey Map(string name, string effect) => new(KeyType.Map, name, effect, []);

    public static ConfigurationKey Headers(string name, string effect) => new(KeyType.Headers, name, effect, []);

    /// <summary>A list of values of one type.</summary>
    public static ConfigurationKey List(string name, KeyType type, string effect) =>
        new ConfigurationKey(KeyType.List, name, effect, []).Of(new ConfigurationKey(type, "[]", "", []));

    /// <summary>A list of words out of a few.</summary>
    public static ConfigurationKey Choices(string name, string effect, IReadOnlyList<string> words) =>
        new ConfigurationKey(KeyType.List, name, effect, []).Of(new ConfigurationKey(KeyType.Choice, "[]", "", []).OneOf(words));

    /// <summary>A list of sections.</summary>
    public static ConfigurationKey Sections(string name, string effect, params IReadOnlyList<ConfigurationKey> children) =>
        new ConfigurationKey(KeyType.List, name, effect, []).Of(new ConfigurationKey(KeyType.Section, "[]", "", children));
}
