using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration;

/// <summary>Where a value came from: a place in the file, from 1, or an environment variable.</summary>
internal readonly record struct Origin(int? Line, int? Column, string? Variable)
{
    public static Origin None => default;

    /// <summary>Where a file begins, for what is missing in it as a whole.</summary>
    public static Origin Top => new(1, 1, null);

    public static Origin Of(string variable) => new(null, null, variable);

    /// <summary>The place of a character in a text.</summary>
    public static Origin At(ReadOnlySpan<char> text, int position)
    {
        var before = text[..position];
        return new(1 + before.Count('\n'), position - before.LastIndexOf('\n'), null);
    }

    /// <summary>The place as a message names it.</summary>
    public Reason Reason => Variable is { } variable
        ? new Reason(KeyProblem.InVariable, $"{variable}")
        : Line is { } line ? new Reason(KeyProblem.OnLine, $"line {line}") : new Reason(KeyProblem.ByDefault, $"default");

    public override string ToString() => Reason.ToString();
}

/// <summary>A piece of the configuration before it has a type: the file's YAML with the environment laid over it.</summary>
internal abstract class ConfigurationNode(Origin origin)
{
    public Origin Origin { get; } = origin;

    /// <summary>Nothing is written here: <c>key:</c>, <c>key: ~</c>, <c>key: {}</c> or <c>key: []</c>.</summary>
    public abstract bool IsEmpty { get; }

    /// <summary>Whether a variable set this, or anything inside it.</summary>
    public virtual bool IsFromEnvironment => Origin.Variable is not null;
}

/// <summary>One value, as the text that stands in the file.</summary>
internal sealed class ScalarNode(Origin origin, string value, bool isPlain) : ConfigurationNode(origin)
{
    public string Value { get; } = value;

    public bool IsPlain { get; } = isPlain;

    public override bool IsEmpty => IsPlain && Value is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A YAML sequence.</summary>
internal sealed class ListNode(Origin origin) : ConfigurationNode(origin)
{
    public List<ConfigurationNode> Items { get; } = [];

    public override bool IsEmpty => Items.Count == 0;

    public override bool IsFromEnvironment => base.IsFromEnvironment || Items.Exists(item => item.IsFromEnvironment);
}

/// <summary>A YAML mapping, in the file's order. Keys are told apart by case, as upstream does.</summary>
internal sealed class MappingNode(Origin origin) : ConfigurationNode(origin)
{
    public OrderedDictionary<string, MappingEntry> Entries { get; } = new(StringComparer.Ordinal);

    public override bool IsEmpty => Entries.Count == 0;

    public override bool IsFromEnvironment =>
        base.IsFromEnvironment || Entries.Values.Any(entry => entry.Value.IsFromEnvironment);

    public ConfigurationNode? this[string key] => Entries.TryGetValue(key, out var entry) ? entry.Value : null;
}

/// <summary>A value under its key; the key has a place of its own, since an absent value has none.</summary>
internal sealed record MappingEntry(Origin Origin, ConfigurationNode Value)
{
    /// <summary>Where a person looks for it: at a value on its key's line, else at the key; or the variable that brought it.</summary>
    public Origin Place => Value is ScalarNode || Value.Origin.Variable is not null ? Value.Origin : Origin;
}
