namespace Portal.Storage.Reasons;

/// <summary>
/// A sentence for people that says why something is not so: in English for programs and logs, and as which sentence it is
/// and its values, so that a page can say it in another language.
/// </summary>
public sealed class Reason
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

    /// <summary>The sentence in English.</summary>
    public override string ToString() => _kept ?? FormattableString.Invariant(_english!);
}
