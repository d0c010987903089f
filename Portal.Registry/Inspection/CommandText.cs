using System.Buffers;

namespace Portal.Registry.Inspection;

/// <summary>A config's lists as people read and type them.</summary>
public static class CommandText
{
    private static readonly SearchValues<char> Special = SearchValues.Create(" \t\n\"'\\$");

    /// <summary>A command as a shell would take it: what holds a space or a quote is quoted. Null stays null.</summary>
    public static string? Of(IReadOnlyList<string>? words) => words is null ? null : string.Join(' ', words.Select(Quote));

    /// <summary>The names of a set, which the format writes as an object, in order.</summary>
    public static string? Keys(IReadOnlyDictionary<string, object>? set) => set is null ? null : string.Join(", ", set.Keys.Order(StringComparer.Ordinal));

    /// <summary>The two sides of <c>NAME=value</c>; the value may hold more of the signs.</summary>
    public static (string Name, string Value) Split(string assignment)
    {
        var equals = assignment.IndexOf('=');
        return equals < 0 ? (assignment, string.Empty) : (assignment[..equals], assignment[(equals + 1)..]);
    }

    private static string Quote(string word) =>
        word.Length > 0 && !word.AsSpan().ContainsAny(Special) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
