using Portal.Storage.Reasons;

namespace Portal.Registry.Configuration.Keys;

/// <summary>A key of the format as a person is told about it, and a place in the tree of all keys.</summary>
public sealed class ConfigurationKey
{
    /// <summary>What lies below a map: any name, at any depth.</summary>
    private static readonly ConfigurationKey Any = new(KeyType.Map, "*", "", []);

    private readonly Dictionary<string, ConfigurationKey> _children;

    internal ConfigurationKey(KeyType type, string name, string effect, IReadOnlyList<ConfigurationKey> children)
    {
        (Type, Name, Effect, Children) = (type, name, effect, children);
        _children = children.ToDictionary(child => child.Name, StringComparer.Ordinal);
    }

    /// <summary>The name as it is written; <c>[]</c> for an entry of a list, empty for the root.</summary>
    public string Name { get; }

    /// <summary>The whole path, with <c>[]</c> after each list, as <c>log.hooks[].type</c>; empty for the root.</summary>
    public string Path { get; private set; } = "";

    /// <summary>What its value is.</summary>
    public KeyType Type { get; }

    /// <summary>What it does, in a sentence or two.</summary>
    public string Effect { get; private set; }

    /// <summary>What counts without the key, as one could write it; null when nothing of that kind does.</summary>
    public string? Default { get; private set; }

    /// <summary>What counts without the key, in words, where no text stands for it; null when <see cref="Default"/> says it.</summary>
    public string? DefaultInWords { get; private set; }

    /// <summary>The words that a <see cref="KeyType.Choice"/> takes; empty for other types.</summary>
    public IReadOnlyList<string> Choices { get; private set; } = [];

    /// <summary>Its section cannot be without it.</summary>
    public bool IsRequired { get; private set; }

    /// <summary>A value that a person could write, for a key that is required; null for others.</summary>
    public string? Example { get; private set; }

    /// <summary>Its value must not be shown.</summary>
    public bool IsSecret { get; private set; }

    /// <summary>A change counts at once; else it takes a restart.</summary>
    public bool IsLive { get; private set; }

    /// <summary>A section that asks for something by being there: without it, the defaults of its keys do not count.</summary>
    public bool IsOptIn { get; private set; }

    /// <summary>Whether this version does what the key asks for; else it refuses to start with it.</summary>
    public bool IsSupported { get; private set; } = true;

    /// <summary>Why it is passed over with a warning, though the format has it; null for a key that does something.</summary>
    public Reason? WhyNoEffect { get; private set; }

    /// <summary>The value with which the key, or the section it lies in, asks for nothing; null when it has none.</summary>
    public string? OffValue { get; private set; }

    /// <summary>The path of the key to write in place of this one, which is an older name of it; null for a name that holds.</summary>
    public string? ReplacedBy { get; private set; }

    /// <summary>The keys below, in the order in which they are best read.</summary>
    public IReadOnlyList<ConfigurationKey> Children { get; }

    /// <summary>What an entry of a list is; null when this is no list.</summary>
    public ConfigurationKey? Item { get; private set; }

    /// <summary>Below it, names are the user's own.</summary>
    public bool IsFreeForm => Type is KeyType.Map or KeyType.Headers;

    /// <summary>This key begins what is not supported, and is what a refusal names.</summary>
    internal bool IsRefused { get; private set; }

    /// <summary>What to do about a refusal, beside switching it off; null for removing it.</summary>
    internal Reason? Remedy { get; private set; }

    /// <summary>The key of this name right below; any name has one below a map. Null when there is none.</summary>
    public ConfigurationKey? Child(string name) => _children.GetValueOrDefault(name) ?? (IsFreeForm ? Any : null);

    /// <summary>The name right below that was probably meant; null when none is near.</summary>
    public string? Nearest(string name) => NearestName.Among(Children.Select(child => child.Name), name);

    /// <summary>This key, then every key below it.</summary>
    public IEnumerable<ConfigurationKey> Walk() =>
        [this, .. Children.SelectMany(child => child.Walk()), .. Item?.Walk() ?? []];

    /// <summary>The path, as a person reads it.</summary>
    public override string ToString() => Path;

    internal ConfigurationKey Or(string? text)
    {
        Default = text;
        return this;
    }

    internal ConfigurationKey Otherwise(string words)
    {
        DefaultInWords = words;
        return this;
    }

    internal ConfigurationKey OneOf(IReadOnlyList<string> words)
    {
        Choices = words;
        return this;
    }

    internal ConfigurationKey Of(ConfigurationKey item)
    {
        Item = item;
        return this;
    }

    internal ConfigurationKey Required(string example)
    {
        (IsRequired, Example) = (true, example);
        return this;
    }

    internal ConfigurationKey Secret()
    {
        IsSecret = true;
        return this;
    }

    internal ConfigurationKey Live()
    {
        IsLive = true;
        return this;
    }

    internal ConfigurationKey OptIn()
    {
        IsOptIn = true;
        return this;
    }

    internal ConfigurationKey OldNameOf(string path)
    {
        ReplacedBy = path;
        return this;
    }

    /// <summary>Written so, it asks for nothing.</summary>
    internal ConfigurationKey OffWhen(string value)
    {
        OffValue = value;
        return this;
    }

    /// <summary>Refused at start, with all that lies below it.</summary>
    internal ConfigurationKey NotYet(Reason? remedy = null)
    {
        (IsRefused, IsSupported, Remedy) = (true, false, remedy);
        return this;
    }

    /// <summary>Passed over with a warning, since there is nothing here that it could change.</summary>
    /// <param name="reason">Completes the sentence "has no effect: …".</param>
    internal ConfigurationKey NoEffect(Reason reason)
    {
        (WhyNoEffect, Effect, Default) = (reason, $"{Effect} No effect here: {reason}.", null);
        return this;
    }

    /// <summary>Each entry of the list is refused at start, unless it is switched off.</summary>
    internal ConfigurationKey EachNotYet()
    {
        Item!.NotYet();
        return this;
    }

    /// <summary>Gives this key and those below it their paths and what they have from above.</summary>
    internal ConfigurationKey Root(string path = "", ConfigurationKey? parent = null)
    {
        Path = path;
        IsLive |= parent is { IsLive: true };
        IsSecret |= parent is { IsSecret: true };
        IsSupported &= parent is not { IsSupported: false };
        foreach (var child in Children)
        {
            child.Root(path.Length == 0 ? child.Name : $"{path}.{child.Name}", this);
        }

        Item?.Root($"{path}[]", this);
        return this;
    }
}
