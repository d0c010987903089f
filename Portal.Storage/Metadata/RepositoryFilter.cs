using System.Linq.Expressions;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Portal.Storage.Accounts;

namespace Portal.Storage.Metadata;

/// <summary>Which repositories somebody sees: those that are in each of the sets, a set being what one of its patterns matches.</summary>
/// <param name="Sets">None: all repositories.</param>
public sealed record RepositoryFilter(IReadOnlyList<IReadOnlyList<RepositoryPattern>> Sets)
{
    // More than this, and one regular expression is less work than so many comparisons.
    private const int MaxComparisons = 16;

    /// <summary>Every repository.</summary>
    public static RepositoryFilter All { get; } = new([]);

    /// <summary>Whether it lets every repository through.</summary>
    public bool IsAll => Sets.Count == 0;

    /// <summary>The filter that lets through what the patterns match.</summary>
    public static RepositoryFilter Of(IReadOnlyList<RepositoryPattern> patterns)
    {
        return patterns.Contains(RepositoryPattern.All) ? All : new RepositoryFilter([patterns]);
    }

    /// <summary>What both let through.</summary>
    public RepositoryFilter And(RepositoryFilter other) => new([.. Sets, .. other.Sets]);

    /// <summary>Whether it lets through all that can lie below a namespace: every set has a pattern for all of it.</summary>
    /// <param name="space">With the slash behind it; empty for everything.</param>
    public bool CoversAllOf(string space)
    {
        return Sets.All(set => set.Any(pattern => PrefixOf(pattern) is { } prefix && space.StartsWith(prefix, StringComparison.Ordinal)));
    }

    public bool Matches(ReadOnlySpan<char> name)
    {
        foreach (var set in Sets)
        {
            var isIn = false;
            foreach (var pattern in set)
            {
                isIn |= pattern.Matches(name);
            }

            if (!isIn)
            {
                return false;
            }
        }

        return true;
    }

    internal IQueryable<RepositoryEntity> Apply(IQueryable<RepositoryEntity> rows) => Apply(rows, row => row.Name);

    /// <param name="name">The column with the repository's name.</param>
    internal IQueryable<TRow> Apply<TRow>(IQueryable<TRow> rows, Expression<Func<TRow, string>> name)
    {
        foreach (var set in Sets)
        {
            var condition = Condition(set);
            rows = rows.Where(Expression.Lambda<Func<TRow, bool>>(
                new Rebinding(condition.Parameters[0], name.Body).Visit(condition.Body), name.Parameters));
        }

        return rows;
    }

    private static Expression<Func<string, bool>> Condition(IReadOnlyList<RepositoryPattern> patterns)
    {
        if (patterns.Count == 0)
        {
            return _ => false;
        }

        if (patterns.Count > MaxComparisons || patterns.Any(pattern => !pattern.IsExact && PrefixOf(pattern) is null && GlobsOf(pattern) is null))
        {
            var expression = ToRegex(patterns);
            return name => Regex.IsMatch(name, expression);
        }

        // Comparisons that the index of the names answers, or that SQLite makes by itself.
        var parameter = Expression.Parameter(typeof(string));
        var body = patterns.Select(pattern => Comparison(pattern)).Select(comparison => new Rebinding(comparison.Parameters[0], parameter).Visit(comparison.Body))
            .Aggregate(Expression.OrElse);
        return Expression.Lambda<Func<string, bool>>(body, parameter);
    }

    private static Expression<Func<string, bool>> Comparison(RepositoryPattern pattern)
    {
        if (pattern.IsExact)
        {
            var text = pattern.Text;
            return name => name == text;
        }

        if (PrefixOf(pattern) is not { } prefix)
        {
            var (glob, deeper) = GlobsOf(pattern) ?? throw new InvalidOperationException("no comparison for the pattern");
            return deeper is null
                ? name => EF.Functions.Glob(name, glob)
                : name => EF.Functions.Glob(name, glob) && !EF.Functions.Glob(name, deeper);
        }

        // From "team/" up to what comes right behind all that begins so.
        var end = prefix[..^1] + (char)('/' + 1);
        return name => string.Compare(name, prefix) > 0 && string.Compare(name, end) < 0;
    }

    /// <summary><c>team/</c> of <c>team/**</c>; null when the pattern is of another form.</summary>
    private static string? PrefixOf(RepositoryPattern pattern)
    {
        return pattern.Text.EndsWith("/**", StringComparison.Ordinal) && pattern.Text.IndexOf('*', StringComparison.Ordinal) == pattern.Text.Length - 2
            ? pattern.Text[..^2]
            : null;
    }

    /// <summary>
    /// What SQLite's GLOB has to match, and what it must not: its star takes slashes too. With as many slashes in the name
    /// as in the pattern no star has one; and what is followed by <c>/**</c> may have them in the component before that.
    /// </summary>
    /// <returns>Null when the pattern is of another form.</returns>
    private static (string Glob, string? Deeper)? GlobsOf(RepositoryPattern pattern)
    {
        if (!pattern.Text.Contains("**", StringComparison.Ordinal))
        {
            return (pattern.Text, string.Concat(Enumerable.Repeat("*/", pattern.Text.Count(character => character == '/') + 1)) + "*");
        }

        var before = pattern.Text.EndsWith("/**", StringComparison.Ordinal) ? pattern.Text[..^3] : "**";
        var star = before.IndexOf('*', StringComparison.Ordinal);
        return !before.Contains("**", StringComparison.Ordinal) && star > before.LastIndexOf('/') ? (before + "/?*", null) : null;
    }

    private static string ToRegex(IEnumerable<RepositoryPattern> patterns)
    {
        return $"^(?:{string.Join('|', patterns.Select(ToRegex))})$";
    }

    /// <summary>As the pattern itself matches: before a slash two stars may be nothing, at the end they are something.</summary>
    private static string ToRegex(RepositoryPattern pattern)
    {
        return Regex.Escape(pattern.Text)
            .Replace(@"\*\*/", "(?:.+/)?", StringComparison.Ordinal)
            .Replace(@"\*\*", ".+", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal);
    }

    private sealed class Rebinding(ParameterExpression from, Expression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
    }
}
