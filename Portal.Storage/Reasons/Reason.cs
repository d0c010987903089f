namespace Portal.Storage.Reasons;

/// <summary>
/// A sentence for people that says why something is not so: in English for programs and logs, and as which sentence it is
/// and its values, so that a page can say it in another language.
/// </summary>
/// <param name="kind">Which sentence it is: a value of the enum of the room that says it.</param>
/// <param name="english">The sentence. A value of it may be a reason itself.</param>
public sealed class Reason(Enum kind, FormattableString english)
{
    public Enum Kind { get; } = kind;

    /// <summary>The values, in the order in which English names them.</summary>
    public IReadOnlyList<object?> Values => english.GetArguments();

    /// <summary>The sentence in English.</summary>
    public override string ToString() => FormattableString.Invariant(english);
}
