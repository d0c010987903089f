namespace Portal.Registry.Inspection;

public enum Change
{
    Same,
    Added,
    Removed,
    Changed,
}

/// <summary>One named value in two images.</summary>
/// <param name="Before">Its value in the first; null when it is not there.</param>
/// <param name="After">Its value in the second; null when it is not there.</param>
public sealed record Difference(string Name, string? Before, string? After)
{
    public Change Change =>
        Before is null ? Change.Added : After is null ? Change.Removed : Before == After ? Change.Same : Change.Changed;

    /// <summary>What differs, in the order of the names.</summary>
    public static IEnumerable<Difference> Between(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        return before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Select(name => new Difference(name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))
            .Where(difference => difference.Change != Change.Same);
    }
}
