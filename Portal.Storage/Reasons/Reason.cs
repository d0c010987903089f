namespace Portal.Storage.Reasons;

/// <summary>
/// A sentence for people that says why something is not so: in English for programs and logs, and as which sentence it is
/// and its values, so that a page can say it in another language. Two are equal when they say the same.
/// </summary>
public sealed class Reason : IEquatable<Reason>
{
    private readonly FormattableString? _english;
    private readonly string? _kept;

    /// <param name="kind">Which sentence it is: a value of the enum of the room that says it.</param>
    /// <param name="english">The sentence. A value of it may be a reason itself.</param>
    public Reason(Enum kind, FormattableString english)
    {
        (Kind, _english) = (kind, english);
        (Name, Values) = ($"{kind.GetType().Name}.{kind}", english.GetArguments());
    }

    /// <summary>One that was kept.</summary>
    /// <param name="name">Null where nothing but the sentence was.</param>
    internal Reason(string? name, string english, IReadOnlyList<object?> values)
    {
        (Name, _kept, Values) = (name, english, values);
    }

    /// <summary>Null of one that was kept.</summary>
    public Enum? Kind { get; }

    /// <summary>Which sentence it is, as <c>LayerFault.Damaged</c>; null where nothing but the sentence in English is known.</summary>
    public string? Name { get; }

    /// <summary>The values, in the order in which English names them.</summary>
    public IReadOnlyList<object?> Values { get; }

    /// <summary>What a person wrote, or a list of names: the same in every language.</summary>
    public static Reason Plain(string words) => new(name: null, words, []);

    /// <summary>The same, cut where it gets longer than so many characters; what is cut is English.</summary>
    public Reason Within(int longest) => ToString() is var words && words.Length <= longest
        ? this
        : Plain(string.Concat(words.AsSpan(0, longest), "…"));

    public bool Equals(Reason? other) => other is not null && Name == other.Name && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as Reason);

    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    /// <summary>The sentence in English.</summary>
    public override string ToString() => _kept ?? FormattableString.Invariant(_english!);
}
